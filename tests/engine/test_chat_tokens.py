"""Chat tokens through the real engine: made at every `up`, in no preview, and seen by nobody else."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.local import discovery
from tests.conftest import LocalService
from tests.engine.conftest import Stack

CANARY = "canary-4711"
GONE = "arn:aws:ivschat:us-west-2:000000000000:room/gone12345678"
LOBBY = """
    lobby = Room("lobby")
    smoke = ChatTokens("smoke", room=lobby, grants={
        "alice": {"user_id": "alice", "capabilities": ["SEND_MESSAGE"], "session_duration_in_minutes": 5},
        "bob": {"user_id": "bob"},
    })
    pulumi.export("room", smoke.room_arn)
    pulumi.export("tokens", smoke.tokens)
    """


def content(token: str) -> dict[str, Any]:
    """Return what a token of the local service says."""
    found: dict[str, Any] = json.loads(zlib.decompress(base64.urlsafe_b64decode(token.partition(".")[0] + "==")))
    return found


def told(output: str) -> str:
    """Return the output, which holds neither traceback nor secret."""
    assert "Traceback" not in output
    assert CANARY not in output
    return output


@pytest.mark.oldest_sdk
def test_a_new_room_has_a_token_for_each_grant_in_one_up(stack: Stack, service: LocalService) -> None:
    stack.program(LOBBY).up()

    outputs = stack.outputs()
    alice, bob = (content(outputs["tokens"][name]["token"]) for name in ("alice", "bob"))
    assert service.calls() == ["ListRooms", "CreateRoom", "CreateChatToken", "CreateChatToken"]
    assert alice["room_arn"] == bob["room_arn"] == outputs["room"]
    assert (alice["user_id"], alice["capabilities"]) == ("alice", ["SEND_MESSAGE"])
    assert (bob["user_id"], bob["capabilities"]) == ("bob", [])
    assert alice["session_expires"] - bob["session_expires"] == pytest.approx(-55 * 60, abs=10)
    assert outputs["tokens"]["bob"].keys() == {"token", "token_expiration_time", "session_expiration_time"}


@pytest.mark.oldest_sdk
def test_a_preview_makes_no_token_and_knows_none(stack: Stack, service: LocalService) -> None:
    program = f"""{LOBBY}
    async def show(name, output):
        print(name, "is known:", await output.is_known(), "is secret:", await output.is_secret())
    pulumi.Output.from_input(show("alice", smoke.tokens["alice"]))
    """
    assert "alice is known: False is secret: True" in stack.program(program).preview()
    assert service.calls() == []

    assert "alice is known: True is secret: True" in stack.up()
    assert "alice is known: False is secret: True" in stack.preview()
    assert service.calls() == ["ListRooms", "CreateRoom", "CreateChatToken", "CreateChatToken"]


@pytest.mark.oldest_sdk
def test_a_second_up_makes_new_tokens_and_changes_nothing_else(stack: Stack, service: LocalService) -> None:
    stack.program(LOBBY).up()
    before, resources = stack.outputs(), stack.plain_resources()

    stack.preview("--expect-no-changes")
    stack.preview("--refresh", "--expect-no-changes")
    stack.drift(code=0)
    assert service.calls().count("CreateChatToken") == 2
    stack.up("--expect-no-changes")
    stack.run("up", "--yes", "--expect-no-changes")

    assert service.calls().count("CreateChatToken") == 6
    assert stack.outputs()["tokens"]["alice"]["token"] != before["tokens"]["alice"]["token"]
    assert stack.outputs()["room"] == before["room"]
    assert [each["outputs"] for each in stack.plain_resources()] == [each["outputs"] for each in resources]


def test_no_token_is_printed_or_in_plain_text_in_the_state(stack: Stack) -> None:
    output = stack.program(
        f"""{LOBBY}
    smoke.tokens["alice"].apply(lambda issued: print("issued", issued, f"{{issued}}", str(issued)))
    pulumi.export("alone", smoke.tokens["bob"]["token"])
    pulumi.export("component", smoke)
    pulumi.export("in-text", pulumi.Output.concat("token: ", smoke.tokens["bob"]["token"]))
    """
    ).up()
    tokens = [issued["token"] for issued in stack.outputs()["tokens"].values()]
    output += stack.preview() + stack.run("stack", "export") + stack.run("stack", "output") + stack.run("stack")

    assert "issued {'token': '[secret]'" in output
    for file in filter(Path.is_file, stack.directory.parent.rglob("*")):
        output += file.read_text(errors="replace")
    assert "CreateChatToken" in output  # the policy document: the state file is among them
    assert [token for token in tokens if token in output] == []


def test_the_components_state_is_the_room_the_region_and_the_policy(stack: Stack) -> None:
    stack.apply(LOBBY)

    component = stack.resource("smoke")
    room = stack.outputs()["room"]
    assert component["type"] == "ivschat:index:ChatTokens"
    assert component.get("inputs", {}) == {}
    assert component["outputs"].keys() == {"room_arn", "region", "issuer_policy"}
    assert (component["outputs"]["room_arn"], component["outputs"]["region"]) == (room, "us-west-2")
    [statement] = json.loads(component["outputs"]["issuer_policy"])["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["ivschat:CreateChatToken"], [room])


def test_without_grants_there_is_no_token_and_no_call(stack: Stack, service: LocalService) -> None:
    stack.apply('smoke = ChatTokens("smoke", room=Room("lobby"))\npulumi.export("tokens", smoke.tokens)')

    assert service.calls() == ["ListRooms", "CreateRoom", "GetRoom"]
    assert stack.outputs() == {"tokens": {}}


def test_a_replaced_room_has_tokens_in_the_same_up(stack: Stack) -> None:
    stack.program(LOBBY).up()

    stack.config(region="eu-west-1").up()

    outputs = stack.outputs()
    assert outputs["room"].split(":")[3] == "eu-west-1"
    assert content(outputs["tokens"]["alice"]["token"])["room_arn"] == outputs["room"]
    assert stack.resource("smoke")["outputs"]["region"] == "eu-west-1"


def test_unknown_grants_are_previewed_and_arrive(stack: Stack, service: LocalService) -> None:
    stack.program(
        """
        first = Room("first")
        smoke = ChatTokens("smoke", room=Room("lobby").arn, grants={
            "alice": {"user_id": first.room_id, "attributes": {"room": first.arn, "k": "v"}},
            "bob": first.room_id.apply(lambda id: {"user_id": id, "capabilities": ("SEND_MESSAGE",)}),
            "carl": {"user_id": "carl", "session_duration_in_minutes": first.name.apply(lambda name: float(len(name)))},
        })
        pulumi.export("first", first.arn)
        pulumi.export("tokens", smoke.tokens)
        """
    ).preview()
    assert service.calls() == []
    stack.up()

    outputs = stack.outputs()
    alice, bob, carl = (content(outputs["tokens"][name]["token"]) for name in ("alice", "bob", "carl"))
    assert outputs["first"].endswith(alice["user_id"])
    assert alice["attributes"] == {"room": outputs["first"], "k": "v"}
    assert (bob["user_id"], bob["capabilities"]) == (alice["user_id"], ["SEND_MESSAGE"])
    assert carl["expires"] < carl["session_expires"]


@pytest.mark.oldest_sdk
def test_all_problems_of_all_grants_are_told_in_the_preview_before_any_call(
    stack: Stack, service: LocalService
) -> None:
    output = stack.program(
        f"""
        lobby = Room("lobby")
        smoke = ChatTokens("smoke", room=lobby, grants={{
            "alice": {{"user_id": "", "capabilities": ["FLY"], "attributes": {{1: "{CANARY}"}}}},
            "bob": {{"user_id": lobby.arn, "session_duration_in_minutes": 181, "room_arn": lobby.arn}},
            "carl": {{"attributes": {{"a": lobby.arn, "b": "x" * 1024}}}},
            "dora": "{CANARY}",
            "emil": {{"user_id": "emil"}},
        }})
        pulumi.export("tokens", smoke.tokens)
        """
    ).preview(code=1)

    for problem in (
        "alice.user_id must be at least 1 characters, not 0",
        "alice.capabilities[0] must be SEND_MESSAGE or DISCONNECT_USER or DELETE_MESSAGE",
        "alice.attributes must map strings to strings",
        "bob.session_duration_in_minutes must be at most 180",
        "bob.room_arn is not a property here",
        "carl.user_id is required",
        "carl.attributes must be at most 1024 bytes together",
        "dora must be an object",
    ):
        assert f"ChatTokens smoke: grants.{problem}" in told(output)
    assert "emil" not in output
    told(stack.up(code=1))
    assert service.calls() == ["ListRooms", "CreateRoom"]


def test_what_proves_unfit_in_the_up_is_told_before_any_call(stack: Stack, service: LocalService) -> None:
    late = 'lobby.arn.apply(lambda arn: "x" * 129)'
    stack.program(
        f"""
        lobby = Room("lobby")
        ChatTokens("smoke", room=lobby, grants={{"alice": {{"user_id": {late}}}, "bob": {{"user_id": "bob"}}}})
        """
    ).preview()

    assert "grants.alice.user_id must be at most 128 characters, not 129" in told(stack.up(code=1))
    assert service.calls() == ["ListRooms", "CreateRoom"]


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        (f'ChatTokens("smoke", room="{CANARY}")', "ChatTokens smoke: room is not a room ARN"),
        (f'ChatTokens("smoke", room="{GONE}", grants=pulumi.Output.secret({{}}))', "grants must map names"),
        (f'create_chat_token_output("{GONE}", "")', "create_chat_token_output: user_id must be at least 1"),
        ('pulumi.export("p", moderator_policy_output("lobby"))', "room_arn is not a room ARN"),
    ],
)
def test_what_cannot_be_is_told_in_the_preview(stack: Stack, program: str, problem: str) -> None:
    assert problem in told(stack.program(program).preview(code=1))


def test_a_setting_that_does_not_exist_is_told(stack: Stack) -> None:
    stack.config(regoin="x").program(f'create_chat_token_output("{GONE}", "alice")')

    assert "unknown setting ivschat:regoin" in told(stack.preview(code=1))


def test_secret_inputs_are_shown_nowhere(stack: Stack, service: LocalService) -> None:
    stack.run("config", "set", "--secret", "user", CANARY)
    program = """
        user = pulumi.Config().require_secret("user")
        smoke = ChatTokens("smoke", room=Room("lobby"), grants={"alice": {"user_id": user, "attributes": {"k": user}%s}})
        pulumi.export("token", smoke.tokens["alice"])
        """
    told(stack.program(program % "").preview() + stack.up() + stack.run("stack", "export"))
    assert content(stack.outputs()["token"]["token"])["attributes"] == {"k": CANARY}

    assert "grants.alice.capabilities[0]" in told(stack.program(program % ', "capabilities": [user]').up(code=1))
    refusal = {"fieldList": [{"name": "userId", "message": f"{CANARY} is nobody"}]}
    service.fault("CreateChatToken", error="ValidationException", members=refusal, count=None)
    assert "userId: [secret] is nobody" in told(stack.program(program % "").up(code=1))


def test_a_room_deleted_behind_our_back_is_told_and_made_again(stack: Stack, service: LocalService) -> None:
    stack.program(LOBBY).up()
    service.client().delete_room(identifier=stack.outputs()["room"])

    output = told(stack.up(code=1))
    assert "ChatTokens smoke: grants." in output
    assert f"CreateChatToken {stack.outputs()['room']}: ResourceNotFoundException" in output
    assert "`pulumi up --refresh` makes it again" in output

    stack.up("--refresh")
    assert content(stack.outputs()["tokens"]["bob"]["token"])["room_arn"] == stack.outputs()["room"]


def test_a_refusal_of_aws_is_told_with_its_remedy(stack: Stack, service: LocalService) -> None:
    service.fault("CreateChatToken", error="AccessDeniedException", count=None)

    output = told(stack.program(LOBBY).up(code=1))

    assert "Allow ivschat:CreateChatToken on arn:aws:ivschat:us-west-2:000000000000:room/" in output


def test_tokens_wait_for_what_their_component_depends_on(stack: Stack, service: LocalService) -> None:
    room = service.client().create_room()["arn"]
    grants = '{"alice": {"user_id": "alice"}}'

    stack.program(
        f"""
        ChatTokens("smoke", pulumi.ResourceOptions(depends_on=[Room("other")]), room="{room}", grants={grants})
        """
    ).up()

    assert service.calls() == ["CreateRoom", "ListRooms", "CreateRoom", "CreateChatToken"]


@pytest.mark.oldest_sdk
def test_a_program_makes_one_token_without_a_component(stack: Stack, service: LocalService) -> None:
    stack.program(
        """
        lobby = Room("lobby")
        issued = create_chat_token_output(lobby, lobby.name, capabilities=["SEND_MESSAGE"], attributes={"a": lobby.arn})
        pulumi.export("issued", issued)
        """
    ).preview()
    assert service.calls() == []
    stack.up()
    stack.preview("--expect-no-changes")

    token = stack.outputs()["issued"]["token"]
    assert content(token)["attributes"] == {"a": content(token)["room_arn"]}
    assert token not in stack.run("stack", "export")
    assert service.calls() == ["ListRooms", "CreateRoom", "CreateChatToken"]


def test_the_embedded_service_makes_tokens_too(new_stack: Callable[[str], Stack], environment: dict[str, str]) -> None:
    try:
        stack = new_stack("embedded").config(region="us-west-2", endpointUrl="local").program(LOBBY)
        stack.up(environment={"AWS_PROFILE": "nobody"})
        assert content(stack.outputs()["tokens"]["alice"]["token"])["user_id"] == "alice"
    finally:
        discovery.stop(Path(environment["PULUMI_IVSCHAT_DATA"]))
