"""`pulumi-ivschat import`: what it asks, says and writes; tests/engine/test_import.py has what comes of it."""

from __future__ import annotations

import pytest

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.cli.conftest import Invoke, Project
from tests.stacks.conftest import resource


def test_the_resources_to_import_are_shown_before_the_question(project: Project, invoke: Invoke) -> None:
    arn = project.room("lobby", tags={"a": "b"})

    result = invoke("import", "--all", stdin="n\n")

    assert result.exit_code == 1
    assert f"Room                 lobby                          {arn}\n" in result.stderr
    assert "Import 1 Room into chat/test? [y/N]" in result.stderr
    assert project.imported() == []
    assert not (project.directory / "imported_rooms.py").exists()


def test_on_yes_the_code_is_beside_the_program_and_its_use_is_reported(project: Project, invoke: Invoke) -> None:
    project.room("lobby")

    result = invoke("import", "--all", stdin="y\n")

    assert result.exit_code == 0
    assert (project.directory / "imported_rooms.py").read_text().endswith('\nlobby = Room("lobby")\n')
    assert result.stderr.endswith(
        "Next: put `import imported_rooms` into the program and run `pulumi preview`.\n"
        "Until then `pulumi up` fails, and its error advises `pulumi state unprotect`. "
        "Do not run that: the next `up` would delete them.\n"
    )
    assert [entry["name"] for entry in project.imported()] == ["lobby"]


@pytest.mark.parametrize(
    ("runtime", "is_shown"), [("go", True), ("dotnet", True), ("yaml", False), ("nodejs", False), ("python", False)]
)
def test_a_project_whose_language_is_not_written_gets_yaml_and_is_advised_before_the_question(
    project: Project, invoke: Invoke, runtime: str, *, is_shown: bool
) -> None:
    project.room("lobby")
    (project.directory / "Pulumi.yaml").write_text(f"name: chat\nruntime: {runtime}\n")

    shown = invoke("import", "--all", stdin="n\n").stderr.partition("Import 1 Room")[0]

    assert (f"The runtime of this project is {runtime}" in shown) is is_shown
    assert ("The code is in YAML: declare the same resources" in shown) is is_shown


def test_code_for_stdout_is_all_that_is_there(project: Project, invoke: Invoke) -> None:
    project.room("lobby")

    result = invoke("import", "--all", "--yes", "--out", "-")

    assert result.stdout.startswith('"""What existed before')
    assert result.stdout.endswith('lobby = Room("lobby")\n')
    assert "Next: put the code into the program and run `pulumi preview`." in result.stderr
    assert [*project.directory.glob("*.py")] == []


def test_a_file_that_exists_is_not_written_over(project: Project, invoke: Invoke) -> None:
    project.room("lobby")
    (project.directory / "imported_rooms.py").write_text("mine")

    result = invoke("import", "--all", "--yes")

    assert (result.exit_code, project.imported()) == (1, [])
    assert "imported_rooms.py exists already; name another file by --out" in result.stderr


def test_an_import_that_fails_leaves_no_file(project: Project, invoke: Invoke) -> None:
    project.room("lobby")
    project.lock()

    result = invoke("import", "--all", "--yes")

    assert result.exit_code == 1
    assert not (project.directory / "imported_rooms.py").exists()


def test_of_an_import_that_was_interrupted_the_code_has_what_came_in(project: Project, invoke: Invoke) -> None:
    project.room("lobby")
    project.interrupt(resource("hall", id=project.room("hall")))

    result = invoke("import", "--all", "--yes")

    code = project.directory / "imported_rooms.py"
    assert result.exit_code == 130
    assert f"1 of 2 resources came in, and their code is in {code}" in result.stderr
    assert "Next: put `import imported_rooms` into the program" in result.stderr
    assert code.read_text().endswith('\n\nhall = Room("hall")\n')


def test_an_import_that_was_interrupted_before_anything_came_in_leaves_no_file(
    project: Project, invoke: Invoke
) -> None:
    project.room("lobby")
    project.interrupt()

    assert invoke("import", "--all", "--yes").exit_code == 130
    assert not (project.directory / "imported_rooms.py").exists()


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--all"], {"lobby", "hall", "nook"}),
        (["--name", "lobby", "--name", "hall"], {"lobby", "hall"}),
        (["--tag", "team=chat"], {"lobby", "hall"}),
        (["--tag", "team=chat", "--tag", "a="], {"hall"}),
        (["--tag", "team=chat", "--name", "lobby"], {"lobby"}),
    ],
)
def test_rooms_are_chosen_by_name_and_tags(
    project: Project, invoke: Invoke, arguments: list[str], names: set[str]
) -> None:
    project.room("lobby", tags={"team": "chat"})
    project.room("hall", tags={"team": "chat", "a": ""})
    project.room("nook")

    assert invoke("import", "--yes", *arguments).exit_code == 0

    assert {entry["name"] for entry in project.imported()} == names


def test_a_room_is_chosen_by_its_arn_and_may_get_a_name(project: Project, invoke: Invoke) -> None:
    arns = [project.room("lobby"), project.room("hall")]

    assert invoke("import", "--yes", arns[0], f"big hall={arns[1]}").exit_code == 0

    assert [(entry["name"], entry["id"]) for entry in project.imported()] == [("lobby", arns[0]), ("big hall", arns[1])]


def test_an_arn_with_another_stacks_owner_tag_is_asked_for_and_is_imported(project: Project, invoke: Invoke) -> None:
    arn = project.room("lobby", tags={OWNER_TAG: "chat/prod/lobby"})

    refused = invoke("import", arn)
    result = invoke("import", arn, stdin="y\n")

    assert (refused.exit_code, result.exit_code) == (1, 0)
    assert "Its owner tag names the stack chat/prod. Import it only if that stack does not manage it" in result.stderr
    assert "The next `up` changes its owner tag from chat/prod/lobby to chat/test/lobby." in result.stderr
    assert "Import 1 Room into chat/test, some of chat/prod? [y/N]" in result.stderr
    assert [entry["id"] for entry in project.imported()] == [arn]


@pytest.mark.parametrize(("arguments", "code"), [(["--all"], 0), (["--name", "lobby"], 1)])
def test_what_is_only_found_and_has_another_stacks_owner_tag_is_omitted(
    project: Project, invoke: Invoke, arguments: list[str], code: int
) -> None:
    arn = project.room("lobby", tags={OWNER_TAG: "chat/prod/lobby"})

    result = invoke("import", "--yes", *arguments)

    assert (result.exit_code, project.imported()) == (code, [])
    assert f"Skipped: {arn} has the owner tag of the stack chat/prod; to import it all the same" in result.stderr


def test_a_named_arn_that_is_not_imported_fails_the_command_unless_others_are_and_it_is_here(
    project: Project, invoke: Invoke
) -> None:
    arn = project.room("lobby")
    project.state(resource("lobby", id=arn))

    alone = invoke("import", "--yes", arn)
    beside = invoke("import", "--yes", arn, project.room("hall"))

    assert f"Skipped: {arn} is already in this stack, as lobby." in alone.stderr
    assert (alone.exit_code, beside.exit_code) == (1, 0)
    assert [entry["name"] for entry in project.imported()] == ["hall"]


def test_regions_are_the_stacks_or_those_named(project: Project, invoke: Invoke) -> None:
    project.room("here")
    project.service.client("eu-west-1").create_room(name="there")

    assert invoke("import", "--yes", "--all", "--region", "eu-west-1").exit_code == 0

    assert [entry["name"] for entry in project.imported()] == ["there"]


@pytest.mark.parametrize(
    ("arguments", "code", "shown"),
    [
        ([], 2, "nothing to import: name ARNs, or use --name, --tag, --all or --from"),
        (["lobby"], 2, "'lobby' is neither the ARN of a room or logging configuration, nor RESOURCE_NAME=ARN"),
        (["--tag", "team"], 2, "a tag is KEY=VALUE"),
        (["--all"], 1, "no rooms or logging configurations found in us-west-2; --region looks elsewhere"),
        (["--all", "--region", "eu-west-1"], 1, "no rooms or logging configurations found in eu-west-1"),
        (["--all", "--cwd", "/"], 1, "there is no Pulumi.yaml in / or above it"),
        (["arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"], 1, "GetRoom arn:aws:ivschat"),
    ],
)
def test_what_cannot_be_imported_is_reported(
    project: Project, invoke: Invoke, arguments: list[str], code: int, shown: str
) -> None:
    result = invoke("import", "--yes", *arguments)

    assert (result.exit_code, project.imported()) == (code, [])
    assert shown in result.stderr
