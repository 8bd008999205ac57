"""The socket itself: handshakes, frames and ends, by real connections to a service on a clock that is turned by hand."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

import attrs
import pytest
import uvicorn
import websockets
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from pulumi_ivschat.local import quotas, server, websocket
from pulumi_ivschat.local.service import Service
from tests.local.conftest import Scripted

Call: TypeAlias = Callable[..., dict[str, Any]]
LAMBDA = "arn:aws:lambda:us-west-2:000000000000:function:review"
ALL = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
HELLO = json.dumps({"Action": "SEND_MESSAGE", "Content": "hello"})


@attrs.frozen
class Served:
    """A service on a port, and a room in it."""

    service: Service
    port: int
    room: str
    call: Call

    def token(self, user: str = "ann", **asked: Any) -> str:
        """Return a new token for the room."""
        given = {"roomIdentifier": self.room, "userId": user, "capabilities": ALL, **asked}
        token: str = self.call("CreateChatToken", given)["token"]
        return token

    async def join(self, user: str = "ann", **asked: Any) -> ClientConnection:
        """Connect with a new token."""
        return await self.connect(self.token(user, **asked))

    async def connect(self, *offered: str, **shown: Any) -> ClientConnection:
        """Connect with these sub-protocols."""
        subprotocols = [websockets.Subprotocol(each) for each in offered] or None
        return await connect(f"ws://127.0.0.1:{self.port}", subprotocols=subprotocols, **shown)

    async def status(self, *offered: str, **shown: Any) -> int:
        """Connect if that is refused; return the HTTP status."""
        with pytest.raises(InvalidStatus) as caught:
            await self.connect(*offered, **shown)
        return caught.value.response.status_code

    async def raw(self, sent: bytes) -> bytes:
        """Send bytes, and return all that comes back until the service closes the connection."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer


@asynccontextmanager
async def _serving(service: Service) -> AsyncIterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        running = uvicorn.Server(server.config(service))
        task = asyncio.create_task(running.serve(sockets=[bound]))
        await _until(lambda: running.started)
        yield bound.getsockname()[1]
        running.should_exit = True
        await task


Run: TypeAlias = Callable[[Callable[[Served], Coroutine[Any, Any, Any]]], Any]


@pytest.fixture
def run(service: Service, call: Call) -> Run:
    """Return a function that runs a coroutine on a service that is served, and a room in it."""
    room = call("CreateRoom")["arn"]

    def ran(scenario: Callable[[Served], Coroutine[Any, Any, Any]]) -> Any:
        async def main() -> Any:
            async with _serving(service) as port:
                # `call` runs a loop of its own, which this one's thread cannot
                return await scenario(Served(service, port, room, _in_thread(call)))

        return asyncio.run(main())

    return ran


def _in_thread(call: Call) -> Call:
    def called(*arguments: Any) -> dict[str, Any]:
        answers: list[dict[str, Any]] = []
        thread = threading.Thread(target=lambda: answers.append(call(*arguments)))
        thread.start()
        thread.join()
        return answers[0]

    return called


async def _read(connection: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(connection.recv(), 5))
    return frame


async def _closed(connection: ClientConnection) -> tuple[int, str]:
    """Read to the end; return code and reason of the close frame."""
    try:
        while True:
            await asyncio.wait_for(connection.recv(), 5)
    except ConnectionClosed as closed:
        return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


async def _until(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.01)
    pytest.fail("it never came about")


def test_a_token_opens_a_connection_and_is_echoed(run: Run) -> None:
    async def scenario(served: Served) -> None:
        token = served.token()
        async with await served.connect(token) as ann:
            assert ann.subprotocol == token
            await ann.send(HELLO)
            assert (await _read(ann))["Content"] == "hello"

    run(scenario)


def test_a_token_opens_one_connection_only(run: Run) -> None:
    async def scenario(served: Served) -> None:
        token = served.token()
        await (await served.connect(token)).close()
        assert await served.status(token) == 403

    run(scenario)


def test_no_token_and_two_tokens_open_nothing(run: Run) -> None:
    async def scenario(served: Served) -> None:
        assert await served.status() == 401
        assert await served.status(served.token(), served.token()) == 401

    run(scenario)


def test_a_token_that_is_too_old_altered_forged_or_huge_opens_nothing(
    run: Run, pass_time: Callable[[float], None]
) -> None:
    async def scenario(served: Served) -> None:
        token, old = served.token(), served.token()
        other = "A" if token[20] != "A" else "B"
        for forged in ("x", "a.b", f"{token}x", token[:-1], f"{token[:20]}{other}{token[21:]}", token.swapcase()):
            assert await served.status(forged) == 403
        with pytest.raises(InvalidHandshake):  # 431, but by websockets before 17 no answer
            await served.connect("x" * 9000)
        await (await served.connect(token)).close()
        pass_time(61)
        assert await served.status(old) == 403
        assert served.service.chat.sessions() == []

    run(scenario)


def test_the_token_of_a_room_that_is_gone_opens_nothing(run: Run) -> None:
    async def scenario(served: Served) -> None:
        token = served.token()
        served.service.store.delete(served.room)
        assert await served.status(token) == 404

    run(scenario)


def test_a_refused_handshake_does_not_say_the_token(run: Run) -> None:
    async def scenario(served: Served) -> None:
        with pytest.raises(InvalidStatus) as caught:
            await served.connect("canary-4711")
        answer = caught.value.response
        assert "canary" not in f"{answer.headers} {bytes(answer.body or b'')!r}"

    run(scenario)


def test_a_page_of_any_origin_may_connect_since_the_token_is_what_counts(run: Run) -> None:
    async def scenario(served: Served) -> None:
        async with await served.connect(served.token(), origin="http://localhost:5173"):
            pass

    run(scenario)


def test_a_host_that_is_not_this_machine_gets_nowhere(run: Run) -> None:
    async def scenario(served: Served) -> None:
        lines = [
            "GET / HTTP/1.1",
            "Host: rebound.example",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            f"Sec-WebSocket-Protocol: {served.token()}",
        ]
        assert (await served.raw("\r\n".join([*lines, "", ""]).encode())).startswith(b"HTTP/1.1 403")

    run(scenario)


@pytest.mark.parametrize(
    "headers", ["", "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"]
)
def test_what_is_not_a_handshake_is_refused(run: Run, headers: str) -> None:
    async def scenario(served: Served) -> None:
        request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        answer = await served.raw(f"{request}{headers}\r\n".encode())
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 426"))

    run(scenario)


def test_a_text_in_several_frames_is_one_request(run: Run) -> None:
    async def scenario(served: Served) -> None:
        async with await served.join() as ann:
            await ann.send(iter([HELLO[:5], HELLO[5:20], HELLO[20:]]))
            assert (await _read(ann))["Content"] == "hello"

    run(scenario)


def test_a_binary_frame_is_refused_and_the_connection_goes_on(run: Run) -> None:
    async def scenario(served: Served) -> None:
        async with await served.join() as ann:
            await ann.send(HELLO.encode())
            await ann.send(HELLO)
            assert [(await _read(ann)).get("ErrorCode") for _ in range(2)] == [400, None]

    run(scenario)


def test_a_binary_message_in_several_frames_is_refused_once(run: Run) -> None:
    async def scenario(served: Served) -> None:
        async with await served.join() as ann:
            await ann.send(iter([HELLO[:9].encode(), HELLO[9:].encode()]))
            await ann.send(HELLO)
            assert [(await _read(ann)).get("ErrorCode") for _ in range(2)] == [400, None]

    run(scenario)


def test_a_frame_that_is_too_large_closes_the_connection(run: Run) -> None:
    async def scenario(served: Served) -> None:
        ann = await served.join()
        await ann.send("x" * (websocket.LARGEST_FRAME + 1))
        assert (await _closed(ann))[0] == 1009

    run(scenario)


def test_the_largest_message_fits_in_a_frame_however_json_escapes_it(run: Run) -> None:
    async def scenario(served: Served) -> None:
        async with await served.join() as ann:
            attributes = {"": "\x01" * 1024}
            sent = {"Action": "SEND_MESSAGE", "Content": "😀" * 500, "Attributes": attributes, "RequestId": "x" * 256}
            await ann.send(json.dumps(sent))
            frame = await _read(ann)
            assert (frame["Content"], frame["Attributes"]) == (sent["Content"], attributes)

    run(scenario)


def test_a_connection_takes_so_many_frames_in_any_second_pings_too(
    run: Run, pass_time: Callable[[float], None]
) -> None:
    async def scenario(served: Served) -> tuple[int, str]:
        ann = await served.join()
        for _ in range(2):
            for _ in range(quotas.FRAMES_PER_CONNECTION - 1):
                await ann.ping()
            await ann.send(HELLO)
            assert (await _read(ann))["Content"] == "hello"
            pass_time(1)
        for _ in range(quotas.FRAMES_PER_CONNECTION + 1):
            await ann.pong()
        return await _closed(ann)

    assert run(scenario) == (1008, "More than 500 frames in a second")


def test_what_is_not_utf_8_closes_the_connection(run: Run) -> None:
    async def scenario(served: Served) -> None:
        ann = await served.join()
        await ann.send(b"\xff\xfe", text=True)
        assert (await _closed(ann))[0] == 1007

    run(scenario)


def test_a_client_that_disconnects_leaves_the_room_closed_or_cut(run: Run) -> None:
    async def scenario(served: Served) -> None:
        ann, bob = await served.join(), await served.join("bob")
        assert len(served.service.chat.sessions(served.room)) == 2
        await ann.close()
        bob.transport.abort()
        await _until(lambda: not served.service.chat.sessions())

    run(scenario)


def test_a_session_ends_at_its_time(run: Run, pass_time: Callable[[float], None]) -> None:
    async def scenario(served: Served) -> tuple[int, str]:
        token = served.token(sessionDurationInMinutes=1)
        pass_time(59.5)
        return await _closed(await served.connect(token))

    assert run(scenario) == (1000, "The session has expired")


def test_a_user_who_is_disconnected_hears_of_it_first(run: Run) -> None:
    async def scenario(served: Served) -> None:
        ann, bob, bob_again = await served.join(), await served.join("bob"), await served.join("bob")
        await ann.send(json.dumps({"Action": "DISCONNECT_USER", "RequestId": "1", "UserId": "bob"}))
        for connection in (bob, bob_again):
            assert (await _read(connection))["EventName"] == "aws:DISCONNECT_USER"
            assert await _closed(connection) == (1000, "The user was disconnected")
        assert (await _read(ann))["RequestId"] == "1"
        await ann.close()

    run(scenario)


def test_a_client_that_does_not_answer_a_close_is_cut(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "CLOSE_SECONDS", 0.1)

    async def scenario(served: Served) -> None:
        ann = await served.join()
        ann.transport.pause_reading()
        served.service.chat.close_room(served.room)
        await _until(lambda: not served.service.chat.sessions())
        ann.transport.abort()

    run(scenario)


def test_a_client_that_answers_no_ping_is_cut(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(websocket, "PING_SECONDS", 0.1)

    async def scenario(served: Served) -> None:
        async with await served.join() as ann:
            silent = await served.join("bob")
            silent.transport.pause_reading()
            await _until(lambda: len(served.service.chat.sessions()) == 1)
            silent.transport.abort()
            await ann.send(HELLO)
            assert (await _read(ann))["Content"] == "hello"

    run(scenario)


def test_a_slow_reader_is_dropped_and_delays_no_other(run: Run) -> None:
    async def scenario(served: Served) -> None:
        slow, ann = await served.join("bob"), await served.join()
        slow.transport.pause_reading()
        sent = 0
        while len(served.service.chat.sessions()) == 2:
            served.service.chat.send_event(served.room, "app:flood", {"": "x" * 1000})
            sent += 1
            await asyncio.wait_for(ann.recv(), 5)
            assert sent < 20_000
        await ann.close()
        slow.transport.abort()

    run(scenario)


def test_messages_under_review_are_delivered_in_the_order_they_were_sent(run: Run) -> None:
    async def scenario(served: Served) -> list[Any]:
        async def handler(event: Any) -> Any:
            if event["Content"] == "slow":
                await asyncio.sleep(0.1)
            if event["Content"] == "bad":
                return {"ReviewResult": "DENY", "Attributes": {"Reason": "no"}}
            return {"ReviewResult": "ALLOW", "Content": event["Content"].upper()}

        served.service.reviewers.put(LAMBDA, Scripted.handler_of(handler))
        served.call("UpdateRoom", {"identifier": served.room, "messageReviewHandler": {"uri": LAMBDA}})
        async with await served.join() as ann, await served.join("bob") as bob:
            for content in ("slow", "bad", "quick"):
                await ann.send(json.dumps({"Action": "SEND_MESSAGE", "Content": content}))
            seen = [await _read(ann) for _ in range(3)]
            assert [(await _read(bob))["Content"] for _ in range(2)] == ["SLOW", "QUICK"]
            return [frame.get("Content", frame.get("ErrorMessage")) for frame in seen]

    assert run(scenario) == ["SLOW", "no", "QUICK"]


def test_a_message_is_delivered_though_its_sender_leaves_in_the_same_breath(run: Run) -> None:
    async def scenario(served: Served) -> None:
        ann, ben = await served.join("ann"), await served.join("ben")
        await ann.send(HELLO)
        await ann.close()  # before the service has read, since both run in one loop
        assert (await _read(ben))["Content"] == "hello"

    run(scenario)


def test_a_message_under_review_is_delivered_though_its_sender_has_gone(run: Run) -> None:
    async def scenario(served: Served) -> None:
        served.service.reviewers.put(LAMBDA, Scripted.handler_of(_slow))
        served.call("UpdateRoom", {"identifier": served.room, "messageReviewHandler": {"uri": LAMBDA}})
        ann, ben = await served.join("ann"), await served.join("ben")
        await ann.send(HELLO)
        await ann.close()
        assert (await _read(ben))["Content"] == "hello"

    run(scenario)


async def _slow(event: Any) -> dict[str, Any]:
    await asyncio.sleep(0.05)
    return {"ReviewResult": "ALLOW", "Content": event["Content"]}


def test_a_failure_of_the_service_is_answered_and_logged(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    async def scenario(served: Served) -> int:
        async with await served.join() as ann:
            monkeypatch.setattr(served.service.chat, "message", fail)
            await ann.send(HELLO)
            code: int = (await _read(ann))["ErrorCode"]
            return code

    assert run(scenario) == 500
    assert "ZeroDivisionError" in caplog.text


def test_the_service_closes_every_connection_when_it_stops(service: Service, call: Call) -> None:
    room = call("CreateRoom")["arn"]

    async def main() -> tuple[int, str]:
        async with _serving(service) as port:
            ann = await Served(service, port, room, _in_thread(call)).join()
        return await _closed(ann)

    assert asyncio.run(main()) == (1001, "The service stops")


def test_junk_lets_nobody_in_and_leaves_the_service_serving(run: Run) -> None:
    frames = [b"\x81\x05hello", b"\xff" * 20, b"\x88\x80\x00\x00\x00\x00", b"\x81\xff" + b"\xff" * 8, b"\x09\x80" * 50]

    async def scenario(served: Served) -> None:
        for junk in frames:
            ann = await served.join()
            ann.transport.write(junk)
            await _closed(ann)
        for junk in (b"\x00" * 100, b"GET / HTTP/1.1\r\n\r\n", b"GET /" + b"x" * 70_000):
            assert b"101" not in (await served.raw(junk + b"\r\n\r\n"))[:20]
        async with await served.join() as ann:
            await ann.send(HELLO)
            assert (await _read(ann))["Content"] == "hello"

    run(scenario)
