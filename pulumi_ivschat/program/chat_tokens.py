"""
Chat tokens in a program: for smoke tests of what it deploys.

    smoke = ChatTokens("smoke", room=lobby, grants={"alice": {"user_id": "alice", "capabilities": ["SEND_MESSAGE"]}})
    pulumi.export("alice", smoke.tokens["alice"])

A token opens one connection and expires after about a minute, so issuing tokens at run time is the normal way: see
`pulumi_ivschat.runtime`.

Every `up` makes new tokens, and so do other commands that run the program (`refresh` and `destroy` with `--run-program`); no
preview makes any. They are made in the program's own process, with the stack's `ivschat:…` settings. They are not part of any
resource's state, so they are not drift, and nothing tries to keep them. Under Pulumi's mocks, `Mocks.call` makes them: see
`mocks`.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Collection, Iterable, Iterator, Mapping, Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, TypedDict, cast

import pulumi
from pulumi.output import UNKNOWN as UNKNOWN_OUTPUT

from pulumi_ivschat.aws import chat_calls
from pulumi_ivschat.model import conversion, service_model
from pulumi_ivschat.model.properties import known
from pulumi_ivschat.program import mocks, policies
from pulumi_ivschat.program.room import Room
from pulumi_ivschat.program.run_errors import as_run_error
from pulumi_ivschat.program.stack_settings import stack_settings
from pulumi_ivschat.runtime import Capability
from pulumi_ivschat.settings import Connection

if TYPE_CHECKING:
    from typing_extensions import NotRequired

_OPERATION: Final = "CreateChatToken"


class ChatGrantArgs(TypedDict):
    """The user and the rights of one token."""

    user_id: pulumi.Input[str]
    """The user id of the client, 1 to 128 characters."""
    capabilities: NotRequired[pulumi.Input[Collection[pulumi.Input[Capability | str]] | None]]
    """What the user may do in the room beside reading. Default: nothing."""
    attributes: NotRequired[pulumi.Input[Mapping[str, pulumi.Input[str]] | None]]
    """What is sent with each of the user's messages, at most 1024 bytes together. Default: none."""
    session_duration_in_minutes: NotRequired[pulumi.Input[int | None]]
    """How long the connection lasts, 1 to 180 minutes. Default: 60."""


class ChatTokensArgs(TypedDict):
    """The inputs of ChatTokens."""

    room: Room | pulumi.Input[str]
    """The room, or its ARN."""
    grants: NotRequired[Mapping[str, pulumi.Input[ChatGrantArgs]] | None]
    """The tokens to make, by names of the program's own. Default: none."""


class CreateChatTokenResult(TypedDict):
    """A token for one connection of one user; no repr shows the token."""

    token: str
    """What the client connects with: a secret."""
    token_expiration_time: str
    """Until when the token opens a connection, as `2026-01-31T08:00:00.123Z`."""
    session_expiration_time: str
    """When AWS closes that connection, in the same form."""


class ChatTokens(pulumi.ComponentResource):
    """
    New chat tokens at every `up`, one for each grant; without grants there is neither token nor call.

    All grants are checked in the preview already, as far as they are known, and before the first token is made.
    """

    room_arn: pulumi.Output[str]
    """ARN of the room."""
    region: pulumi.Output[str]
    """AWS region of the room."""
    issuer_policy: pulumi.Output[str]
    """IAM policy document for issuing tokens for this room, and for nothing else."""
    tokens: Mapping[str, pulumi.Output[CreateChatTokenResult]]
    """The tokens by their grants' names: secret, and unknown in previews."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        room: Room | pulumi.Input[str],
        grants: Mapping[str, pulumi.Input[ChatGrantArgs]] | None = None,
    ) -> None:
        """Make tokens for *room* (a Room or its ARN), once what `depends_on` names is there."""
        super().__init__("ivschat:index:ChatTokens", resource_name, None, opts)
        about = f"{type(self).__name__} {resource_name}: "
        self.room_arn = _room_arn(about, room)
        self.region = self.room_arn.apply(mocks.region_of)
        self.issuer_policy = policies.issuer_policy_output(self.room_arn)
        # the URN is there when the component is registered, which waits for what it depends on
        registered = pulumi.Output.all(self.room_arn, self.urn).apply(lambda known: cast("str", known[0]))
        named = _by_name(about, grants)
        tokens = _tokens(about, registered, {f"grants.{name}": grant for name, grant in named.items()})
        self.tokens = dict(zip(named, tokens, strict=True))
        self.register_outputs({"room_arn": self.room_arn, "region": self.region, "issuer_policy": self.issuer_policy})


def create_chat_token_output(
    room: Room | pulumi.Input[str],
    user_id: pulumi.Input[str],
    *,
    capabilities: pulumi.Input[Collection[pulumi.Input[Capability | str]] | None] = (),
    attributes: pulumi.Input[Mapping[str, pulumi.Input[str]] | None] = None,
    session_duration_in_minutes: pulumi.Input[int | None] = None,
) -> pulumi.Output[CreateChatTokenResult]:
    """
    Make one token for *room* (a Room or its ARN), as `ChatTokens` does: at every `up`, secret, unknown in previews.

    The preview reports all inputs that AWS would refuse, as far as they are known.
    """
    about = "create_chat_token_output: "
    grant = chat_calls.grant(user_id, capabilities, attributes, session_duration_in_minutes)
    return _tokens(about, _room_arn(about, room), {"": grant})[0]


def _by_name(about: str, grants: Any) -> Mapping[str, Any]:
    if grants is None or isinstance(grants, Mapping):
        return grants or {}
    msg = f"{about}grants must map names, which are not outputs, to grants"
    raise pulumi.RunError(msg)


def _room_arn(about: str, room: Room | pulumi.Input[str]) -> pulumi.Output[str]:
    def validated(arn: Any) -> str:
        if not mocks.in_use():
            chat_calls.validate_room_arn(arn, "room", lambda problem: pulumi.RunError(f"{about}{problem}"))
        return str(arn)

    return pulumi.Output.from_input(room.arn if isinstance(room, Room) else room).apply(validated)


def _tokens(
    about: str, room_arn: pulumi.Output[str], grants: Mapping[str, Any]
) -> list[pulumi.Output[CreateChatTokenResult]]:
    """Return a token for each grant, by its property path."""
    if not grants:
        return []
    connection = _connection(about)
    inputs: pulumi.Output[Any] = pulumi.Output.all(room_arn, _checked(about, grants))
    secret: pulumi.Output[list[Any]] = pulumi.Output.secret(inputs)
    return [_token(about, path, secret, connection) for path in grants]


def _connection(about: str) -> Connection:
    with as_run_error(about):
        return stack_settings().connection


def _checked(about: str, grants: Mapping[str, Any]) -> pulumi.Output[Mapping[str, Any]]:
    """Return the grants, none of which AWS would refuse, as far as they are known."""

    def validated(given: Mapping[str, Any]) -> Mapping[str, Any]:
        _refuse(about, (problem for path, grant in given.items() for problem in _problems(path, grant)))
        return given

    return pulumi.Output.from_input(_plain(grants)).apply(validated, run_with_unknowns=True)


def _problems(path: str, grant: Any) -> Iterator[str]:
    for failure in chat_calls.grant_failures(known(grant)):
        yield f"{'.'.join(filter(None, (path, failure.property)))} {failure.reason}"


def _plain(value: Any) -> Any:
    """Return collections as dicts and lists, which Pulumi looks into; what is not keyed by strings ends as a list."""
    if inspect.isawaitable(value):
        value = pulumi.Output.from_input(value)
    if isinstance(value, pulumi.Output):
        return value.apply(_plain, run_with_unknowns=True)
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(item) for key, item in value.items()}
    collections = (Mapping, AbstractSet, list, tuple)
    return [_plain(item) for item in value] if isinstance(value, collections) else value


def _refuse(about: str, problems: Iterable[str]) -> None:
    shown = "\n".join(f"{about}{problem}" for problem in problems)
    if shown:
        raise pulumi.RunError(shown)


def _token(
    about: str, path: str, inputs: pulumi.Output[list[Any]], connection: Connection
) -> pulumi.Output[CreateChatTokenResult]:
    async def issue(known: Any) -> Any:
        if pulumi.runtime.is_dry_run() or pulumi.contains_unknowns(known):
            return UNKNOWN_OUTPUT
        room_arn, grants = known
        subject = f"{about}{path}: " if path else about
        return await asyncio.to_thread(_issue, subject, {**grants[path], "room_arn": room_arn}, connection)

    issued: pulumi.Output[Any] = inputs.apply(issue, run_with_unknowns=True)
    return issued


def _issue(about: str, members: Mapping[str, Any], connection: Connection) -> dict[str, Any]:
    with as_run_error(about):
        if mocks.in_use():
            result = CreateChatTokenResult.__annotations__
            answer = mocks.call("createChatToken", members, members=result, required=["token"])
            issued = {**dict.fromkeys(result), **answer}
        else:
            answer = chat_calls.call(_OPERATION, members, connection)
            issued = conversion.from_api(service_model.operations()[_OPERATION].output, answer)
    return {**issued, "token": _Hidden(issued["token"])}


class _Hidden(str):
    """
    A secret text that no repr shows, nor the repr of a collection that it is in.

    Pulumi makes new collections of an output's value where outputs are combined, and so keeps no class of a collection.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "'[secret]'"
