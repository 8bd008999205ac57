"""What the console asks for, in-process, and who else may not."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import pytest
from starlette.types import Message

from pulumi_ivschat.local.app import create_app
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.tokens import Grant, granted, opened

Send: TypeAlias = Callable[..., Answer]
Call: TypeAlias = Callable[..., Any]
HOST = "127.0.0.1:4566"
OWN = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
JSON = {**OWN, "content-type": "application/json"}
HOME = {"region": "us-west-2", "account": "000000000000"}


class Silent:
    """A connection that nobody reads."""

    def send(self, text: str) -> None:
        """Drop a frame."""

    def close(self, code: int, reason: str) -> None:
        """Be closed."""

    def abort(self) -> None:
        """Be cut."""


@pytest.fixture
def get(send: Send) -> Callable[[str], Any]:
    """Return a function that gets a document below /_local/console."""

    def got(path: str) -> Any:
        return json.loads(send("GET", f"/_local/console/{path}", OWN).body)

    return got


@pytest.fixture
def door(send: Send) -> Send:
    """Return a function that calls an operation as the console does."""

    def called(operation: str, members: Mapping[str, Any] | None = None, **shown: Any) -> Answer:
        document = {"operation": operation, **HOME, "input": dict(members or {}), **shown}
        return send("POST", "/_local/console/call", JSON, json.dumps(document).encode())

    return called


@pytest.fixture
def join(service: Service) -> Callable[[str, str], Grant]:
    """Return a function that lets a user into a room."""

    def joined(arn: str, user: str) -> Grant:
        asked = {"userId": user, "capabilities": ["SEND_MESSAGE"], "attributes": {}, "sessionDurationInMinutes": 60}
        grant = granted(arn, asked, service.clock(), 60)
        service.chat.join(grant, Silent())
        return grant

    return joined


# Rooms


def test_rooms_of_all_accounts_and_regions_are_listed_with_their_connections(
    call: Call, get: Call, join: Call, other_account: Any
) -> None:
    lobby = call("CreateRoom", {"name": "lobby", "tags": {"team": "chat"}})
    quiz = call("CreateRoom", {"name": "quiz"}, region="eu-west-1", key=other_account)
    join(lobby["arn"], "ada")

    listed = get("rooms")

    assert listed["total"] == 2
    assert [(room["arn"], room["connections"]) for room in listed["rooms"]] == [(quiz["arn"], 0), (lobby["arn"], 1)]
    assert listed["rooms"][1]["tags"] == {"team": "chat"}
    assert listed["rooms"][1]["maximumMessageLength"] == 500


def test_rooms_are_found_by_a_text_and_counted_beyond_those_that_are_listed(call: Call, get: Call) -> None:
    for number in range(205):
        call("CreateRoom", {"name": f"room-{number}"})

    assert get("rooms?search=ROOM-204")["total"] == 1
    assert (get("rooms")["total"], len(get("rooms")["rooms"])) == (205, 200)
    assert get("rooms?search=nothing") == {"total": 0, "rooms": []}


def test_a_room_is_shown_with_who_is_in_it(call: Call, get: Call, join: Call) -> None:
    arn = call("CreateRoom", {"name": "lobby"})["arn"]
    join(arn, "ada")

    shown = get(f"room?arn={arn}")

    assert shown["room"]["name"] == "lobby"
    [connection] = shown["connections"]
    assert (connection["UserId"], connection["Capabilities"]) == ("ada", ["SEND_MESSAGE"])
    assert connection["Since"] == "2026-01-31T08:00:00.123Z"


def test_a_room_that_is_gone_is_null(get: Call) -> None:
    assert get("room?arn=x") == {"room": None, "connections": []}


# The door


def test_the_door_carries_out_an_operation_as_a_signed_call_would(door: Send, call: Call) -> None:
    made = json.loads(door("CreateRoom", {"name": "lobby"}, region="eu-west-1", account="111122223333").body)

    assert made["arn"].startswith("arn:aws:ivschat:eu-west-1:111122223333:room/")
    assert call("ListRooms")["rooms"] == []
    assert door("DeleteRoom", {"identifier": made["arn"]}, region="eu-west-1", account="111122223333").status == 204


def test_members_that_travel_in_the_path_or_the_query_are_in_the_input(door: Send) -> None:
    arn = json.loads(door("CreateRoom", {"tags": {"a": "1", "b": "2"}}).body)["arn"]

    assert door("UntagResource", {"resourceArn": arn, "tagKeys": ["a"]}).status == 200
    assert json.loads(door("ListTagsForResource", {"resourceArn": arn}).body) == {"tags": {"b": "2"}}


def test_the_door_gives_a_token_in_the_body_and_to_no_cache(door: Send, service: Service) -> None:
    arn = json.loads(door("CreateRoom").body)["arn"]

    answer = door("CreateChatToken", {"roomIdentifier": arn, "userId": "ada", "capabilities": []})

    token = json.loads(answer.body)["token"]
    assert opened(token, service.store.token_key, service.clock()).user_id == "ada"
    assert answer.headers["cache-control"] == "no-store"


def test_the_door_keeps_to_the_service_model(door: Send) -> None:
    answer = door("CreateRoom", {"maximumMessageLength": 501})

    assert (answer.status, answer.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert json.loads(answer.body)["fieldList"][0]["name"] == "maximumMessageLength"
    assert door("CreateRoom", {"maximumMessageLength": "10"}).headers["x-amzn-errortype"] == "SerializationException"


@pytest.mark.parametrize(
    "shown",
    [
        {"operation": "Nothing"},
        {"operation": None},
        {"operation": ["CreateRoom"]},
        {"region": "mars-east-1"},
        {"region": {}},
        {"account": "1"},
        {"account": 1},
        {"input": []},
        {"input": "x"},
        {"input": None},
    ],
)
def test_a_call_of_another_form_is_refused(shown: Mapping[str, Any], door: Send) -> None:
    assert door(**{"operation": "CreateRoom", **shown}).status == 400


@pytest.mark.parametrize("body", [b"[]", b"{", b"\xff", b"[" * 100_000, b"null", b""])
def test_a_body_that_is_not_an_object_is_refused(body: bytes, send: Send) -> None:
    assert send("POST", "/_local/console/call", JSON, body).status == 400


def test_calls_through_the_door_are_in_the_log_without_their_secrets(
    door: Send, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    arn = json.loads(door("CreateRoom", {"tags": {"canary": "canary"}}).body)["arn"]
    with caplog.at_level(logging.DEBUG):
        answer = door("CreateChatToken", {"roomIdentifier": arn, "userId": "canary", "attributes": {"canary": "x"}})
    door("CreateRoom", {"name": "!"})

    logged = [(each.operation, each.status, each.error, each.identifier) for each in service.requests.after(0)]
    assert logged == [
        ("CreateRoom", 200, None, arn),
        ("CreateChatToken", 200, None, arn),
        ("CreateRoom", 400, "ValidationException", None),
    ]
    token = json.loads(answer.body)["token"]
    kept = repr(service.requests.after(0)) + repr(service.feed.after(0)) + caplog.text
    assert token not in kept
    assert "canary" not in kept


def test_a_fault_waits_for_signed_calls(door: Send, send: Send) -> None:
    send("POST", "/_local/faults", OWN, b'{"operation": "*", "error": "ThrottlingException"}')

    assert door("ListRooms").status == 200


# Other sites' pages

BODY = json.dumps({"operation": "CreateRoom", **HOME, "input": {}}).encode()


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "a/json"]
)
def test_what_a_form_of_another_site_can_send_is_refused(kind: str, send: Send, service: Service) -> None:
    answer = send("POST", "/_local/console/call", {"host": HOST, "content-type": kind}, BODY)

    assert answer.status == 415
    assert service.store.search("room", "", 1)[0] == 0


def test_no_content_type_is_refused_too(send: Send) -> None:
    assert send("POST", "/_local/console/call", OWN, BODY).status == 415


@pytest.mark.parametrize(
    "foreign",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"host": "evil.example:4566"},
    ],
)
@pytest.mark.parametrize("path", ["call", "rooms", "room", "feed"])
def test_pages_of_other_sites_get_nothing(path: str, foreign: dict[str, str], send: Send) -> None:
    method = "POST" if path == "call" else "GET"
    headers = {"host": HOST, "content-type": "application/json", **foreign}

    answer = send(method, f"/_local/console/{path}", headers, BODY)

    assert (answer.status, answer.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")


@pytest.mark.parametrize("method", ["GET", "PUT", "OPTIONS"])
def test_the_door_takes_posts_only(method: str, send: Send) -> None:
    answer = send(method, "/_local/console/call", JSON, BODY)

    assert answer.status == 405
    assert "access-control-allow-origin" not in answer.headers


# The feed


def _nothing() -> None:
    """Let nothing happen."""


def _events(service: Service, happens: Callable[[], None] = _nothing, query: str = "", seen: str = "") -> list[Any]:
    """Read the feed while something happens: kind, id and document of each event."""
    text = asyncio.run(_streamed(service, query, seen, happens))
    fields = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.split("\n\n") if block]
    return [(each["event"], each.get("id"), json.loads(each["data"])) for each in fields]


async def _streamed(
    service: Service, query: str, seen: str, happens: Callable[[], None] = _nothing, *, stays: bool = False
) -> str:
    sent: list[Message] = []
    leave = asyncio.Event()

    async def receive() -> Message:
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(event: Message) -> None:
        sent.append(event)

    headers = [(b"host", HOST.encode()), (b"last-event-id", seen.encode())]
    scope: dict[str, Any] = {"type": "http", "asgi": {"spec_version": "2.3"}, "method": "GET"}
    scope |= {"path": "/_local/console/feed", "query_string": query.encode(), "headers": headers}
    scope |= {"server": ("127.0.0.1", 4566)}
    streaming = asyncio.ensure_future(create_app(service)(scope, receive, send))
    await asyncio.sleep(0.02)
    happens()
    await asyncio.sleep(0.02)
    if not stays:
        leave.set()
    await asyncio.wait_for(streaming, 1)
    return b"".join(event.get("body", b"") for event in sent).decode()


def test_the_feed_says_first_which_service_this_is(service: Service) -> None:
    [(kind, number, about)] = _events(service)

    assert (kind, number) == ("hello", None)
    assert about["instance"] == service.identity.instance
    assert about["accounts"] == ["000000000000", "111111111111"]
    assert "us-west-2" in about["regions"]


def test_the_feed_reports_about_frames_and_calls_as_they_happen(service: Service, call: Call, join: Call) -> None:
    arn = call("CreateRoom")["arn"]

    def happens() -> None:
        join(arn, "ada")
        service.chat.send_event(arn, "poll", {"text": "a\nb\u2028\r\n\r\ndata: c"})

    events = _events(service, happens)

    assert [kind for kind, _, _ in events] == ["hello", "call", "frame", "frame"]
    assert events[1][2]["operation"] == "CreateRoom"
    assert (events[2][2]["room"], events[2][2]["frame"]["Type"]) == (arn, "joined")
    assert events[3][2]["frame"]["Attributes"] == {"text": "a\nb\u2028\r\n\r\ndata: c"}
    assert events[3][2]["time"] == "2026-01-31T08:00:00.123Z"


def test_a_page_that_comes_back_goes_on_where_it_was(service: Service, call: Call) -> None:
    call("ListRooms")
    seen = _events(service)[-1][1]
    call("GetRoom", {"identifier": call("CreateRoom")["arn"]})

    for events in (_events(service, seen=seen), _events(service, query=f"after={seen}")):
        assert [data.get("operation") for _, _, data in events[1:]] == ["CreateRoom", "GetRoom"]


def test_a_page_without_a_connection_to_spare_gets_past_events_only(service: Service, call: Call) -> None:
    call("ListRooms")
    streamed = asyncio.run(_streamed(service, "once", "", stays=True))

    assert [line for line in streamed.splitlines() if line.startswith("event")] == ["event: hello", "event: call"]


@pytest.mark.parametrize("seen", ["1", "another-instance.1", "INSTANCE.-1", "INSTANCE.x", "INSTANCE.²", "."])
def test_a_page_of_an_earlier_start_begins_again(seen: str, service: Service, call: Call) -> None:
    call("ListRooms")

    events = _events(service, query="after=" + seen.replace("INSTANCE", service.identity.instance))

    assert [kind for kind, _, _ in events] == ["hello", "call"]
