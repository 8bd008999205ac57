"""
Chat tokens, events and moderation at run time: what an application's server does.

    from pulumi_ivschat.runtime import Role, TokenIssuer

    issuer = TokenIssuer(room_arn, roles={"viewer": Role(), "member": Role(capabilities=["SEND_MESSAGE"])})
    body = issuer.issue(signed_in_user, "member").to_json()  # what the messaging SDK's token provider wants

This is the normal way to a chat token: it opens one connection, and expires soon. Nothing here loads Pulumi, and boto3 is
loaded at the first call. Each function makes one call, in the region of the room's ARN, after it has checked everything
that AWS would refuse. Clients are shared, and safe to use from many threads. You may fork after a call, as gunicorn does with
`--preload`: each child makes connections of its own. Credentials that were renewed are read when AWS refuses the old ones.

Each function has a form for `await`, such as `send_event_async`, which makes the call in a thread.

Without a *connection* calls go if AWS's own chain says, or where the environment variable
`PULUMI_IVSCHAT_ENDPOINT_URL` says: a URL, or `local` for the embedded service.

No repr, error or pickle holds a token, attributes or a user id.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeAlias
from urllib.parse import urlsplit

import attrs

from pulumi_ivschat import callbacks
from pulumi_ivschat.aws import chat_calls
from pulumi_ivschat.callbacks import async_form
from pulumi_ivschat.errors import Invalid, Refused, SettingsError
from pulumi_ivschat.model import conversion
from pulumi_ivschat.model.validation import UNKNOWN
from pulumi_ivschat.settings import Connection

if TYPE_CHECKING:
    from typing_extensions import Self

ROOM_VARIABLE: Final = "IVSCHAT_ROOM_ARN"

Capability: TypeAlias = Literal["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
"""What a client may do in the room; reading is always allowed."""


def _not_pickled(self: object) -> NoReturn:
    msg = f"a {type(self).__name__} is not pickled or copied, since it may hold secrets"
    raise TypeError(msg)


@attrs.frozen
class ChatToken:
    """A token for one connection of one user."""

    token: str = attrs.field(repr=False)
    """What the client connects with: a secret."""
    token_expiration_time: datetime
    """Until when the token opens a connection."""
    session_expiration_time: datetime
    """When AWS closes that connection."""

    __reduce__ = _not_pickled

    def as_dict(self) -> dict[str, str]:
        """Return what the messaging SDK's token provider returns, the token in plain text."""
        return {
            "token": self.token,
            "sessionExpirationTime": conversion.iso8601(self.session_expiration_time),
            "tokenExpirationTime": conversion.iso8601(self.token_expiration_time),
        }

    def to_json(self) -> str:
        """Return `as_dict` as JSON: the body that a token endpoint answers."""
        return json.dumps(self.as_dict())


@attrs.frozen
class SentEvent:
    """An event that is sent to all clients in a room."""

    id: str
    """What the clients know the event by."""


def create_chat_token(  # noqa: PLR0913  one for each member of the operation
    room_arn: str,
    user_id: str,
    *,
    capabilities: Collection[Capability] = (),
    attributes: Mapping[str, str] | None = None,
    session_duration_in_minutes: int | None = None,
    connection: Connection | None = None,
) -> ChatToken:
    """
    Make a token that lets a client into a room as *user_id*, with CreateChatToken.

    The caller decides what the client may do: see `TokenIssuer` for a server that must not leave that to the
    client. *attributes* are sent with each of the user's messages; a session lasts 60 minutes unless told otherwise.

    Raises Invalid before the call if AWS would refuse a value, else the IvsChatError for AWS's answer.
    """
    granted = chat_calls.grant(user_id, capabilities, attributes, session_duration_in_minutes)
    answer = chat_calls.call("CreateChatToken", {"room_arn": room_arn, **granted}, connection)
    return ChatToken(answer["token"], _utc(answer["tokenExpirationTime"]), _utc(answer["sessionExpirationTime"]))


def send_event(
    room_arn: str,
    event_name: str,
    attributes: Mapping[str, str] | None = None,
    *,
    connection: Connection | None = None,
) -> SentEvent:
    """Send an event to all clients in a room, with SendEvent."""
    members = {"room_arn": room_arn, "event_name": event_name, "attributes": attributes}
    return SentEvent(chat_calls.call("SendEvent", members, connection)["id"])


def delete_message(
    room_arn: str, message_id: str, reason: str | None = None, *, connection: Connection | None = None
) -> SentEvent:
    """
    Tell all clients in a room to drop a message, with DeleteMessage; return the event that shows them.

    AWS keeps no messages: the clients do the deleting.
    """
    members = {"room_arn": room_arn, "message_id": message_id, "reason": reason}
    return SentEvent(chat_calls.call("DeleteMessage", members, connection)["id"])


def disconnect_user(
    room_arn: str, user_id: str, reason: str | None = None, *, connection: Connection | None = None
) -> None:
    """
    Close all connections that a user has to a room, with DisconnectUser.

    This alone keeps nobody out: the user's client asks for another token at once. Refuse it, as `TokenIssuer` can.
    """
    chat_calls.call("DisconnectUser", {"room_arn": room_arn, "user_id": user_id, "reason": reason}, connection)


create_chat_token_async = async_form(create_chat_token)
send_event_async = async_form(send_event)
delete_message_async = async_form(delete_message)
disconnect_user_async = async_form(disconnect_user)


_AWS_HOST: Final = r"([^.]+\.)+(amazonaws\.com|api\.aws)"


def messaging_endpoint(room_arn: str, *, connection: Connection | None = None) -> str:
    """
    Return the WebSocket address where clients connect to a room, for a token endpoint to return: `wss://…`.

    It follows the control plane: AWS's messaging API in the room's region, whichever of AWS's own endpoints is set
    (dual-stack, FIPS, VPC); for any other endpoint URL, the local service's too, the same host and port.
    """
    control_plane = urlsplit(chat_calls.endpoint_url(room_arn, connection))
    if re.fullmatch(_AWS_HOST, control_plane.hostname or ""):
        return f"wss://edge.ivschat.{room_arn.split(':')[3]}.amazonaws.com"
    scheme = {"http": "ws"}.get(control_plane.scheme, "wss")
    return f"{scheme}://{control_plane.netloc.rpartition('@')[2]}"


Rule: TypeAlias = Callable[[str], bool] | Callable[[str], Awaitable[bool]]
"""Whether a user is refused; an async function is for `issue_async`."""
Attributes: TypeAlias = Mapping[str, str] | Callable[[str], Mapping[str, str] | Awaitable[Mapping[str, str]]]
"""The attributes of a role, or a function of the user id that returns them; an async function is for `issue_async`."""


def _copied_capabilities(given: Collection[Capability]) -> Collection[Capability]:
    is_list = isinstance(given, Collection) and not isinstance(given, (str, Mapping))
    return tuple(given) if is_list else given


def _copied_attributes(given: Attributes | None) -> Attributes | None:
    return MappingProxyType(dict(given)) if isinstance(given, Mapping) else given


@attrs.frozen
class Role:
    """
    What the users in a role may do; *attributes* may be a function of the user id.

    Capabilities and attributes are copied: changing what you passed does not change the role.
    """

    capabilities: Collection[Capability] = attrs.field(default=(), converter=_copied_capabilities)
    attributes: Attributes | None = attrs.field(default=None, repr=False, converter=_copied_attributes)
    session_duration_in_minutes: int | None = None

    __reduce__ = _not_pickled

    def grant(self, user_id: Any = UNKNOWN) -> dict[str, Any]:
        """Return the members of CreateChatToken for a user in this role; raise Invalid if a function must be awaited."""
        attributes: Any = self.attributes
        if callable(attributes):
            attributes = UNKNOWN if user_id is UNKNOWN else callbacks.answer(attributes, user_id, "attributes")
        return self._granted(user_id, attributes)

    async def grant_async(self, user_id: str) -> dict[str, Any]:
        """Do as `grant`, and await the attributes if their function is async."""
        attributes: Any = self.attributes
        if callable(attributes):
            attributes = await callbacks.awaited(attributes, user_id)
        return self._granted(user_id, attributes)

    def _granted(self, user_id: Any, attributes: Any) -> dict[str, Any]:
        return chat_calls.grant(user_id, self.capabilities, attributes, self.session_duration_in_minutes)


def _room_arn(given: str | None) -> str:
    arn = given or os.environ.get(ROOM_VARIABLE)
    if not arn:
        msg = f"there is no room: name its ARN, or set {ROOM_VARIABLE}"
        raise SettingsError(msg)
    return _validated(arn, "room_arn" if given else ROOM_VARIABLE)


def _validated(arn: Any, name: str) -> str:
    chat_calls.validate_room_arn(arn, name, SettingsError)
    return str(arn)


def _checked(roles: Mapping[str, Role]) -> Mapping[str, Role]:
    """Return a copy of the roles that nobody can change; raise Invalid with all that AWS would refuse in any of them."""
    if not isinstance(roles, Mapping) or not all(isinstance(name, str) for name in roles):
        msg = "roles must map names to Role"
        raise Invalid(msg)
    problems = [problem for name, role in roles.items() for problem in _problems(name, role)]
    if problems or not roles:
        raise Invalid("; ".join(problems) or "there is no role")
    return MappingProxyType({**roles})


def _problems(name: str, role: Role) -> Iterator[str]:
    if not isinstance(role, Role):
        yield f"roles.{name} must be a Role"
        return
    for failure in chat_calls.grant_failures(role.grant()):
        yield f"roles.{name}.{failure}"


def _validate_callable(_: object, __: object, refuse: Rule | None) -> None:
    if refuse is not None and (not callable(refuse) or callbacks.is_generator(refuse)):
        msg = "refuse must be a function of the user id that returns a bool, such as the __contains__ of a set"
        raise Invalid(msg)


@attrs.frozen(eq=False)
class TokenIssuer:
    """
    Makes chat tokens for one room by role: the server decides what a role may do, callers name user and role only.

        issuer = TokenIssuer(roles={"viewer": Role(), "member": Role(["SEND_MESSAGE"])}, refuse=banned.__contains__)
        issuer.issue("alice", "member")

    The room is *room_arn*, else what the environment variable `IVSCHAT_ROOM_ARN` names. A user for whom *refuse* is true
    gets no token. It is asked each time, so `banned.__contains__` sees a set that changes. Roles and rule are checked here,
    before the first user comes, and copied. Safe to use from many threads, and after a fork.

    *refuse* and the attributes of a role may be async functions: `issue_async` awaits them, and `issue` raises Invalid.
    """

    room_arn: str = attrs.field(converter=_room_arn, default=None)
    roles: Mapping[str, Role] = attrs.field(converter=_checked, kw_only=True)
    refuse: Rule | None = attrs.field(default=None, kw_only=True, repr=False, validator=_validate_callable)
    connection: Connection | None = attrs.field(default=None, kw_only=True, repr=False)

    __reduce__ = _not_pickled

    @classmethod
    def from_stack_outputs(
        cls,
        outputs: str | Path,
        *,
        output: str,
        roles: Mapping[str, Role],
        refuse: Rule | None = None,
        connection: Connection | None = None,
    ) -> Self:
        """Take the room from what `pulumi stack output --json` prints, as text or in a file: the ARN under *output*."""
        is_text = isinstance(outputs, str) and outputs.lstrip().startswith("{")
        found = outputs if is_text else Path(outputs)
        return cls(room_in(found, output), roles=roles, refuse=refuse, connection=connection)

    def issue(self, user_id: str, role: str) -> ChatToken:
        """
        Return a token for a user, whom the caller has authenticated.

        Raises Refused if `refuse` is true; Invalid for an unknown role, an unfit user id or attributes, or an async function.
        """
        chosen = self._chosen(user_id, role)
        if self.refuse is not None:
            self._validate_allowed(callbacks.answer(self.refuse, user_id, "refuse"))
        return create_chat_token(self.room_arn, **chosen.grant(user_id), connection=self.connection)

    async def issue_async(self, user_id: str, role: str) -> ChatToken:
        """Do as `issue`, with the call in a thread, while the event loop goes on; await what is async."""
        chosen = self._chosen(user_id, role)
        if self.refuse is not None:
            self._validate_allowed(await callbacks.awaited(self.refuse, user_id))
        granted = await chosen.grant_async(user_id)
        return await create_chat_token_async(self.room_arn, **granted, connection=self.connection)

    def _chosen(self, user_id: str, role: str) -> Role:
        if not isinstance(role, str) or role not in self.roles:
            msg = f"unknown role; the roles are {', '.join(self.roles)}"
            raise Invalid(msg)
        chat_calls.validate("CreateChatToken", {"room_arn": self.room_arn, "user_id": user_id})
        return self.roles[role]

    def _validate_allowed(self, is_refused: object) -> None:
        if is_refused:
            msg = "the application refuses this user"
            raise Refused(msg, operation="CreateChatToken", subject=self.room_arn)


def room_in(outputs: str | Path, output: str) -> str:
    """Return the room's ARN under *output* in what `pulumi stack output --json` prints: the text, or a file of it."""
    try:
        text = outputs if isinstance(outputs, str) else outputs.read_text(encoding="utf-8")
        found: dict[str, Any] = dict(json.loads(text))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else "not what `pulumi stack output --json` prints"
        msg = f"the stack's outputs cannot be read: {why}"
        raise SettingsError(msg) from None
    if output not in found:
        msg = f"the stack has no output {output}; it has {', '.join(found) or 'none'}"
        raise SettingsError(msg)
    return _validated(found[output], f"the output {output}")


def _utc(time: datetime) -> datetime:
    return time.astimezone(timezone.utc)
