"""`pulumi-ivschat recover`: what it shows, asks and leaves alone; tests/engine/test_recovery.py has what comes of it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.stacks import recovery
from tests.cli.conftest import Invoke, Project
from tests.conftest import REGION
from tests.stacks.conftest import resource

PET = {
    "urn": "urn:pulumi:test::chat::random:index/randomPet:RandomPet::pet",
    "type": "random:index/randomPet:RandomPet",
}


def creating(name: str) -> dict[str, Any]:
    inputs = {"name": name, "owner_tag": f"chat/test/{name}", "region": REGION, "tags": {}}
    return {"type": "creating", "resource": resource(name, inputs=inputs)}


@pytest.fixture
def lobby(project: Project) -> str:
    """Return the ARN of a room that an update which was interrupted has made."""
    project.state(pending_operations=[creating("lobby")])
    return project.room("lobby", tags={OWNER_TAG: "chat/test/lobby"})


def arns(project: Project) -> list[str]:
    return [room["arn"] for room in project.service.client().list_rooms()["rooms"]]


def test_what_was_left_is_shown_before_it_is_asked_for(lobby: str, project: Project, invoke: Invoke) -> None:
    result = invoke("recover", stdin="n\n")

    assert result.exit_code == 1
    assert f"Made, not recorded: Room lobby {lobby}\n" in result.stderr
    assert "Import these, and clear the pending operations of chat/test? [y/N]" in result.stderr
    assert project.deployment()["pending_operations"]


def test_on_yes_it_is_added_to_the_stack(lobby: str, project: Project, invoke: Invoke) -> None:
    result = invoke("recover", stdin="y\n")

    assert result.exit_code == 0
    assert result.stderr.endswith("Recovered. `pulumi up` creates what is missing.\n")
    assert [each["id"] for each in project.recorded()] == [lobby]


def test_it_can_be_deleted_instead(lobby: str, project: Project, invoke: Invoke) -> None:
    assert lobby

    result = invoke("recover", "--delete", stdin="y\n")

    assert "Delete these, and clear the pending operations of chat/test? [y/N]" in result.stderr
    assert (result.exit_code, arns(project)) == (0, [])
    assert project.deployment()["pending_operations"] == []


@pytest.mark.usefixtures("lobby")
def test_a_stale_lock_is_shown_and_removed(project: Project, invoke: Invoke) -> None:
    project.lock()

    result = invoke("recover", stdin="y\ny\n")

    assert "The stack has a lock: created by me@" in result.stderr
    assert "error" not in result.stderr
    assert "Remove the lock? Make sure first that no update is running. [y/N]" in result.stderr
    assert result.exit_code == 0
    assert not (project.directory / "locked").exists()


@pytest.mark.usefixtures("lobby")
@pytest.mark.parametrize("options", [[], ["--delete"]])
@pytest.mark.parametrize(
    ("holder", "shown"),
    [({"pid": os.getpid()}, "that process still runs"), ({"host": "elsewhere"}, "then `pulumi cancel`")],
)
def test_a_lock_that_may_be_a_living_updates_is_left_and_so_is_everything(
    project: Project, invoke: Invoke, holder: dict[str, Any], shown: str, options: list[str]
) -> None:
    project.lock(**holder)

    result = invoke("recover", "--yes", *options)

    assert result.exit_code == 1
    assert shown in result.stderr
    assert (project.directory / "locked").exists()
    assert project.deployment()["pending_operations"]
    assert len(arns(project)) == 1


@pytest.mark.usefixtures("lobby")
def test_the_lock_of_another_machine_is_removed_if_the_person_confirms(project: Project, invoke: Invoke) -> None:
    project.lock(host="elsewhere")

    assert invoke("recover", stdin="y\ny\n").exit_code == 0
    assert not (project.directory / "locked").exists()


@pytest.mark.usefixtures("lobby")
@pytest.mark.parametrize("holder", [{"host": "elsewhere"}, {"pid": os.getpid()}, {}])
def test_a_pipeline_that_runs_alone_breaks_a_lock_without_a_question(
    project: Project, invoke: Invoke, holder: dict[str, Any]
) -> None:
    """Also one that seems to be held by this very process: the next container has the same host name and process ids."""
    project.lock(**holder)

    result = invoke("recover", "--yes", "--break-lock")

    assert result.exit_code == 0
    assert not (project.directory / "locked").exists()
    assert len(project.recorded()) == 1


@pytest.mark.usefixtures("lobby")
def test_a_lock_of_a_process_that_runs_here_is_never_broken(project: Project, invoke: Invoke) -> None:
    project.lock(pid=os.getppid())

    result = invoke("recover", "--yes", "--break-lock")

    assert result.exit_code == 1
    assert "that process still runs" in result.stderr
    assert (project.directory / "locked").exists()


def test_a_request_that_created_nothing_is_waited_for_and_reported(
    project: Project, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "SETTLE_SECONDS", 0.0)
    project.state(pending_operations=[creating("lobby")])

    result = invoke("recover", "--yes")

    assert result.stderr.startswith(
        "Waiting 0 s for what may still be on its way to AWS.\nUnder way, nothing made: cre"
    )
    assert result.exit_code == 0


def test_operations_of_other_providers_alone_are_reported_and_left(project: Project, invoke: Invoke) -> None:
    project.state(pending_operations=[{"type": "creating", "resource": PET}])

    result = invoke("recover", "--yes")

    assert result.exit_code == 0
    assert "Under way, of another provider: urn:pulumi:test" in result.stderr
    assert project.deployment()["pending_operations"]


def test_a_leftover_without_a_place_is_reported_with_exit_code_1(project: Project, invoke: Invoke) -> None:
    arn = project.room("lobby", tags={OWNER_TAG: "chat/test/lobby"})
    project.history("failed")

    result = invoke("recover", "--yes")

    assert result.exit_code == 1
    assert f"{arn} is not in the program." in result.stderr


def test_keys_of_a_tag_set_are_shown_without_their_values_and_can_be_removed(project: Project, invoke: Invoke) -> None:
    arn = project.room(tags={"cost": "canary", "team": "canary", "theirs": "1"})
    inputs = {"resource_arn": arn, "tags": {"cost": "canary", "team": "canary"}, "overwrite": False, "exclusive": False}
    project.state(
        pending_operations=[{"type": "creating", "resource": resource("chargeback", "TagSet", inputs=inputs)}]
    )

    shown = invoke("recover", stdin="n\n").stderr

    assert f"Made, not recorded: TagSet chargeback on {arn}: cost, team\n" in shown
    assert "Under way, nothing made" not in shown
    assert "canary" not in shown
    assert invoke("recover", "--delete", "--yes").exit_code == 0
    assert project.service.client().list_tags_for_resource(resourceArn=arn)["tags"] == {"theirs": "1"}


def test_tags_that_an_update_has_added_are_shown_without_their_values(project: Project, invoke: Invoke) -> None:
    arn = project.room(tags={"cost": "canary", "theirs": "1"})
    bag = {"resource_arn": arn, "tags": {}, "tags_all": {}, "overwrite": False, "exclusive": False}
    update = resource("chargeback", "TagSet", inputs={**bag, "tags": {"cost": "canary"}})
    project.state(
        resource("chargeback", "TagSet", id=arn, inputs=bag, outputs=bag),
        pending_operations=[{"type": "updating", "resource": update}],
    )

    shown = invoke("recover", "--yes").stderr

    assert f"Changed, not recorded: tags of TagSet chargeback {arn}: cost\n" in shown
    assert "nothing made" not in shown
    assert "canary" not in shown
    assert project.recorded()[0]["outputs"]["tags"] == {"cost": "canary"}


def test_regions_are_added_by_name(project: Project, invoke: Invoke) -> None:
    tags = {OWNER_TAG: "chat/test/lobby"}
    made = {
        project.service.client(region).create_room(name="lobby", tags=tags)["arn"]
        for region in ("eu-west-1", "ap-south-1")
    }
    project.history("failed")

    assert invoke("recover").stderr == "There is nothing to recover.\n"
    shown = invoke("recover", "--region", "eu-west-1", "--region", "ap-south-1", stdin="n\n").stderr

    assert {arn for arn in made if f"Made, not recorded: Room lobby {arn}\n" in shown} == made


def test_nothing_to_recover_is_said(project: Project, invoke: Invoke) -> None:
    project.room("by-hand")

    result = invoke("recover")

    assert (result.exit_code, result.stderr) == (0, "There is nothing to recover.\n")


def retained(project: Project, name: str = "lobby") -> str:
    """Return the ARN of a room with this stack's owner tag, which an update that succeeded has created."""
    project.history("succeeded")
    return project.room(name, tags={OWNER_TAG: f"chat/test/{name}"})


@pytest.mark.parametrize("options", [[], ["--delete"]])
def test_what_there_is_no_evidence_for_is_shown_with_what_to_do_and_left_alone(
    project: Project, invoke: Invoke, options: list[str]
) -> None:
    arn = retained(project)

    result = invoke("recover", "--yes", *options)

    assert result.exit_code == 1
    assert f"Left alone: Room lobby {arn}: created " in result.stderr
    assert "`pulumi-ivschat recover --delete ARN` deletes it" in result.stderr
    assert "Made, not recorded" not in result.stderr
    assert arns(project) == [arn]


@pytest.mark.parametrize("options", [[], ["--delete"]])
def test_where_only_a_doubt_is_left_of_a_pending_create_nothing_at_all_is_changed(
    project: Project, invoke: Invoke, options: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "SETTLE_SECONDS", 0.0)
    project.state(pending_operations=[creating("lobby")])
    arn = retained(project)
    project.lock()

    result = invoke("recover", "--yes", *options)

    assert result.exit_code == 1
    assert "Nothing is changed.\n" in result.stderr
    assert "To go on without it: `pulumi cancel`, then `pulumi up`.\n" in result.stderr
    assert (project.directory / "locked").exists()
    assert project.deployment()["pending_operations"]
    assert arns(project) == [arn]


def test_what_another_stack_records_is_shown_and_no_failure(project: Project, invoke: Invoke) -> None:
    arn = retained(project)
    project.state(resource("lobby", id=arn), stack="prod")
    (project.directory / "stacks.json").write_text('[{"name": "test"}, {"name": "prod"}, {"name": "unreadable"}]')

    result = invoke("recover", "--delete", "--yes")

    assert result.stderr == f"Left alone: Room lobby {arn}: recorded in chat/prod\nThere is nothing to recover.\n"
    assert result.exit_code == 0
    assert "is recorded in the stack chat/prod" in invoke("recover", "--delete", "--yes", arn).stderr
    assert arns(project) == [arn]


def test_a_named_arn_is_shown_asked_for_and_deleted(project: Project, invoke: Invoke) -> None:
    arn, other = retained(project), retained(project, "other")

    assert invoke("recover", arn, "--delete", stdin="n\n").exit_code == 1
    assert {*arns(project)} == {arn, other}
    result = invoke("recover", arn, "--delete", stdin="y\n")

    assert result.stderr.startswith(f"Named: Room lobby {arn}; its owner tag: chat/test/lobby\nDelete these, and clear")
    assert result.exit_code == 0
    assert arns(project) == [other]


def test_a_named_arn_without_an_owner_tag_finds_no_place(project: Project, invoke: Invoke) -> None:
    arn = project.room("by-hand")
    (project.directory / "wanted.json").write_text(json.dumps({"resources": [{"type": "x", "name": "by-hand"}]}))

    result = invoke("recover", "--yes", arn)

    assert f"Named: Room by-hand {arn}; its owner tag: none\n" in result.stderr
    assert f"{arn} is not in the program." in result.stderr
    assert (result.exit_code, arns(project)) == (1, [arn])


def test_of_three_that_were_created_again_three_lines_report_it_and_all_live(project: Project, invoke: Invoke) -> None:
    names = ("a", "b", "c")
    left = [project.room(name, tags={OWNER_TAG: f"chat/test/{name}"}) for name in names]
    recorded = [resource(name, id=project.room(name), created="2090-01-01T00:00:00Z") for name in names]
    project.state(*recorded, pending_operations=[creating(name) for name in names])

    result = invoke("recover", "--yes")

    shown = [line for line in result.stderr.splitlines() if line.startswith("Made, not recorded")]
    assert {*shown} == {
        f"Made, not recorded: Room {name} {arn}; the stack has {each['id']} in its place"
        for name, arn, each in zip(names, left, recorded, strict=True)
    }
    assert "nothing made" not in result.stderr
    assert "`pulumi-ivschat recover --delete arn:" in result.stderr
    assert result.exit_code == 1
    assert project.recorded() == recorded
    assert len(arns(project)) == 6


def cut(project: Project, name: str) -> Path:
    """Return a file of a backend in the project's directory, cut off by a kill, with which the engine reads no state."""
    file = project.directory / "state" / ".pulumi" / "stacks" / "chat" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("")
    script = project.directory.parent / "bin" / "pulumi"
    failing = (
        f'if [ -f {file} ] && [ "$1" != whoami ]; then echo "error: failed to load checkpoint: EOF" >&2; exit 1; fi'
    )
    script.write_text(script.read_text().replace("\n", f"\n{failing}\n", 1))
    return file


@pytest.mark.parametrize(("stdin", "code"), [("n\n", 1), ("y\ny\n", 0)])
def test_attributes_that_a_kill_has_cut_off_are_removed_after_a_question(
    lobby: str, project: Project, invoke: Invoke, stdin: str, code: int
) -> None:
    file = cut(project, "test.json.attrs")

    result = invoke("recover", "--stack", "test", stdin=stdin)

    assert f"Cut off by a kill, holds nothing of the state: {file}\nRemove these files?" in result.stderr
    assert result.exit_code == code
    assert file.exists() is bool(code)
    assert [each["id"] for each in project.recorded()] == ([] if code else [lobby])


def test_a_state_that_is_cut_off_itself_is_left_with_its_backup_named(project: Project, invoke: Invoke) -> None:
    file = cut(project, "test.json")
    backup = file.with_name("test.json.bak")
    backup.write_text("{}")

    result = invoke("recover", "--stack", "test", "--yes")

    assert result.exit_code == 1
    assert f"The state itself is cut off. {backup} is the state before its last step" in result.stderr
    assert file.exists()
