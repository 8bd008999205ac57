"""`pulumi-ivschat import --from`: what it asks, prints and refuses; tests/engine/test_moving_in.py has what results."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.cli.conftest import Invoke, Project
from tests.stacks.conftest import resource
from tests.stacks.other_tools.documents import (
    LOGGING,
    PULUMI_ROOM,
    ROOM,
    Document,
    cfn_list,
    cfn_resource,
    pulumi_export,
    pulumi_resource,
    room,
    tf_instance,
    tf_resource,
    tf_state,
    urn,
)


def written(project: Project, document: Document, name: str = "state.json") -> str:
    (project.directory / name).write_text(json.dumps(document))
    return name


def lobby(arn: str) -> Document:
    return tf_state(tf_resource(ROOM, "lobby", tf_instance(arn, "eu")))


def imported(project: Project) -> list[tuple[str, str]]:
    return [(entry["name"], entry["id"]) for entry in project.imported()]


def test_rooms_get_their_names_from_a_terraform_state_and_the_command_that_lets_go_comes_last(
    project: Project, invoke: Invoke
) -> None:
    arn = project.room("in-the-cloud")

    result = invoke("import", "--from", written(project, lobby(arn)), stdin="y\n")

    assert result.exit_code == 0
    assert f"Room                 lobby-eu                       {arn}\n" in result.stderr
    assert "Import 1 Room into chat/test? [y/N]" in result.stderr
    assert imported(project) == [("lobby-eu", arn)]
    code = (project.directory / "imported_rooms.py").read_text()
    assert code.endswith('lobby_eu = Room("lobby-eu", name="in-the-cloud")\n')
    shown = result.stderr[result.stderr.index("Next: ") :]
    assert """\n    'aws_ivschat_room.lobby["eu"]'\n""" in shown
    assert shown.endswith("    destroy = false\n  }\n}\n")


def test_on_no_nothing_is_imported_and_nothing_is_to_be_let_go_of(project: Project, invoke: Invoke) -> None:
    result = invoke("import", "--from", written(project, lobby(project.room())), stdin="n\n")

    assert (result.exit_code, imported(project)) == (1, [])
    assert "state rm" not in result.stderr


def test_an_import_that_fails_shows_no_way_to_let_go(project: Project, invoke: Invoke) -> None:
    project.lock()

    result = invoke("import", "--yes", "--from", written(project, lobby(project.room())))

    assert result.exit_code == 1
    assert "state rm" not in result.stderr


def test_an_arn_beside_it_is_imported_too_and_may_have_another_name(project: Project, invoke: Invoke) -> None:
    arn, other = project.room("a"), project.room("b")

    result = invoke("import", "--yes", "--from", written(project, lobby(arn)), f"main={arn}", other)

    assert result.exit_code == 0
    assert imported(project) == [("main", arn), ("b", other)]


def test_a_name_that_the_stack_has_already_is_an_error_that_shows_how_to_give_another(
    project: Project, invoke: Invoke
) -> None:
    project.state(resource("lobby-eu", id=project.room("mine")))

    result = invoke("import", "--yes", "--from", written(project, lobby(project.room())))

    assert (result.exit_code, imported(project)) == (1, [])
    assert "two resources of the name lobby-eu in the stack\nChoose another name: RESOURCE_NAME=ARN." in result.stderr


def test_after_an_import_the_same_command_shows_again_how_to_let_go(project: Project, invoke: Invoke) -> None:
    arn = project.room()
    project.state(resource("lobby-eu", id=arn))

    result = invoke("import", "--yes", "--from", written(project, lobby(arn)))

    assert (result.exit_code, imported(project)) == (1, [])
    assert f"Skipped: {arn} is already in this stack, as lobby-eu.\n" in result.stderr
    assert "terraform state rm" in result.stderr


def test_a_room_with_another_stacks_owner_tag_is_an_error_unless_its_arn_is_named(
    project: Project, invoke: Invoke
) -> None:
    arn = project.room(tags={OWNER_TAG: "chat/prod/lobby"})
    file = written(project, tf_state(tf_resource(ROOM, "lobby", tf_instance(arn), tf_instance(project.room(), 1))))

    refused = invoke("import", "--yes", "--from", file)
    result = invoke("import", "--yes", "--from", file, arn)

    assert (refused.exit_code, result.exit_code) == (1, 0)
    assert refused.stderr.endswith(
        f"Error: state.json: aws_ivschat_room.lobby ({arn}) has the owner tag of the stack chat/prod; "
        "to import it all the same, name its ARN\nNothing is imported.\n"
    )
    assert "The next `up` changes its owner tag from chat/prod/lobby to chat/test/lobby." in result.stderr
    assert len(imported(project)) == 2


def test_a_stack_is_named_instead_of_a_file_and_is_not_itself_what_records_the_room_elsewhere(
    project: Project, invoke: Invoke
) -> None:
    arn = project.room()
    written(project, pulumi_export(pulumi_resource(PULUMI_ROOM, "lobby", arn)), "prod.json")
    written(project, pulumi_export(pulumi_resource(PULUMI_ROOM, "lobby", arn)), "other.json")
    stacks = [{"name": "organization/web/prod"}, {"name": "test"}]
    (project.directory / "stacks.json").write_text(json.dumps(stacks))

    result = invoke("import", "--yes", "--from", "prod")

    assert (result.exit_code, imported(project)) == (0, [("lobby", arn)])
    assert "records it" not in result.stderr
    assert f"pulumi state delete {urn('lobby', PULUMI_ROOM)} --stack prod --yes\n" in result.stderr


def test_a_room_that_a_third_stack_records_is_an_error(project: Project, invoke: Invoke) -> None:
    arn = project.room()
    written(project, pulumi_export(pulumi_resource(PULUMI_ROOM, "lobby", arn)), "other.json")
    (project.directory / "stacks.json").write_text(json.dumps([{"name": "other"}]))

    result = invoke("import", "--yes", "--from", written(project, lobby(arn)))

    assert (result.exit_code, imported(project)) == (1, [])
    assert f'aws_ivschat_room.lobby["eu"] ({arn}) is recorded in the stack chat/other' in result.stderr


@pytest.mark.usefixtures("project")
def test_a_name_that_is_neither_a_file_nor_a_stack_is_an_error(invoke: Invoke) -> None:
    result = invoke("import", "--yes", "--from", "nowhere")

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: nowhere is not a file, and reading it as a Pulumi stack failed: ")
    assert result.stderr.endswith("\n`pulumi stack ls --all` lists the stacks.\n")


def test_logging_that_only_the_room_names_is_not_imported_unless_its_arn_is_named(
    project: Project, invoke: Invoke
) -> None:
    destination: Any = {"s3": {"bucketName": "chat-archive"}}
    log = project.service.client().create_logging_configuration(name="log", destinationConfiguration=destination)["arn"]
    file = written(project, lobby(project.room("a", loggingConfigurationIdentifiers=[log])))

    without = invoke("import", "--yes", "--from", file)
    names = [entry["name"] for entry in project.imported()]
    result = invoke("import", "--yes", "--from", file, log, "--out", "-")

    assert names == ["lobby-eu"]
    assert f"state.json does not have {log}, which its rooms use. Name it to import it too.\n" in without.stderr
    assert f'logging_configuration_identifiers=["{log}"]' in (project.directory / "imported_rooms.py").read_text()
    assert "does not have" not in result.stderr
    assert "logging_configuration_identifiers=[log.arn]" in result.stdout


def test_logging_that_the_stack_has_already_is_not_reported_as_missing(project: Project, invoke: Invoke) -> None:
    destination: Any = {"s3": {"bucketName": "chat-archive"}}
    log = project.service.client().create_logging_configuration(destinationConfiguration=destination)["arn"]
    project.state(resource("archive", "LoggingConfiguration", id=log))
    arn = project.room(loggingConfigurationIdentifiers=[log])

    result = invoke("import", "--yes", "--from", written(project, lobby(arn)))

    assert result.exit_code == 0
    assert "does not have" not in result.stderr


def test_logging_of_the_same_state_is_referred_to_by_its_variable(project: Project, invoke: Invoke) -> None:
    destination: Any = {"s3": {"bucketName": "chat-archive"}}
    log = project.service.client().create_logging_configuration(destinationConfiguration=destination)["arn"]
    arn = project.room("a", loggingConfigurationIdentifiers=[log])
    state = tf_state(tf_resource(ROOM, "lobby", tf_instance(arn)), tf_resource(LOGGING, "archive", tf_instance(log)))

    result = invoke("import", "--yes", "--from", written(project, state))

    assert result.exit_code == 0
    code = (project.directory / "imported_rooms.py").read_text()
    assert 'archive = LoggingConfiguration(\n    "archive",\n' in code
    assert 'lobby = Room("lobby", name="a", logging_configuration_identifiers=[archive.arn])' in code


def test_a_room_of_another_region_is_imported_with_its_region(project: Project, invoke: Invoke) -> None:
    arn = project.service.client("eu-west-1").create_room(name="there")["arn"]

    assert invoke("import", "--yes", "--from", written(project, lobby(arn))).exit_code == 0

    assert 'region="eu-west-1"' in (project.directory / "imported_rooms.py").read_text()


def test_rooms_that_do_not_exist_are_an_error_and_nothing_is_imported(project: Project, invoke: Invoke) -> None:
    arns = [project.room() for _ in range(3)]
    for arn in arns[:2]:
        project.service.client().delete_room(identifier=arn)
    state = tf_state(tf_resource(ROOM, "lobby", *(tf_instance(arn, number) for number, arn in enumerate(arns))))

    result = invoke("import", "--yes", "--from", written(project, state))

    assert (result.exit_code, imported(project)) == (1, [])
    assert not (project.directory / "imported_rooms.py").exists()
    assert result.stderr.endswith(
        f"Error: state.json: aws_ivschat_room.lobby[0], and 1 more of its resources, do not exist: {arns[0]}, {arns[1]}\n"
        "According to state.json it is in the account 000000000000, region us-west-2: use credentials of that account.\n"
        "If a resource was deleted, run `terraform state rm 'aws_ivschat_room.lobby[0]'`. Then try again with the new state.\n"
    )


def test_a_room_of_another_account_is_an_error_that_names_the_account(project: Project, invoke: Invoke) -> None:
    result = invoke("import", "--yes", "--from", written(project, lobby(room("aaaaaaaaaaaa"))))

    assert (result.exit_code, imported(project)) == (1, [])
    assert "AccessDeniedException" in result.stderr
    assert result.stderr.endswith(
        "\nAccording to state.json it is in the account 111122223333, region us-west-2: use credentials of that account.\n"
    )


def test_a_nested_stack_is_reported_beside_what_is_imported(project: Project, invoke: Invoke) -> None:
    nested = cfn_resource("AWS::CloudFormation::Stack", "Inner", "arn:inner")
    document = cfn_list(nested, cfn_resource("AWS::IVSChat::Room", "Lobby", project.room()))

    result = invoke("import", "--yes", "--from", written(project, document))

    assert result.exit_code == 0
    assert "state.json does not have the resources of the nested stack arn:inner." in result.stderr
    assert "set `DeletionPolicy: Retain` on Lobby, and deploy it." in result.stderr


@pytest.mark.parametrize("option", [["--all"], ["--name", "lobby"], ["--tag", "a=b"], ["--region", "eu-west-1"]])
def test_options_that_select_resources_do_not_go_with_a_state(
    project: Project, invoke: Invoke, option: list[str]
) -> None:
    result = invoke("import", "--yes", "--from", written(project, lobby(project.room())), *option)

    assert (result.exit_code, imported(project)) == (2, [])
    assert "use it without --name, --tag, --all and --region" in result.stderr


def test_a_state_that_cannot_be_used_is_an_error_of_few_lines(project: Project, invoke: Invoke) -> None:
    written(project, {"version": 3, "terraform_version": "1.11.4", "backend": {"type": "s3"}}, "pointer.tfstate")

    result = invoke("import", "--yes", "--from", "pointer.tfstate")

    assert (result.exit_code, imported(project)) == (1, [])
    assert result.stderr == (
        "Error: pointer.tfstate only names the backend that Terraform keeps the state in\n"
        "Write the state with `terraform state pull > state.json`, and name that file.\n"
    )


def test_a_directory_may_have_the_name_of_a_stack_and_is_an_error_otherwise(project: Project, invoke: Invoke) -> None:
    arn = project.room()
    written(project, pulumi_export(pulumi_resource(PULUMI_ROOM, "lobby", arn)), "prod.json")
    (project.directory / "prod").mkdir()

    result = invoke("import", "--yes", "--from", "prod")
    refused = invoke("import", "--yes", "--from", str(project.directory))

    assert (result.exit_code, imported(project)) == (0, [("lobby", arn)])
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: {project.directory} is a directory, and not the name of a Pulumi stack\n")


def test_text_of_a_state_does_not_act_on_the_terminal(project: Project, invoke: Invoke) -> None:
    state = tf_state(tf_resource(ROOM, "lobby", tf_instance(project.room(), "\x1b[2J")))

    result = invoke("import", "--yes", "--from", written(project, state))

    assert "\x1b" not in result.stderr
    assert r"""'aws_ivschat_room.lobby["\u001b[2J"]'""" in result.stderr
