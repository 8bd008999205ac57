"""
The messaging API without I/O: what a client may ask for, what is refused, and what a room's clients get.

A `Session` is one connection of one user: it turns a frame into an `Action`, or refuses it. `Chat` knows who is in which
room and carries actions out. Connections are objects that can `send` a text and `close`: a socket, or a test's list.

The frames are those of the Messaging API reference (docs.aws.amazon.com/ivs/latest/chatmsgapireference), as captured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, Protocol

import attrs

from pulumi_ivschat.local.quotas import REQUESTS_PER_CONNECTION, AccountRates, RateLimit
from pulumi_ivschat.local.settings import Clock
from pulumi_ivschat.local.store import Store, new_id
from pulumi_ivschat.local.tokens import Grant
from pulumi_ivschat.model import arns
from pulumi_ivschat.model.service_model import Shape, shape
from pulumi_ivschat.model.validation import API_NAMES, failures

SEND_MESSAGE: Final = "SEND_MESSAGE"
DELETE_MESSAGE: Final = "DELETE_MESSAGE"
DISCONNECT_USER: Final = "DISCONNECT_USER"

RESERVED: Final = "aws:"
"""What the names of the service's own events begin with."""
DELETE_EVENT: Final = "aws:DELETE_MESSAGE"
DISCONNECT_EVENT: Final = "aws:DISCONNECT_USER"

# error-messages.html of the Messaging API reference.
INVALID: Final = 400
EXPIRED: Final = 401
FORBIDDEN: Final = 403
NO_ROOM: Final = 404
REJECTED: Final = 406
TOO_LARGE: Final = 413
TOO_FAST: Final = 429

# RFC 6455, 7.4.1. AWS's own are not known, and its SDK does not distinguish them.
NORMAL: Final = 1000
GOING_AWAY: Final = 1001

Frame = dict[str, Any]

_TEXT: Final = Shape(name="Text", type="string")
_REQUEST_ID: Final = Shape(name="RequestId", type="string", maximum=256)
_CONTENT: Final = Shape(name="Content", type="string", minimum=1)
ATTRIBUTES: Final = shape("EventAttributes")


def _action(required: Mapping[str, Shape], optional: Mapping[str, Shape]) -> Shape:
    members = {"Action": _TEXT, "RequestId": _REQUEST_ID, **required, **optional}
    return Shape(name="Action", type="structure", members=members, required=tuple(required))


_ACTIONS: Final[Mapping[str, Shape]] = {
    SEND_MESSAGE: _action({"Content": _CONTENT}, {"Attributes": ATTRIBUTES}),
    DELETE_MESSAGE: _action({"Id": shape("MessageID")}, {"Reason": shape("Reason")}),
    DISCONNECT_USER: _action({"UserId": shape("UserID")}, {"Reason": shape("Reason")}),
}
"""The actions, named as the capabilities that they need."""
_NAMES: Final = {name.lower(): name for action in _ACTIONS.values() for name in action.members}
_COUNTED_AS: Final = {name: name.title().replace("_", "") for name in _ACTIONS}


class ActionRefused(Exception):
    """Raised when a client is answered with an ERROR frame; it is in no room's traffic."""

    def __init__(self, code: int, message: str, request_id: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.request_id = request_id

    def frame(self) -> Frame:
        """Return the ERROR frame."""
        facts = {"ErrorCode": self.code, "ErrorMessage": self.message}
        return {"Type": "ERROR", "Id": new_id(), "RequestId": self.request_id, **facts}


@attrs.frozen
class Action:
    """A valid request of a client: *name* is the capability it needs, *members* are its own by their wire names."""

    name: str
    request_id: str
    members: Mapping[str, Any] = attrs.field(repr=False)


class Connection(Protocol):
    """What a session is reached by."""

    def send(self, text: str) -> None:
        """Send a frame; never waits."""
        ...

    def close(self, code: int, reason: str) -> None:
        """Close with a close frame."""
        ...

    def abort(self) -> None:
        """Cut the connection, as a network that fails does."""
        ...


@attrs.frozen(eq=False)
class Session:
    """One connection of one user to one room, until its token's session ends."""

    grant: Grant
    connection: Connection = attrs.field(repr=False)
    since: datetime
    id: str = attrs.field(factory=new_id)
    _requests: RateLimit = attrs.field(factory=RateLimit, repr=False)

    def action(self, text: str, now: datetime) -> Action:
        """Read a frame of the client; raise ActionRefused if it is not an action, or not this client's, or too much."""
        in_time = self._requests.take(now, REQUESTS_PER_CONNECTION)
        document = _named_as_documented(_document(text))
        request_id = document.get("RequestId")
        action = Action(document.get("Action", ""), request_id if isinstance(request_id, str) else "", document)
        if not in_time:
            raise _too_fast(action)
        if self.grant.session_expires <= now:
            raise ActionRefused(EXPIRED, "The session has expired", action.request_id)
        self._check(action)
        return action

    def _check(self, action: Action) -> None:
        structure = _ACTIONS.get(action.name) if isinstance(action.name, str) else None
        if structure is None:
            raise ActionRefused(INVALID, f"Action must be one of {', '.join(_ACTIONS)}", action.request_id)
        if action.name not in self.grant.capabilities:
            message = f"The chat token does not have the capability {action.name}"
            raise ActionRefused(FORBIDDEN, message, action.request_id)
        # Names that the service does not know are omitted, as they are by the control plane.
        known = {name: value for name, value in action.members.items() if name in structure.members}
        for found in failures(structure, known, names=API_NAMES):
            code = TOO_LARGE if found.too_large else INVALID
            raise ActionRefused(code, f"{found.property} {found.reason}", action.request_id)


@attrs.frozen
class Message:
    """A chat message on its way: accepted, perhaps still to be reviewed, not yet delivered."""

    id: str
    room: Mapping[str, Any] = attrs.field(repr=False)
    sender: Session
    request_id: str
    content: str = attrs.field(repr=False)
    attributes: Mapping[str, str] | None = attrs.field(repr=False)

    def frame(self, now: datetime) -> Frame:
        """Return the MESSAGE frame."""
        grant = self.sender.grant
        return {
            "Type": "MESSAGE",
            "Id": self.id,
            "RequestId": self.request_id,
            "Attributes": dict(self.attributes) if self.attributes else None,
            "Content": self.content,
            "SendTime": _send_time(now),
            "Sender": {"Attributes": dict(grant.attributes) if grant.attributes else None, "UserId": grant.user_id},
        }


Observer = Callable[[str, Frame], None]
"""Called for everything that happens in a room: its ARN, and a frame, or one of the console's own (`Type` in lower case)."""


class Chat:
    """The members of rooms: each event of a room reaches its connections, and no others."""

    def __init__(self, store: Store, clock: Clock, account_rates: AccountRates | None = None) -> None:
        self._store = store
        self._clock = clock
        self._account_rates = account_rates or AccountRates({})
        self._rooms: dict[str, dict[str, Session]] = {}
        self._rates: dict[str, RateLimit] = {}
        self._observers: set[Observer] = set()

    def join(self, grant: Grant, connection: Connection) -> Session:
        """Let a connection in that a token was good for."""
        session = Session(grant, connection, self._clock())
        self._rooms.setdefault(grant.room_arn, {})[session.id] = session
        self._notify(grant.room_arn, {"Type": "joined", **described(session)})
        return session

    def leave(self, session: Session) -> None:
        """Forget a connection that is closed."""
        arn = session.grant.room_arn
        present = self._rooms.get(arn, {})
        if present.pop(session.id, None):
            self._notify(arn, {"Type": "left", **described(session)})
        if not present:
            self._rooms.pop(arn, None)

    def sessions(self, arn: str | None = None) -> list[Session]:
        """Return the open sessions of a room, or all."""
        rooms = self._rooms.values() if arn is None else [self._rooms.get(arn, {})]
        return [session for present in rooms for session in present.values()]

    def message(self, session: Session, action: Action) -> Message:
        """Accept a message; raise ActionRefused where the room is gone, or it is too long or one too many for it."""
        room = self._room(session, action)
        content = action.members["Content"]
        if len(content) > room["maximumMessageLength"]:
            raise ActionRefused(INVALID, "Message exceeds maximum length", action.request_id)
        rate = self._rates.setdefault(room["arn"], RateLimit())
        if not rate.take(self._clock(), room["maximumMessageRatePerSecond"]):
            raise _too_fast(action)
        self._count(room["arn"], action)
        return Message(new_id(), room, session, action.request_id, content, action.members.get("Attributes"))

    def deliver(self, message: Message) -> None:
        """Send a message to its room."""
        self._broadcast(message.room["arn"], message.frame(self._clock()))

    def moderate(self, session: Session, action: Action) -> None:
        """Carry out a DELETE_MESSAGE or DISCONNECT_USER."""
        arn = self._room(session, action)["arn"]
        self._count(arn, action)
        reason = action.members.get("Reason")
        if action.name == DELETE_MESSAGE:
            self.delete_message(arn, action.members["Id"], reason, action.request_id)
        else:
            self.disconnect_user(arn, action.members["UserId"], reason, action.request_id)

    def send_event(self, arn: str, name: str, attributes: Mapping[str, str] | None, request_id: str = "") -> str:
        """Send an event to a room; return its id."""
        frame = {
            "Type": "EVENT",
            "Id": new_id(),
            "RequestId": request_id,
            "Attributes": dict(attributes) if attributes else None,
            "EventName": name,
            "SendTime": _send_time(self._clock()),
        }
        self._broadcast(arn, frame)
        return str(frame["Id"])

    def delete_message(self, arn: str, message_id: str, reason: str | None, request_id: str = "") -> str:
        """Tell a room's clients to drop a message; return the id of that event."""
        # Both spellings: the reference deprecates MessageID, and SDK 1.1.1 reads no other.
        attributes = {"MessageID": message_id, "MessageId": message_id}
        return self.send_event(arn, DELETE_EVENT, _with_reason(attributes, reason), request_id)

    def disconnect_user(self, arn: str, user_id: str, reason: str | None, request_id: str = "") -> None:
        """Tell a room's clients that a user goes, and close all of the user's connections to it."""
        self.send_event(arn, DISCONNECT_EVENT, _with_reason({"UserId": user_id}, reason), request_id)
        for session in self.sessions(arn):
            if session.grant.user_id == user_id:
                session.connection.close(NORMAL, "The user was disconnected")

    def close_room(self, arn: str) -> None:
        """Disconnect everybody from a room that is gone."""
        self._rates.pop(arn, None)
        for session in self.sessions(arn):
            session.connection.close(NORMAL, "The room was deleted")

    def clear(self) -> None:
        """Disconnect everybody from every room."""
        for arn in {*self._rooms, *self._rates}:
            self.close_room(arn)

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Tell *observer* of everything that happens from now on, until the function that this gives is called."""
        self._observers.add(observer)
        return lambda: self._observers.discard(observer)

    def _room(self, session: Session, action: Action) -> Mapping[str, Any]:
        room = self._store.get(session.grant.room_arn)
        if room is None:
            raise ActionRefused(NO_ROOM, "The room does not exist", action.request_id)
        return room

    def _count(self, arn: str, action: Action) -> None:
        """Count an action for the account of a room, with the operation of the control plane that does the same."""
        account, region = arns.account_of(arn) or "", arns.region_of(arn)
        if not self._account_rates.take(account, region, _COUNTED_AS[action.name], self._clock()):
            raise _too_fast(action)

    def _broadcast(self, arn: str, frame: Frame) -> None:
        text = written(frame)
        for session in self.sessions(arn):
            session.connection.send(text)
        self._notify(arn, frame)

    def _notify(self, arn: str, frame: Frame) -> None:
        for observer in list(self._observers):
            observer(arn, frame)


def described(session: Session) -> Frame:
    """Return what the console shows of a session."""
    grant = session.grant
    return {
        "Connection": session.id,
        "UserId": grant.user_id,
        "Capabilities": list(grant.capabilities),
        "Since": _send_time(session.since),
    }


def written(frame: Frame) -> str:
    """Return a frame as it goes over the wire."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
        # Lone surrogates are not characters, and NaN is not JSON: neither could be sent on.
        json.dumps(document, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise ActionRefused(INVALID, "The request is not well-formed JSON") from None
    if not isinstance(document, dict):
        raise ActionRefused(INVALID, "The request is not a JSON object")
    return document


def _named_as_documented(document: Mapping[str, Any]) -> dict[str, Any]:
    """
    Return a client's members under the names of the reference: AWS takes `action` as well as `Action`.

    Sample applications of AWS that send lower-case names: amazon-ivs-bullet-chat-web-demo; amazon-ivs-chat-web-demo and
    amazon-ivs-chat-for-{android,ios}-demo before they used the SDKs. If a name is given twice, the last one counts.
    """
    return {_NAMES.get(name.lower(), name): value for name, value in document.items()}


def _too_fast(action: Action) -> ActionRefused:
    return ActionRefused(TOO_FAST, "rate limit exceeded", action.request_id)


def _with_reason(attributes: dict[str, str], reason: str | None) -> dict[str, str]:
    return attributes if reason is None else {**attributes, "Reason": reason}


def _send_time(time: datetime) -> str:
    """Write a time as AWS's frames have it: RFC 3339, UTC, fractions of a second without their last zeros."""
    text = time.isoformat().replace("+00:00", "")
    return (text.rstrip("0") if "." in text else text) + "Z"
