"""The rules of a chat session as plain functions: no socket, and a clock that is turned by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import given, strategies as st

from pulumi_ivschat.local.messaging import ActionRefused, Chat, Frame, Session
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.tokens import Grant, granted
from tests.drawn import drawn

ALL = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
MESSAGE_ID = "abcdefghijkl"


@attrs.define(eq=False)
class Line:
    """A connection that keeps what it is sent."""

    frames: list[Frame] = attrs.field(factory=list)
    closed: tuple[int, str] | None = None

    def send(self, text: str) -> None:
        """Keep a frame."""
        self.frames.append(json.loads(text))

    def close(self, code: int, reason: str) -> None:
        """Keep how it was closed."""
        self.closed = (code, reason)

    def abort(self) -> None:
        """Be cut."""


@attrs.frozen(eq=False)
class Client:
    """A user in a room, as the service sees one."""

    chat: Chat
    session: Session
    line: Line
    service: Service

    def does(self, action: Any, **members: Any) -> None:
        """Send a request, and let the service carry it out."""
        document = {"Action": action, **members} if isinstance(action, str) else action
        self.hands_in(json.dumps(document))

    def hands_in(self, text: str) -> None:
        """Hand in a frame, and let the service carry it out."""
        action = self.session.action(text, self.service.clock())
        if action.name == "SEND_MESSAGE":
            self.chat.deliver(self.chat.message(self.session, action))
        else:
            self.chat.moderate(self.session, action)

    def answer(self, text: str) -> Frame:
        """Hand in a frame; return the one that this client gets back."""
        try:
            self.hands_in(text)
        except ActionRefused as refused:
            return refused.frame()
        return self.line.frames[-1]

    def refused(self, action: Any, **members: Any) -> tuple[int, str]:
        """Send a request that must be refused; return code and message."""
        with pytest.raises(ActionRefused) as caught:
            self.does(action, **members)
        return caught.value.code, caught.value.message


Enter = Callable[..., Client]


@pytest.fixture
def room(call: Callable[..., dict[str, Any]]) -> str:
    arn: str = call("CreateRoom", {"name": "lobby"})["arn"]
    return arn


@pytest.fixture
def grant(service: Service, room: str) -> Callable[..., Grant]:
    """Return a function that gives what a token of a user grants."""

    def give(user: str, arn: str = room, **asked: Any) -> Grant:
        whole = {"userId": user, "capabilities": ALL, "attributes": {}, "sessionDurationInMinutes": 1, **asked}
        return granted(arn, whole, service.clock(), 60)

    return give


@pytest.fixture
def enter(service: Service, grant: Callable[..., Grant]) -> Enter:
    """Return a function that lets a user into a room."""

    def join(user: str, **asked: Any) -> Client:
        line = Line()
        return Client(service.chat, service.chat.join(grant(user, **asked), line), line, service)

    return join


def test_a_message_goes_to_every_connection_of_the_room_and_to_nobody_else(
    enter: Enter, call: Callable[..., dict[str, Any]]
) -> None:
    ann, ann_again, bob = enter("ann"), enter("ann"), enter("bob")
    elsewhere = enter("ann", arn=call("CreateRoom")["arn"])

    ann.does("SEND_MESSAGE", RequestId="1", Content="hello")

    [frame] = ann.line.frames
    assert [client.line.frames for client in (ann_again, bob, elsewhere)] == [[frame], [frame], []]


def test_a_message_is_framed_as_aws_does(enter: Enter) -> None:
    ann = enter("ann", attributes={"name": "Änn"})

    ann.does("SEND_MESSAGE", RequestId="1", Content="hello", Attributes={"mood": "☃"})

    [frame] = ann.line.frames
    assert list(frame) == ["Type", "Id", "RequestId", "Attributes", "Content", "SendTime", "Sender"]
    assert frame == {
        "Type": "MESSAGE",
        "Id": frame["Id"],
        "RequestId": "1",
        "Attributes": {"mood": "☃"},
        "Content": "hello",
        "SendTime": "2026-01-31T08:00:00.123Z",
        "Sender": {"Attributes": {"name": "Änn"}, "UserId": "ann"},
    }
    assert len(frame["Id"]) == 12


def test_what_a_message_does_not_have_is_null_or_empty(enter: Enter) -> None:
    ann = enter("ann")

    ann.does("SEND_MESSAGE", Content="hello")

    [frame] = ann.line.frames
    assert (frame["RequestId"], frame["Attributes"], frame["Sender"]["Attributes"]) == ("", None, None)


def test_fractions_of_a_second_go_without_their_last_zeros(enter: Enter, pass_time: Callable[[float], None]) -> None:
    ann = enter("ann")
    for seconds in (0, 0.877, 0.00001):
        pass_time(seconds)
        ann.does("SEND_MESSAGE", Content="hello")

    times = [frame["SendTime"].removeprefix("2026-01-31T08:00:0") for frame in ann.line.frames]
    assert times == ["0.123Z", "1Z", "1.00001Z"]


def test_a_message_is_deleted_by_an_event_that_every_sdk_understands(enter: Enter) -> None:
    ann, bob = enter("ann"), enter("bob")

    ann.does("DELETE_MESSAGE", RequestId="2", Id=MESSAGE_ID, Reason="rude")

    [frame] = bob.line.frames
    assert list(frame) == ["Type", "Id", "RequestId", "Attributes", "EventName", "SendTime"]
    assert (frame["Type"], frame["EventName"], frame["RequestId"]) == ("EVENT", "aws:DELETE_MESSAGE", "2")
    assert frame["Attributes"] == {"MessageID": MESSAGE_ID, "MessageId": MESSAGE_ID, "Reason": "rude"}


def test_a_reason_that_is_not_given_is_omitted(enter: Enter) -> None:
    ann = enter("ann")

    ann.does("DELETE_MESSAGE", Id=MESSAGE_ID)

    assert "Reason" not in ann.line.frames[0]["Attributes"]


def test_disconnecting_a_user_is_announced_to_all_and_closes_all_of_the_users_connections(enter: Enter) -> None:
    ann, bob, bob_again = enter("ann"), enter("bob"), enter("bob")

    ann.does("DISCONNECT_USER", RequestId="3", UserId="bob", Reason="rude")

    for client in (ann, bob, bob_again):
        [frame] = client.line.frames
        assert (frame["EventName"], frame["Attributes"]) == ("aws:DISCONNECT_USER", {"UserId": "bob", "Reason": "rude"})
    assert ann.line.closed is None
    assert bob.line.closed == bob_again.line.closed == (1000, "The user was disconnected")


def test_what_the_control_plane_sends_reaches_the_room(enter: Enter, room: str, call: Callable[..., Any]) -> None:
    ann = enter("ann")

    sent = call("SendEvent", {"roomIdentifier": room, "eventName": "app:clear", "attributes": {"a": "b"}})
    deleted = call("DeleteMessage", {"roomIdentifier": room, "id": MESSAGE_ID, "reason": "rude"})
    call("DisconnectUser", {"roomIdentifier": room, "userId": "ann"})

    custom, delete, disconnect = ann.line.frames
    assert (custom["Id"], custom["EventName"], custom["Attributes"]) == (sent["id"], "app:clear", {"a": "b"})
    assert (delete["Id"], delete["Attributes"]["MessageId"]) == (deleted["id"], MESSAGE_ID)
    assert disconnect["Attributes"] == {"UserId": "ann"}
    assert ann.line.closed


def test_a_deleted_room_disconnects_its_clients(enter: Enter, room: str, call: Callable[..., Any]) -> None:
    ann = enter("ann")

    call("DeleteRoom", {"identifier": room})

    assert ann.line.closed == (1000, "The room was deleted")
    assert ann.refused("SEND_MESSAGE", Content="hello") == (404, "The room does not exist")


def test_a_delete_that_fails_disconnects_nobody(enter: Enter, room: str, refused: Callable[..., Any]) -> None:
    ann = enter("ann")

    refused("DeleteRoom", {"identifier": f"{room[:-1]}-"})

    assert ann.line.closed is None


@pytest.mark.parametrize(
    ("capability", "members"),
    [
        ("SEND_MESSAGE", {"Content": "x"}),
        ("DELETE_MESSAGE", {"Id": MESSAGE_ID}),
        ("DISCONNECT_USER", {"UserId": "bob"}),
    ],
)
def test_an_action_needs_the_capability_of_its_name(enter: Enter, capability: str, members: dict[str, str]) -> None:
    ann = enter("ann", capabilities=[other for other in ALL if other != capability])
    bob = enter("bob", capabilities=[capability])

    assert ann.refused(capability, **members) == (403, f"The chat token does not have the capability {capability}")
    assert bob.line.frames == []
    bob.does(capability, **members)


def test_the_length_of_a_message_is_counted_in_code_points(enter: Enter, room: str, call: Callable[..., Any]) -> None:
    call("UpdateRoom", {"identifier": room, "maximumMessageLength": 5})
    ann = enter("ann")

    ann.does("SEND_MESSAGE", Content="👩‍🚀😀😀")

    assert ann.refused("SEND_MESSAGE", Content="😀" * 6) == (400, "Message exceeds maximum length")
    assert len(ann.line.frames) == 1


def test_a_room_takes_so_many_messages_a_second_from_all_together(
    enter: Enter, room: str, call: Callable[..., Any], pass_time: Callable[[float], None]
) -> None:
    call("UpdateRoom", {"identifier": room, "maximumMessageRatePerSecond": 3})
    ann, bob = enter("ann"), enter("bob")
    for client in (ann, bob, ann):
        client.does("SEND_MESSAGE", Content="hello")

    assert bob.refused("SEND_MESSAGE", Content="hello") == (429, "rate limit exceeded")
    bob.does("DELETE_MESSAGE", Id=MESSAGE_ID)
    pass_time(1)
    bob.does("SEND_MESSAGE", Content="hello")


def test_an_account_may_do_so_much_a_second_over_socket_and_control_plane_together(
    enter: Enter, room: str, refused: Callable[..., Any], service: Service, pass_time: Callable[[float], None]
) -> None:
    service.rates.rates = {"SendMessage": 1, "DeleteMessage": 2}
    ann, elsewhere = enter("ann"), enter("bob")
    for client in (ann, elsewhere):
        client.does("DELETE_MESSAGE", Id=MESSAGE_ID)
    ann.does("SEND_MESSAGE", Content="hello")

    assert ann.refused("DELETE_MESSAGE", Id=MESSAGE_ID) == (429, "rate limit exceeded")
    assert elsewhere.refused("SEND_MESSAGE", Content="hello") == (429, "rate limit exceeded")
    assert refused("DeleteMessage", {"roomIdentifier": room, "id": MESSAGE_ID})["limit"] == 2
    ann.does("DISCONNECT_USER", UserId="eve")
    pass_time(1)
    elsewhere.does("SEND_MESSAGE", Content="hello")


def test_a_connection_may_send_ten_requests_a_second(enter: Enter, pass_time: Callable[[float], None]) -> None:
    ann, ann_again = enter("ann"), enter("ann")
    for _ in range(10):
        ann.does("DELETE_MESSAGE", Id=MESSAGE_ID)

    assert ann.refused("DELETE_MESSAGE", Id=MESSAGE_ID) == (429, "rate limit exceeded")
    ann_again.does("DELETE_MESSAGE", Id=MESSAGE_ID)
    pass_time(1)
    ann.does("DELETE_MESSAGE", Id=MESSAGE_ID)


def test_a_session_that_is_over_may_nothing_more(enter: Enter, pass_time: Callable[[float], None]) -> None:
    ann = enter("ann")
    pass_time(61)

    assert ann.refused("SEND_MESSAGE", Content="hello") == (401, "The session has expired")


@pytest.mark.parametrize(
    ("document", "code", "shown"),
    [
        ([], 400, "The request is not a JSON object"),
        ({}, 400, "Action must be one of"),
        ({"Action": "FLY"}, 400, "Action must be one of"),
        ({"Action": ["SEND_MESSAGE"]}, 400, "Action must be one of"),
        ({"Action": "send_message", "Content": "x"}, 400, "Action must be one of"),
        ({"Action": "SEND_MESSAGE"}, 400, "Content is required"),
        ({"Action": "SEND_MESSAGE", "Content": ""}, 400, "Content must be at least 1 characters"),
        ({"Action": "SEND_MESSAGE", "Content": 5}, 400, "Content must be a string"),
        ({"Action": "SEND_MESSAGE", "Content": "x", "Attributes": {"a": 1}}, 400, "Attributes.a must be a string"),
        ({"Action": "SEND_MESSAGE", "Content": "x", "Attributes": "a"}, 400, "Attributes must be a map"),
        (
            {"Action": "SEND_MESSAGE", "Content": "x", "Attributes": {"ä": "x" * 1023}},
            413,
            "Attributes must be at most",
        ),
        ({"Action": "SEND_MESSAGE", "Content": "x", "RequestId": 7}, 400, "RequestId must be a string"),
        ({"Action": "SEND_MESSAGE", "Content": "x", "RequestId": "x" * 257}, 413, "RequestId must be at most"),
        ({"Action": "DELETE_MESSAGE", "Id": "short"}, 400, "Id must be at least 12"),
        ({"Action": "DELETE_MESSAGE", "Id": "abcdefghijk!"}, 400, "Id must be in the form"),
        ({"Action": "DELETE_MESSAGE", "Id": MESSAGE_ID, "Reason": "x" * 257}, 413, "Reason must be at most 256"),
        ({"Action": "DISCONNECT_USER", "UserId": ""}, 400, "UserId must be at least 1"),
        ({"Action": "DISCONNECT_USER", "UserId": "x" * 129}, 413, "UserId must be at most 128"),
        ({"Action": "DISCONNECT_USER"}, 400, "UserId is required"),
    ],
)
def test_what_is_not_an_action_is_refused(enter: Enter, document: Any, code: int, shown: str) -> None:
    ann = enter("ann")

    found = ann.refused(document)

    assert found[0] == code
    assert shown in found[1]
    assert ann.line.frames == []


def test_members_that_the_service_does_not_know_do_not_matter(enter: Enter) -> None:
    ann = enter("ann")

    ann.does("SEND_MESSAGE", Content="hello", Colour="red", Id=7)

    assert len(ann.line.frames) == 1


@pytest.mark.parametrize(
    ("documented", "sent"),
    [
        # amazon-ivs-bullet-chat-web-demo; amazon-ivs-chat-web-demo at its launch; amazon-ivs-chat-for-ios-demo at its launch
        (
            {"Action": "SEND_MESSAGE", "Content": "hi", "Attributes": {"isSpecial": "no"}},
            {"action": "SEND_MESSAGE", "content": "hi", "attributes": {"isSpecial": "no"}},
        ),
        (
            {"Action": "SEND_MESSAGE", "Content": "hi", "RequestId": "1"},
            {"requestId": "1", "action": "SEND_MESSAGE", "content": "hi"},
        ),
        (
            {"Action": "SEND_MESSAGE", "Content": "hi"},
            {"id": "0b3f6fd4-6e39-4a5c", "action": "SEND_MESSAGE", "content": "hi"},
        ),
        (
            {"Action": "DELETE_MESSAGE", "Id": MESSAGE_ID, "Reason": "spam"},
            {"id": MESSAGE_ID, "action": "DELETE_MESSAGE", "reason": "spam"},
        ),
        (
            {"Action": "DISCONNECT_USER", "UserId": "ann", "Reason": "rude"},
            {"userId": "ann", "action": "DISCONNECT_USER", "reason": "rude"},
        ),
        ({"Action": "SEND_MESSAGE", "Content": "hi"}, {"Action": "SEND_MESSAGE", "content": "hi"}),
        ({"Action": "SEND_MESSAGE", "Content": "hi"}, {"ACTION": "SEND_MESSAGE", "cONTENT": "hi"}),
        ({"Action": "SEND_MESSAGE", "Content": "hi"}, {"action": "FLY", "Action": "SEND_MESSAGE", "Content": "hi"}),
        ({"Action": "SEND_MESSAGE", "Content": "hi"}, {"Content": "old", "action": "SEND_MESSAGE", "content": "hi"}),
    ],
)
def test_member_names_ignore_case_and_the_last_one_counts(
    enter: Enter, documented: dict[str, Any], sent: dict[str, Any]
) -> None:
    frames = []
    for document in (documented, sent):
        ann = enter("ann")
        ann.does(document)
        frames.append({**ann.line.frames[-1], "Id": ""})

    assert frames[0] == frames[1]


def test_keys_of_attributes_stay_as_they_were_sent(enter: Enter) -> None:
    ann = enter("ann")
    attributes = {"content": "a", "Content": "b", "USERID": "c"}

    ann.does({"action": "SEND_MESSAGE", "content": "hi", "attributes": attributes})

    assert ann.line.frames[0]["Attributes"] == attributes


def test_a_refusal_names_the_member_as_the_reference_does(enter: Enter) -> None:
    ann = enter("ann")

    assert ann.refused({"action": "SEND_MESSAGE", "content": ""}) == (
        400,
        "Content must be at least 1 characters, not 0",
    )


@pytest.mark.parametrize("text", ["", "nonsense", "[" * 100_000, '{"Action":NaN}', '{"Content":"\\ud800"}', "1" * 5000])
def test_what_is_not_a_json_is_refused(enter: Enter, text: str) -> None:
    ann = enter("ann")

    with pytest.raises(ActionRefused, match="The request is not"):
        ann.session.action(text, ann.service.clock())


def test_a_refusal_is_framed_with_the_clients_own_request_id(enter: Enter) -> None:
    ann = enter("ann")
    with pytest.raises(ActionRefused) as caught:
        ann.does("SEND_MESSAGE", RequestId="7")

    frame = caught.value.frame()
    assert frame == {
        "Type": "ERROR",
        "Id": frame["Id"],
        "RequestId": "7",
        "ErrorCode": 400,
        "ErrorMessage": "Content is required",
    }


def test_who_has_left_gets_nothing_more(enter: Enter, room: str) -> None:
    ann, bob = enter("ann"), enter("bob")
    ann.chat.leave(ann.session)
    ann.chat.leave(ann.session)

    bob.does("SEND_MESSAGE", Content="hello")

    assert ann.line.frames == []
    assert ann.chat.sessions(room) == [bob.session]


def test_an_observer_sees_everything_until_it_has_seen_enough(enter: Enter, room: str) -> None:
    seen: list[tuple[str, str]] = []
    ann = enter("ann")
    stop = ann.chat.observe(lambda arn, frame: seen.append((arn, frame["Type"])))

    bob = enter("bob")
    bob.does("SEND_MESSAGE", Content="hello")
    bob.does("DELETE_MESSAGE", Id=MESSAGE_ID)
    bob.chat.leave(bob.session)
    stop()
    ann.does("SEND_MESSAGE", Content="hello")

    assert seen == [(room, kind) for kind in ("joined", "MESSAGE", "EVENT", "left")]


def test_a_session_does_not_show_its_user_or_attributes(enter: Enter) -> None:
    ann = enter("canary-4711", attributes={"k": "canary-4711"})

    assert "canary" not in repr(ann.session)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_FRAMES = st.text(max_size=200) | st.fixed_dictionaries(
    {},
    optional={
        "Action": st.sampled_from([*ALL, "FLY"]) | _JSON,
        "RequestId": st.text(max_size=300) | _JSON,
        "Content": st.text(max_size=600) | _JSON,
        "Attributes": st.dictionaries(st.text(max_size=5), st.text(max_size=400), max_size=4) | _JSON,
        "Id": st.just(MESSAGE_ID) | _JSON,
        "UserId": st.sampled_from(["ann", "bob"]) | _JSON,
        "Reason": st.text(max_size=300) | _JSON,
    },
).map(json.dumps)


@drawn(30)
@given(st.lists(_FRAMES, max_size=5))
def test_any_frame_is_carried_out_or_refused(frames: list[str]) -> None:
    from pulumi_ivschat.local.store import Home, Store  # noqa: PLC0415 - a service of its own for each example

    store = Store(None)
    service = Service(store)
    home = Home("000000000000", "us-west-2")
    arn = home.new_arn("room")
    limits = {"maximumMessageLength": 500, "maximumMessageRatePerSecond": 10}
    store.put(home, "room", {"arn": arn, "updateTime": "2026-01-01T00:00:00.000Z", **limits})
    asked = {"userId": "ann", "capabilities": ALL, "attributes": {}, "sessionDurationInMinutes": 1}
    line = Line()
    client = Client(service.chat, service.chat.join(granted(arn, asked, service.clock(), 60), line), line, service)
    for answer in map(client.answer, frames):
        assert answer["Type"] in {"MESSAGE", "EVENT"} or answer["ErrorCode"] in {400, 413, 429}
    store.close()
