"""Chat tokens through the real engine: issued at every `up`, in no preview, and seen by nobody else."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from pulumi_ivschat.local import discovery
from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.stories import Apply, Here, Preview, Story, Up, python_story

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
    """Return the content of a token of the local service."""
    found: dict[str, Any] = json.loads(zlib.decompress(base64.urlsafe_b64decode(token.partition(".")[0] + "==")))
    return found


def clean(output: str) -> str:
    """Return the output, which holds neither traceback nor secret."""
    assert "Traceback" not in output
    assert CANARY not in output
    return output


@attrs.frozen
class Lifetime:
    """What the commands of a component's life printed, called and left."""

    outputs: list[str]
    calls: list[list[str]]
    exported: list[dict[str, Any]]
    resources: list[list[dict[str, Any]]]
    files: str


@pytest.fixture
def lifetime(stack: Stack, service: LocalService) -> Lifetime:
    """Preview, create, preview, update twice (without a change, and into another region): five commands."""
    found = Lifetime([], [], [], [], "")

    def note(output: str) -> None:
        found.outputs.append(output)
        found.calls.append(service.calls())
        found.exported.append(stack.outputs())
        found.resources.append(stack.plain_resources())

    stack.program(
        f"""{LOBBY}
    async def show(name, output):
        print(name, "is known:", await output.is_known(), "is secret:", await output.is_secret())
    pulumi.Output.from_input(show("alice", smoke.tokens["alice"]))
    smoke.tokens["alice"].apply(lambda issued: print("issued", issued, f"{{issued}}", str(issued)))
    pulumi.export("alone", smoke.tokens["bob"]["token"])
    pulumi.export("component", smoke)
    pulumi.export("in-text", pulumi.Output.concat("token: ", smoke.tokens["bob"]["token"]))
    """
    )
    note(stack.preview())
    note(stack.up())
    note(stack.preview("--refresh", "--expect-no-changes"))
    note(stack.up("--expect-no-changes") + stack.run("stack", "output"))
    files = "".join(file.read_text(errors="replace") for file in stack.directory.parent.rglob("*") if file.is_file())
    note(stack.config(region="eu-west-1").up())
    return attrs.evolve(found, files=files)


@pytest.mark.oldest_sdk
def test_each_up_issues_a_token_for_each_grant_and_a_preview_issues_none(lifetime: Lifetime) -> None:
    previewed, created, previewed_again, updated, replaced = lifetime.outputs
    issued = [calls.count("CreateChatToken") for calls in lifetime.calls]
    assert issued == [0, 2, 2, 4, 6]
    assert lifetime.calls[1][:2] == ["ListRooms", "CreateRoom"]
    assert "alice is known: False is secret: True" in previewed
    assert "alice is known: True is secret: True" in created
    assert "alice is known: False is secret: True" in previewed_again

    first, second, third = lifetime.exported[1], lifetime.exported[3], lifetime.exported[4]
    alice, bob = (content(first["tokens"][name]["token"]) for name in ("alice", "bob"))
    assert alice["room_arn"] == bob["room_arn"] == first["room"]
    assert (alice["user_id"], alice["capabilities"]) == ("alice", ["SEND_MESSAGE"])
    assert (bob["user_id"], bob["capabilities"]) == ("bob", [])
    assert alice["session_expires"] - bob["session_expires"] == pytest.approx(-55 * 60, abs=10)
    assert first["tokens"]["bob"].keys() == {"token", "token_expiration_time", "session_expiration_time"}

    assert second["tokens"]["alice"]["token"] != first["tokens"]["alice"]["token"]
    assert second["room"] == first["room"]
    before, after = ([each["outputs"] for each in lifetime.resources[number]] for number in (1, 3))
    assert after == before

    assert third["room"].split(":")[3] == "eu-west-1"
    assert content(third["tokens"]["alice"]["token"])["room_arn"] == third["room"]

    component = next(each for each in lifetime.resources[4] if each["type"] == "ivschat:index:ChatTokens")
    assert component.get("inputs", {}) == {}
    assert component["outputs"].keys() == {"room_arn", "region", "issuer_policy"}
    assert (component["outputs"]["room_arn"], component["outputs"]["region"]) == (third["room"], "eu-west-1")
    [statement] = json.loads(component["outputs"]["issuer_policy"])["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["ivschat:CreateChatToken"], [third["room"]])

    printed = f"{previewed}{created}{previewed_again}{updated}{replaced}{lifetime.files}"
    tokens = [each["token"] for exported in lifetime.exported[1:] for each in exported["tokens"].values()]
    assert "issued {'token': '[secret]'" in created
    assert "CreateChatToken" in lifetime.files  # the policy document: the state file is among them
    assert [token for token in tokens if token in printed] == []


@python_story
def test_without_grants_there_is_no_token_and_no_call(here: Here) -> Story:
    del here
    seen = yield Apply('smoke = ChatTokens("smoke", room=Room("lobby"))\npulumi.export("tokens", smoke.tokens)')

    assert seen.calls == ["CreateRoom"]
    assert seen.outputs == {"tokens": {}}


@python_story
def test_unknown_grants_are_previewed_and_arrive(here: Here) -> Story:
    del here
    previewed = yield Preview(
        """
        first = Room("first", name="first")
        smoke = ChatTokens("smoke", room=Room("lobby").arn, grants={
            "alice": {"user_id": first.room_id, "attributes": {"room": first.arn, "k": "v"}},
            "bob": first.room_id.apply(lambda id: {"user_id": id, "capabilities": ("SEND_MESSAGE",)}),
            "carl": {"user_id": "carl", "session_duration_in_minutes": first.name.apply(lambda name: float(len(name)))},
        })
        pulumi.export("first", first.arn)
        pulumi.export("tokens", smoke.tokens)
        """
    )
    assert previewed.calls == []
    outputs = (yield Up()).outputs

    alice, bob, carl = (content(outputs["tokens"][name]["token"]) for name in ("alice", "bob", "carl"))
    assert outputs["first"].endswith(alice["user_id"])
    assert alice["attributes"] == {"room": outputs["first"], "k": "v"}
    assert (bob["user_id"], bob["capabilities"]) == (alice["user_id"], ["SEND_MESSAGE"])
    assert carl["expires"] < carl["session_expires"]


@python_story
def test_tokens_wait_for_what_their_component_depends_on(here: Here) -> Story:
    room = here.service.client().create_room()["arn"]
    before = len(here.service.requests())

    seen = yield Up(
        f"""
        grants = {{"alice": {{"user_id": "alice"}}}}
        ChatTokens("smoke", pulumi.ResourceOptions(depends_on=[Room("other")]), room="{room}", grants=grants)
        """
    )

    arns = {"CreateRoom": seen.arn("other"), "CreateChatToken": room}
    made = [
        request
        for request in here.service.requests()[before:]
        if arns.get(request["operation"], "") == request["identifier"]
    ]
    assert [request["operation"] for request in made] == ["CreateRoom", "CreateChatToken"]


@python_story
def test_a_program_issues_one_token_without_a_component(here: Here) -> Story:
    del here
    previewed = yield Preview(
        """
        lobby = Room("lobby")
        issued = create_chat_token_output(lobby, lobby.name, capabilities=["SEND_MESSAGE"], attributes={"a": lobby.arn})
        pulumi.export("issued", issued)
        """
    )
    assert previewed.calls == []

    seen = yield Up()

    token = seen.outputs["issued"]["token"]
    assert content(token)["attributes"] == {"a": content(token)["room_arn"]} == {"a": seen.arn("lobby")}
    assert token not in json.dumps(dict(seen.resources))
    assert seen.calls == ["CreateRoom", "CreateChatToken"]


@pytest.mark.oldest_sdk
def test_all_problems_of_all_grants_are_reported_in_the_preview_before_any_call(
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
        assert f"ChatTokens smoke: grants.{problem}" in clean(output)
    assert "emil" not in output
    assert service.calls() == []


def test_a_grant_that_proves_invalid_in_the_up_is_reported_before_any_call(stack: Stack, service: LocalService) -> None:
    late = 'lobby.arn.apply(lambda arn: "x" * 129)'
    stack.program(
        f"""
        lobby = Room("lobby")
        ChatTokens("smoke", room=lobby, grants={{"alice": {{"user_id": {late}}}, "bob": {{"user_id": "bob"}}}})
        """
    )

    assert "grants.alice.user_id must be at most 128 characters, not 129" in clean(stack.up(code=1))
    assert service.calls() == ["ListRooms", "CreateRoom"]


@pytest.mark.parametrize(
    ("program", "problem"),
    [
        (f'ChatTokens("smoke", room="{CANARY}")', "ChatTokens smoke: room is not a room ARN"),
        ('pulumi.export("p", moderator_policy_output("lobby"))', "room_arns[0] is not a room ARN"),
    ],
)
def test_an_arn_that_is_not_a_rooms_is_reported_in_the_preview(stack: Stack, program: str, problem: str) -> None:
    assert problem in clean(stack.program(program).preview(code=1))


def test_arguments_that_are_invalid_as_such_raise_in_the_program(stack: Stack) -> None:
    output = stack.program(
        f"""
        for call in (lambda: ChatTokens("smoke", room="{GONE}", grants=pulumi.Output.secret({{}})),):
            try:
                call()
            except pulumi.RunError as error:
                print("raised:", error)
        """
    ).preview()

    assert "raised: ChatTokens smoke: grants must map names" in clean(output)


def test_secret_inputs_are_shown_nowhere(stack: Stack, service: LocalService) -> None:
    stack.run("config", "set", "--secret", "user", CANARY)
    program = """
        user = pulumi.Config().require_secret("user")
        smoke = ChatTokens("smoke", room=Room("lobby"), grants={"alice": {"user_id": user, "attributes": {"k": user}%s}})
        pulumi.export("token", smoke.tokens["alice"])
        """
    clean(stack.program(program % "").up() + stack.run("stack", "export"))
    assert content(stack.outputs()["token"]["token"])["attributes"] == {"k": CANARY}

    assert "grants.alice.capabilities[0]" in clean(stack.program(program % ', "capabilities": [user]').up(code=1))
    refusal = {"fieldList": [{"name": "userId", "message": f"{CANARY} is nobody"}]}
    service.fault("CreateChatToken", error="ValidationException", members=refusal, count=None)
    assert "userId: [secret] is nobody" in clean(stack.program(program % "").up(code=1))


def test_a_refusal_of_aws_is_shown_with_its_remedy_and_a_deleted_room_is_recreated(
    stack: Stack, service: LocalService
) -> None:
    service.fault("CreateChatToken", error="AccessDeniedException", count=None)
    output = clean(stack.program(LOBBY).up(code=1))
    assert "Allow ivschat:CreateChatToken on arn:aws:ivschat:us-west-2:000000000000:room/" in output
    service.clear_faults()
    room = stack.resource("lobby")["id"]
    service.client().delete_room(identifier=room)

    output = clean(stack.up(code=1))
    assert "ChatTokens smoke: grants." in output
    assert f"CreateChatToken {room}: ResourceNotFoundException" in output
    assert "`pulumi up --refresh`" in output

    stack.up("--refresh")
    assert content(stack.outputs()["tokens"]["bob"]["token"])["room_arn"] == stack.outputs()["room"]


def test_the_embedded_service_issues_tokens_too(new_stack: Callable[[str], Stack], environment: dict[str, str]) -> None:
    try:
        stack = new_stack("embedded").config(region="us-west-2", endpointUrl="local").program(LOBBY)
        stack.up(environment={"AWS_PROFILE": "nobody"})
        assert content(stack.outputs()["tokens"]["alice"]["token"])["user_id"] == "alice"
    finally:
        discovery.stop(Path(environment["PULUMI_IVSCHAT_DATA"]))
