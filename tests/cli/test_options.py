"""Options that commands share."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Invoke, Project
from tests.conftest import LocalService

CANARY = "canary-4711"
UNSET = {"PULUMI_IVSCHAT_ENDPOINT_URL": None, "AWS_REGION": None, "AWS_DEFAULT_REGION": None}
NOWHERE = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    "command",
    [
        ["rooms"],
        ["token", "lobby", "--user", "alice"],
        ["send-event", "lobby", "app:hello"],
        ["delete-message", "lobby", "abcdefghijkl"],
        ["disconnect-user", "lobby", "bob"],
        ["chat", "lobby", "--user", "alice"],
    ],
    ids=lambda command: str(command[0]),
)
def test_in_a_project_every_command_uses_the_stacks_endpoint_and_region(
    project: Project, invoke: Invoke, command: list[str]
) -> None:
    project.room("lobby")

    result = invoke(*command, **UNSET)

    assert (result.exit_code, [line for line in result.stderr.splitlines() if not line.startswith("Joined")]) == (0, [])
    assert "ListRooms" in project.service.calls()


def test_in_a_project_the_stacks_profile_is_used(project: Project, invoke: Invoke) -> None:
    project.config(profile="of-the-stack")

    result = invoke("rooms")

    assert result.exit_code == 1
    assert "The config profile (of-the-stack) could not be found" in result.stderr


def test_the_stacks_settings_come_before_the_environment_and_options_before_both(
    project: Project, invoke: Invoke
) -> None:
    project.room("lobby")

    assert invoke("rooms", PULUMI_IVSCHAT_ENDPOINT_URL=NOWHERE, AWS_REGION="eu-west-1").exit_code == 0
    project.config(endpointUrl=NOWHERE, region="eu-west-1")
    assert invoke("rooms", "--endpoint-url", project.service.url, "--region", "us-west-2").exit_code == 0
    assert invoke("rooms", "--no-stack-settings").exit_code == 0


def test_another_stack_of_another_directory_can_be_named(
    project: Project, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("/")

    assert invoke("rooms", "--cwd", str(project.directory), "--stack", "test", **UNSET).exit_code == 0
    assert "config --json --show-secrets --stack test" in (project.directory / "asked").read_text()


def test_in_a_project_without_a_selected_stack_the_endpoint_must_be_named(
    project: Project, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")  # as without a selected stack, there is none to ask

    assert invoke("rooms").exit_code == 0
    assert invoke("rooms", **UNSET).exit_code == 1
    assert invoke("rooms", "--endpoint-url", project.service.url, AWS_REGION="us-west-2").exit_code == 0


def test_settings_of_a_stack_that_cannot_be_read_stop_the_command(project: Project, invoke: Invoke) -> None:
    (project.directory / "config.json").unlink()

    result = invoke("rooms")

    assert result.exit_code == 1
    assert "`pulumi config --json` failed" in result.stderr
    assert "To use options and environment only, add --no-stack-settings." in result.stderr
    assert project.service.calls() == []


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (["--region", "mars"], "'--region': it must be a region such as us-west-2"),
        (["--endpoint-url", "nowhere"], "'--endpoint-url': it must be an http(s) URL, or local"),
    ],
)
def test_an_unfit_option_is_wrong_usage(invoke: Invoke, arguments: list[str], shown: str) -> None:
    result = invoke("rooms", *arguments)

    assert result.exit_code == 2
    assert shown in result.stderr


@pytest.mark.parametrize(("command", "code"), [(["recover"], 2), (["import", "--all"], 2), (["drift"], 1)])
def test_one_unfit_region_of_several_is_wrong_usage(invoke: Invoke, command: list[str], code: int) -> None:
    result = invoke(*command, "--region", "us-west-2", "--region", "mars")

    assert result.exit_code == code
    assert "'--region': it must be a region such as us-west-2" in result.stderr


def test_an_unfit_endpoint_in_the_environment_is_wrong_usage_too(invoke: Invoke) -> None:
    result = invoke("rooms", PULUMI_IVSCHAT_ENDPOINT_URL="nowhere")

    assert result.exit_code == 2
    assert "PULUMI_IVSCHAT_ENDPOINT_URL" in result.stderr


@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_IVSCHAT", "AWS_ENDPOINT_URL"])
def test_awss_own_endpoint_variables_hold_where_ours_is_not_set(
    service: LocalService, invoke: Invoke, variable: str
) -> None:
    variables = {"PULUMI_IVSCHAT_ENDPOINT_URL": None, variable: service.url}

    assert invoke("rooms", **variables).exit_code == 0
    assert service.calls() == ["ListRooms"]


def test_the_option_wins_over_the_environment(service: LocalService, invoke: Invoke) -> None:
    result = invoke("rooms", "--endpoint-url", service.url, PULUMI_IVSCHAT_ENDPOINT_URL="http://127.0.0.1:1")

    assert result.exit_code == 0


def test_the_region_and_the_profile_reach_the_call(service: LocalService, invoke: Invoke) -> None:
    service.client("eu-west-1").create_room(name="lobby")

    assert "lobby" in invoke("rooms", "--region", "eu-west-1").stdout
    result = invoke("rooms", "--profile", "nobodys")
    assert result.exit_code == 1
    assert "The config profile (nobodys) could not be found" in result.stderr


def test_without_a_region_it_is_said_how_to_name_one(invoke: Invoke) -> None:
    unset = dict.fromkeys(["AWS_REGION", "AWS_DEFAULT_REGION"])

    result = invoke("rooms", **unset, AWS_CONFIG_FILE="/nowhere")

    assert (result.exit_code, result.stderr) == (
        1,
        "Error: no region is set\nUse --region, AWS_REGION or a profile with a region.\n",
    )


@pytest.mark.parametrize("attribute", [CANARY, f"={CANARY}"])
def test_an_attribute_is_key_and_value_and_is_not_shown(invoke: Invoke, attribute: str) -> None:
    result = invoke("token", "lobby", "--user", "alice", "--attribute", attribute)

    assert result.exit_code == 2
    assert "an attribute is KEY=VALUE" in result.stderr
    assert CANARY not in result.output
