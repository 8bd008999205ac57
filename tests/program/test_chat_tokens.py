"""ChatTokens' arguments beside AWS's service model, and tokens of a program without an engine."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import pulumi
import pytest
from pulumi.output import UNKNOWN
from pulumi.runtime import set_all_config

from pulumi_ivschat.model.service_model import operations, shape, snake_case
from pulumi_ivschat.program.chat_tokens import (
    ChatGrantArgs,
    ChatTokens,
    ChatTokensArgs,
    CreateChatTokenResult,
    create_chat_token_output,
)
from tests.conftest import LocalService

CANARY = "canary-4711"


@pytest.fixture
def room(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the ARN of a room in the service that the stack's configuration names."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    set_all_config({"ivschat:endpointUrl": service.url, "other:setting": "1"})
    yield service.client().create_room()["arn"]
    set_all_config({})


def unknown() -> pulumi.Output[Any]:
    """Return an output as previews have them."""
    return pulumi.Output.from_input(UNKNOWN)


def resolved(make: Callable[[], pulumi.Output[Any]]) -> tuple[Any, bool, bool]:
    """Return an output's value, whether it is known, and whether it is secret."""

    async def resolve() -> tuple[Any, bool, bool]:
        output = make()
        return await output.future(), await output.is_known(), await output.is_secret()

    return asyncio.run(resolve())


def test_a_grant_is_all_that_create_chat_token_takes_beside_the_room() -> None:
    members = {snake_case(member) for member in operations()["CreateChatToken"].input.members}

    assert set(ChatGrantArgs.__annotations__) == members - {"room_identifier"}


def test_a_result_is_what_create_chat_token_answers() -> None:
    members = {snake_case(member) for member in operations()["CreateChatToken"].output.members}

    assert set(CreateChatTokenResult.__annotations__) == members


def test_both_forms_take_what_their_arguments_types_name() -> None:
    component, function = (
        inspect.signature(ChatTokens).parameters,
        inspect.signature(create_chat_token_output).parameters,
    )

    assert component.keys() - {"resource_name", "opts"} == set(ChatTokensArgs.__annotations__)
    assert function.keys() - {"room"} == set(ChatGrantArgs.__annotations__)


@pytest.mark.parametrize("args", [ChatGrantArgs, ChatTokensArgs, CreateChatTokenResult])
def test_every_argument_is_described_where_an_editor_looks(args: type) -> None:
    assert inspect.getsource(args).count('"""') == 2 + 2 * len(args.__annotations__)


def test_every_limit_and_default_in_the_docstrings_is_the_one_in_force() -> None:
    source = inspect.getsource(ChatGrantArgs)
    session, attributes = shape("SessionDurationInMinutes"), shape("ChatTokenAttributes")

    assert f"{session.minimum} to {session.maximum} minutes. Default: {session.default}." in source
    assert f"{shape('UserID').minimum} to {shape('UserID').maximum} characters" in source
    assert f"at most {attributes.total} bytes" in source


def test_a_token_is_known_and_secret_and_its_repr_hides_it(room: str, service: LocalService) -> None:
    issued, is_known, is_secret = resolved(
        lambda: create_chat_token_output(room, "alice", capabilities={"SEND_MESSAGE"})
    )

    assert (is_known, is_secret) == (True, True)
    assert issued.keys() == CreateChatTokenResult.__annotations__.keys()
    assert str(issued["token"]) not in f"{issued} {issued!r}"
    assert service.calls() == ["CreateRoom", "CreateChatToken"]


@pytest.mark.parametrize(
    "combined",
    [
        pulumi.Output.all,
        lambda token: pulumi.Output.all(smoke=token),
        lambda token: pulumi.Output.from_input({"smoke": [token]}),
        lambda token: token.apply(lambda issued: {**issued}),
        lambda token: pulumi.Output.format("{0}", token),
    ],
)
def test_no_repr_of_what_a_token_becomes_part_of_shows_it(
    room: str, combined: Callable[[pulumi.Output[Any]], pulumi.Output[Any]]
) -> None:
    def make() -> pulumi.Output[Any]:
        token = create_chat_token_output(room, "alice")
        return pulumi.Output.all(combined(token), token["token"])

    (shown, text), _, _ = resolved(make)

    assert len(str(text)) > len("[secret]")
    assert str(text) not in f"{shown}"
    assert "[secret]" in f"{shown}"


def test_a_preview_makes_no_token(room: str, service: LocalService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi.runtime, "is_dry_run", lambda: True)

    assert resolved(lambda: create_chat_token_output(room, "alice")) == (None, False, True)
    assert service.calls() == ["CreateRoom"]


def test_a_unit_test_with_mocks_of_a_preview_makes_no_token(
    room: str, service: LocalService, run_python: Callable[[str], str]
) -> None:
    code = f"""
import pulumi
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.name, args.inputs
    def call(self, args):
        return {{}}
pulumi.runtime.set_mocks(Mocks(), preview=True)
pulumi.runtime.set_all_config({{"ivschat:endpointUrl": {service.url!r}}})
from pulumi_ivschat import ChatTokens
@pulumi.runtime.test
def test():
    smoke = ChatTokens("smoke", room={room!r}, grants={{"alice": {{"user_id": "alice"}}}})
    smoke.tokens["alice"].apply(lambda token: print("a token"))
    return smoke.region.apply(print)
test()
"""
    assert run_python(code) == "us-west-2"
    assert service.calls() == ["CreateRoom"]


@pytest.mark.parametrize(
    ("user_id", "attributes"), [(UNKNOWN, None), ("alice", UNKNOWN), ("alice", {"known": "value", "unknown": UNKNOWN})]
)
def test_what_is_unknown_makes_no_token_even_in_an_up(
    room: str, service: LocalService, user_id: Any, attributes: Any
) -> None:
    assert resolved(lambda: create_chat_token_output(room, user_id, attributes=attributes)) == (None, False, True)
    assert service.calls() == ["CreateRoom"]


def test_an_unknown_room_makes_no_token() -> None:
    assert resolved(lambda: create_chat_token_output(unknown(), "alice")) == (None, False, True)


@pytest.mark.parametrize(
    ("grant", "shown"),
    [
        ({"user_id": CANARY, "capabilities": [CANARY]}, "capabilities[0] must be"),
        ({"user_id": UNKNOWN, "session_duration_in_minutes": 0}, "session_duration_in_minutes must be at least 1"),
        ({"user_id": "alice", "capabilities": CANARY}, "capabilities must be a list, not a string"),
        (
            {"user_id": "alice", "attributes": {CANARY: UNKNOWN, "b": [CANARY]}},
            "attributes must map strings to strings",
        ),
        ({"user_id": CANARY * 12}, "user_id must be at most 128 characters, not 132"),
    ],
)
def test_what_is_known_is_checked_and_not_shown(grant: dict[str, Any], shown: str) -> None:
    def make() -> pulumi.Output[Any]:
        inputs: dict[str, Any] = {name: pulumi.Output.secret(value) for name, value in grant.items()}
        return create_chat_token_output(unknown(), **inputs)

    with pytest.raises(pulumi.RunError) as caught:
        resolved(make)

    assert str(caught.value).startswith("create_chat_token_output: ")
    assert shown in str(caught.value)
    assert CANARY not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("late", [False, True])
def test_attributes_that_are_not_named_by_strings_are_reported(late: bool) -> None:  # noqa: FBT001  a parameter of pytest's
    attributes: Any = {7: CANARY}

    def make() -> pulumi.Output[Any]:
        given: Any = pulumi.Output.from_input("").apply(lambda _: attributes) if late else attributes
        return create_chat_token_output(unknown(), "alice", attributes=given)

    with pytest.raises(pulumi.RunError, match="attributes must map strings to strings"):
        resolved(make)


def test_inputs_may_be_any_collections_now_or_later(room: str) -> None:
    async def capabilities() -> tuple[Any, ...]:
        await asyncio.sleep(0)
        return ("SEND_MESSAGE", pulumi.Output.secret("DELETE_MESSAGE"))

    def make() -> pulumi.Output[Any]:
        attributes = MappingProxyType({"k": pulumi.Output.from_input("v")})
        return create_chat_token_output(room, "alice", capabilities=capabilities(), attributes=attributes)

    _, is_known, _ = resolved(make)

    assert is_known


def test_a_room_that_is_not_one_is_reported_and_not_shown() -> None:
    with pytest.raises(pulumi.RunError, match="room is not a room ARN") as caught:
        resolved(lambda: create_chat_token_output(CANARY, "alice"))

    assert CANARY not in str(caught.value)


def test_what_aws_refuses_is_an_error_of_the_program(room: str, service: LocalService) -> None:
    service.client().delete_room(identifier=room)

    with pytest.raises(
        pulumi.RunError, match=r"create_chat_token_output: CreateChatToken arn:.*ResourceNotFoundException"
    ):
        resolved(lambda: create_chat_token_output(room, "alice"))
