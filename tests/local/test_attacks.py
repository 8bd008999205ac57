"""The local service under attack: over real sockets, and afterwards it serves as before and has kept nothing."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import socket
import subprocess
import sys
import time as clock
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeAlias

import attrs
import boto3
import pytest
import websockets
from botocore.config import Config
from websockets.frames import Close, Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from pulumi_ivschat.local.access_keys import AccessKey
from tests.local.conftest import Time

Sign: TypeAlias = Callable[..., dict[str, str]]
Target: TypeAlias = "Attacked"

SLOWEST = 1.0
"""Seconds that the service waits for a request."""
PATIENCE = 10.0
KEPT = 8 * 2**20
"""Bytes that the service's memory may grow by."""
EXPIRED = AccessKey("expired", "not-a-secret", "000000000000", "its-token")
_SERVE = f"""
from datetime import datetime, timezone
from pulumi_ivschat.local import access_keys, server, settings
expired = access_keys.AccessKey(
    "expired", "not-a-secret", "000000000000", "its-token", datetime(2026, 1, 31, tzinfo=timezone.utc)
)
server.serve(
    server.Place(None, 0),
    settings.Settings(access_keys=access_keys.by_id([expired]), slowest_request={SLOWEST}),
    lambda running: print(running.url, flush=True),
)
"""


@attrs.frozen(slots=False)
class Attacked:
    """A service in a process of its own, with a room in it."""

    url: str
    pid: int
    room: str

    @property
    def host(self) -> str:
        """What a request says in Host."""
        return self.url.removeprefix("http://")

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    @functools.cached_property
    def client(self) -> Any:
        """Somebody who may do everything."""
        known: dict[str, Any] = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        once = Config(read_timeout=PATIENCE, retries={"total_max_attempts": 1})
        return boto3.client("ivschat", "us-west-2", endpoint_url=self.url, config=once, **known)

    def connected(self) -> socket.socket:
        """Open a connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def answers(self, sent: bytes, quiet: float = 0.05) -> bytes:
        """Return all that comes back for some bytes, until the service closes or has been quiet for so many seconds."""
        with self.connected() as connection:
            got = b""
            with contextlib.suppress(ConnectionError):
                connection.sendall(sent)
            with contextlib.suppress(ConnectionError, TimeoutError):
                while more := connection.recv(65536):
                    got += more
                    connection.settimeout(quiet)
            return got

    @contextlib.contextmanager
    def joined(self, *tokens: str) -> Iterator[ClientConnection]:
        """Be connected to the room."""
        offered = [websockets.Subprotocol(token) for token in tokens] or None
        with connect(self.url.replace("http", "ws"), subprotocols=offered, compression=None) as connection:
            yield connection

    def token(self) -> str:
        """Return a new token for the room."""
        token: str = self.client.create_chat_token(roomIdentifier=self.room, userId="eve")["token"]
        return token

    def serves(self) -> bool:
        """Return whether it still answers, and nobody has created or changed a room."""
        rooms = self.client.list_rooms()["rooms"]
        return [room["arn"] for room in rooms] == [self.room]

    def open_files(self) -> int:
        """Count what it holds open: sockets, files."""
        return len([*Path(f"/proc/{self.pid}/fd").iterdir()])

    def memory(self) -> int:
        """Return its memory in bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def _running(log: Path) -> Iterator[str]:
    with log.open("wb") as errors:
        command = [sys.executable, "-c", _SERVE]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    with process:
        assert process.stdout is not None
        try:
            yield f"{process.stdout.readline().strip()} {process.pid}"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    """Yield the service; once all attacks are over, it holds no more than before, and its log no traceback."""
    log = tmp_path_factory.mktemp("attacked") / "service.log"
    with _running(log) as line:
        url, pid = line.split()
        target = Attacked(url, int(pid), "")
        target = attrs.evolve(target, room=target.client.create_room()["arn"])
        with target.joined(target.token()):
            pass
        files, memory = target.open_files(), target.memory()
        yield target
        _until(lambda: target.open_files() <= files)
        assert target.memory() < memory + KEPT
        assert target.serves()
    assert "Traceback" not in log.read_text()


@pytest.fixture(autouse=True)
def _serves_on(attacked: Attacked) -> Iterator[None]:
    yield
    assert attacked.serves()


def _until(holds: Callable[[], bool]) -> None:
    end = clock.monotonic() + PATIENCE
    while not holds():
        assert clock.monotonic() < end, "it never came about"
        clock.sleep(0.02)


@pytest.fixture
def time() -> Time:
    """Return the time that it is."""
    time = Time()
    time.now = datetime.now(timezone.utc)
    return time


def http(method: str, target: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """Write a request; a Content-Length among the headers stays."""
    shown = {"content-length": str(len(body)), **headers}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in shown.items() if value)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def statuses(answer: bytes) -> list[int]:
    """Return the status of each answer."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d+)", answer)]


def shown_code(answer: bytes) -> str:
    found = re.search(rb"x-amzn-errortype: (\w+)", answer, re.IGNORECASE)
    return found[1].decode() if found else ""


# Signatures

MAKE = b'{"name":"eve"}'


def _stamped(age: timedelta) -> str:
    return f"{datetime.now(timezone.utc) - age:%Y%m%dT%H%M%SZ}"


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        ({"authorization": ""}, "MissingAuthenticationTokenException"),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=local"}, "IncompleteSignatureException"),
        ({"signature": "0" * 64}, "InvalidSignatureException"),
        ({"key": AccessKey("local", "wrong", "000000000000")}, "InvalidSignatureException"),
        ({"key": AccessKey("eve", "local", "000000000000")}, "UnrecognizedClientException"),
        ({"key": EXPIRED}, "ExpiredTokenException"),
        ({"scope": "20260131/us-west-2/s3/aws4_request"}, "InvalidSignatureException"),
        ({"signed_headers": ["x-amz-date"]}, "InvalidSignatureException"),
    ],
)
def test_who_is_not_signed_for_does_not_get_in(signed: dict[str, Any], code: str, attacked: Target, sign: Sign) -> None:
    headers = sign("POST", "/CreateRoom", MAKE, host=attacked.host, **signed)

    answer = attacked.answers(http("POST", "/CreateRoom", headers, MAKE))

    assert (statuses(answer), shown_code(answer)) == ([403], code)


@pytest.mark.parametrize("age", [timedelta(minutes=6), timedelta(days=1), timedelta(minutes=-6)])
def test_a_request_of_another_time_does_not_get_in(age: timedelta, attacked: Target, sign: Sign) -> None:
    headers = sign("POST", "/CreateRoom", MAKE, host=attacked.host, stamp=_stamped(age))

    answer = attacked.answers(http("POST", "/CreateRoom", headers, MAKE))

    assert (statuses(answer), shown_code(answer)) == ([403], "InvalidSignatureException")


@pytest.mark.parametrize(
    ("method", "target", "headers", "body"),
    [
        ("PUT", "/ListRooms", {}, b"{}"),
        ("POST", "/CreateRoom", {}, b"{}"),
        ("POST", "/ListRooms/", {}, b"{}"),
        ("POST", "/%4CistRooms", {}, b"{}"),
        ("POST", "/ListRooms?maxResults=1", {}, b"{}"),
        ("POST", "/ListRooms", {"host": "localhost:PORT"}, b"{}"),
        ("POST", "/ListRooms", {"x-amz-date": _stamped(timedelta(minutes=1))}, b"{}"),
        ("POST", "/ListRooms", {"x-amz-target": "b"}, b"{}"),
        ("POST", "/ListRooms", {"x-amz-security-token": "x"}, b"{}"),
        ("POST", "/ListRooms", {}, b'{"name":"eve"}'),
        ("POST", "/ListRooms", {}, b""),
    ],
)
def test_what_is_not_as_it_was_signed_does_not_get_in(  # noqa: PLR0913, PLR0917 - each part of a request
    method: str, target: str, headers: dict[str, str], body: bytes, attacked: Target, sign: Sign
) -> None:
    signed = sign("POST", "/ListRooms", b"{}", host=attacked.host, headers={"x-amz-target": "a"})
    altered = {name: value.replace("PORT", str(attacked.port)) for name, value in headers.items()}

    assert statuses(attacked.answers(http(method, target, {**signed, **altered}, body))) == [403]


def test_a_request_may_be_repeated_within_its_five_minutes_as_with_aws(attacked: Target, sign: Sign) -> None:
    request = http("POST", "/ListRooms", sign("POST", "/ListRooms", b"{}", host=attacked.host), b"{}")

    assert statuses(attacked.answers(request) + attacked.answers(request)) == [200, 200]


# Sizes

LARGE = 2**20


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: %d\r\n\r\n" % LARGE + b"x" * LARGE, {413}),
        (b"POST /_local/faults HTTP/1.1\r\nHost: HOST\r\nContent-Length: %d\r\n\r\n" % LARGE + b"x" * LARGE, {413}),
        (
            b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n"
            + (b"8000\r\n" + b"x" * 0x8000 + b"\r\n") * 40,
            {413},
        ),
        (b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999999999999999\r\n\r\n", {400, 408}),
        (b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n", {400}),
        (b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1\r\n\r\n{}{}", {403, 400}),
        (b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * 100_000, {400}),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * LARGE + b"\r\n\r\n", {400}),
        (b"GET / HTTP/1.1\r\nHost: HOST\r\n" + b"x: y\r\n" * 200_000 + b"\r\n", {400}),
        (b"GET /" + b"x" * LARGE + b" HTTP/1.1\r\nHost: HOST\r\n\r\n", {400}),
        (b"x" * LARGE, {400}),
    ],
)
def test_what_is_too_large_is_refused(sent: bytes, expected: set[int], attacked: Target) -> None:
    answer = attacked.answers(sent.replace(b"HOST", attacked.host.encode()))

    assert set(statuses(answer)) <= set(expected)


# Slowness

DRIPS = [
    b"",
    b"P",
    b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nX: ",
    b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\n",
    b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n",
    b"POST /_local/faults HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\n",
    b"POST /_local/console/call HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
    b"GET /_local/health HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\n",
    b"POST /CreateRoom HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000\r\n\r\n",
    b"GET /_local/health HTTP/1.1\r\nHost: HOST\r\n\r\nGET /_local/he",
]


@pytest.mark.parametrize("begun", DRIPS)
def test_a_slow_client_is_disconnected_and_delays_no_other(begun: bytes, attacked: Target) -> None:
    slow = [attacked.connected() for _ in range(50)]
    for connection in slow:
        connection.sendall(begun.replace(b"HOST", attacked.host.encode()))
    end = clock.monotonic() + PATIENCE

    while slow and clock.monotonic() < end:
        assert attacked.serves()
        slow = [connection for connection in slow if not _dripped(connection)]
        clock.sleep(0.1)

    assert slow == []


def _dripped(connection: socket.socket) -> bool:
    """Send one byte more; show whether the service has cut the connection."""
    try:
        connection.send(b"x")
        connection.setblocking(False)  # noqa: FBT003
        with contextlib.suppress(BlockingIOError):
            while connection.recv(65536):
                pass
            connection.close()
            return True
        connection.setblocking(True)  # noqa: FBT003
    except ConnectionError:
        connection.close()
        return True
    return False


# Other sites' pages

EVIL = {"Origin": "https://evil.example"}


@pytest.mark.parametrize(
    "headers",
    [
        EVIL,
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "https://HOST"},
        {"Origin": "http://HOST.evil.example"},
        {"Origin": "http://evil.example@HOST"},
        {"Host": "evil.example", "Origin": "http://evil.example"},
        {"Host": "evil.example"},
        {"Host": "HOST.evil.example"},
        {"Host": "HOST, evil.example"},
        {"Host": "evil.example#HOST"},
        {"Host": "0.0.0.0:PORT"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin, cross-site"},
    ],
)
@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/_local/reset"),
        ("POST", "/%5Flocal%2Freset"),
        ("GET", "/_local/requests"),
        ("POST", "/_local/policies"),
        ("POST", "/_local/console/call"),
        ("GET", "/_local/console/feed?once"),
    ],
)
def test_a_page_of_another_site_gets_nothing(
    method: str, target: str, headers: dict[str, str], attacked: Target
) -> None:
    shown = {"Host": "HOST", "Content-Type": "application/json", **headers}
    there = {
        name: value.replace("HOST", attacked.host).replace("PORT", str(attacked.port)) for name, value in shown.items()
    }

    assert statuses(attacked.answers(http(method, target, there, b"{}"))) == [403]


@pytest.mark.parametrize("headers", [EVIL, {"Host": "evil.example"}, {"Host": "evil.example", **EVIL}])
@pytest.mark.parametrize("target", ["/", "/CreateRoom", "/tags/x"])
def test_another_site_does_not_reach_console_and_control_plane(
    target: str, headers: dict[str, str], attacked: Target
) -> None:
    assert statuses(attacked.answers(http("POST", target, {"Host": attacked.host, **headers}))) == [403]


# Paths


@pytest.mark.parametrize(
    "target",
    [
        "/_local/../CreateRoom",
        "/_local/%2e%2e/CreateRoom",
        "/_local/..%2FCreateRoom",
        "//CreateRoom",
        "/./CreateRoom",
        "/CreateRoom/",
        "/CreateRoom%00",
        "/CreateRoom%2F",
        "/CreateRoom%20",
        "/createroom",
        "/CreateRoom;x",
        "/%43reateRoom",
        "/tags/../CreateRoom",
        "/tags/..%2FCreateRoom",
        "/..%2f..%2f..%2fetc/passwd",
        "/console/../../../../etc/passwd",
        "//_local/reset",
        "/_local//reset",
        "/_local/reset/..",
        "/x/../_local/reset",
        "/_local/reset%00",
        "http://HOST/CreateRoom",
        "http://evil.example/CreateRoom",
        "http://HOST/_local/reset",
        "*",
        "HOST",
        "/CreateRoom#x",
        "/CreateRoom\\..",
    ],
)
def test_a_path_leads_to_what_it_names_or_nowhere(target: str, attacked: Target, sign: Sign) -> None:
    named = target.replace("HOST", attacked.host)
    signed = sign("POST", named, MAKE, host=attacked.host)

    for headers in ({"host": attacked.host}, signed):
        answer = attacked.answers(http("POST", named, headers, MAKE))
        assert set(statuses(answer)) <= {307, 400, 403, 404, 405}
        assert b"root:" not in answer


# One request in another


@pytest.mark.parametrize(
    "framing",
    [
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: 2, 3\r\n",
        b"Content-Length: +2\r\n",
        b"Content-Length: 0x2\r\n",
        b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding: identity, chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding:\x0bchunked\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"X: a\r\n Content-Length: 2\r\n",
        b"X: a\rContent-Length: 2\r\n",
        b"X: a\x00\r\n",
    ],
)
def test_a_request_whose_length_is_not_clear_holds_no_other(framing: bytes, attacked: Target, sign: Sign) -> None:
    signed = sign("POST", "/CreateRoom", MAKE, host=attacked.host)
    inner = http("POST", "/CreateRoom", signed, MAKE)
    head = b"POST /ListRooms HTTP/1.1\r\nHost: " + attacked.host.encode() + b"\r\n" + framing + b"\r\n"

    answer = attacked.answers(head + b"0\r\n\r\n" + inner, quiet=0.3)

    assert set(statuses(answer)) <= {400, 403}


# Chat


def _masked(opcode: Opcode, data: bytes, *, fin: bool = True) -> bytes:
    return Frame(opcode, data, fin=fin).serialize(mask=True)


FRAMES = {
    "larger than the largest": (_masked(Opcode.TEXT, b"x" * 40_000), 1009),
    "says that it is huge": (b"\x81\xff\x7f" + b"\xff" * 7 + b"mask", 1009),
    "together larger than the largest": (
        _masked(Opcode.TEXT, b"x" * 16_000, fin=False) + _masked(Opcode.CONT, b"x" * 16_000, fin=False) * 2,
        1009,
    ),
    "fragments of nothing": (
        _masked(Opcode.TEXT, b"", fin=False)
        + _masked(Opcode.CONT, b"", fin=False) * 200_000
        + _masked(Opcode.TEXT, b""),
        1008,
    ),
    "a new text within another": (_masked(Opcode.TEXT, b"", fin=False) + _masked(Opcode.TEXT, b""), 1002),
    "pings": (_masked(Opcode.PING, b"") * 200_000, 1008),
    "pongs": (_masked(Opcode.PONG, b"") * 200_000, 1008),
    "empty texts": (_masked(Opcode.TEXT, b"") * 200_000, 1008),
    "requests": (_masked(Opcode.TEXT, b"{}") * 200_000, 1008),
    "a request of single bytes": (
        _masked(Opcode.TEXT, b"x", fin=False) + _masked(Opcode.CONT, b"x", fin=False) * 200_000,
        1008,
    ),
    "a compression bomb": (b"\xc1\x84\0\0\0\0\xec\xc1\x01\x0d", 1002),
    "not UTF-8": (_masked(Opcode.TEXT, b"\xff\xfe"), 1007),
    "a surrogate in UTF-8": (_masked(Opcode.TEXT, b"\xed\xa0\x80"), 1007),
    "not masked": (Frame(Opcode.TEXT, b"{}").serialize(mask=False), 1002),
    "an unknown kind": (b"\x83\x80mask", 1002),
    "a ping of many parts": (b"\x09\x80mask", 1002),
    "a ping that is too long": (b"\x89\xfe\x01\x00mask" + b"x" * 256, 1002),
    "a continuation of nothing": (_masked(Opcode.CONT, b"x"), 1002),
    "an unknown close code": (_masked(Opcode.CLOSE, (4).to_bytes(2, "big")), 1002),
}


@pytest.mark.parametrize(("sent", "code"), FRAMES.values(), ids=FRAMES.keys())
def test_a_frame_that_breaks_the_protocol_closes_its_connection_only(sent: bytes, code: int, attacked: Target) -> None:
    with attacked.joined(attacked.token()) as other, attacked.joined(attacked.token()) as eve:
        with contextlib.suppress(ConnectionError):
            eve.socket.sendall(sent)
        assert _close_of(eve).code == code
        attacked.client.send_event(roomIdentifier=attacked.room, eventName="still-there")
        assert "still-there" in str(other.recv(PATIENCE))


def _read_on(connection: ClientConnection) -> None:
    while True:
        connection.recv(PATIENCE)


def _close_of(connection: ClientConnection) -> Close:
    with pytest.raises(websockets.ConnectionClosed) as closed:
        _read_on(connection)
    assert closed.value.rcvd
    return closed.value.rcvd


def test_a_token_that_is_not_one_or_used_opens_nothing(attacked: Target) -> None:
    used = attacked.token()
    with attacked.joined(used):
        pass

    for token in ("x", used, used[:-1], used + "x", "a.b.c", "%00"):
        with pytest.raises(websockets.InvalidStatus, match="403"), attacked.joined(token):
            pass
    with pytest.raises(websockets.InvalidStatus, match="401"), attacked.joined():
        pass


def test_a_token_of_another_room_hears_and_does_nothing_here(attacked: Target) -> None:
    other = attacked.client.create_room(name="other")["arn"]
    capabilities = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
    theirs = attacked.client.create_chat_token(roomIdentifier=other, userId="eve", capabilities=capabilities)["token"]
    with attacked.joined(attacked.token()) as here, attacked.joined(theirs) as eve:
        for action in ({"Action": "SEND_MESSAGE", "Content": "x"}, {"Action": "DISCONNECT_USER", "UserId": "eve"}):
            eve.send(json.dumps({**action, "RoomArn": attacked.room}))
        assert "MESSAGE" in str(eve.recv(PATIENCE))
        assert "DISCONNECT_USER" in str(eve.recv(PATIENCE))
        attacked.client.send_event(roomIdentifier=attacked.room, eventName="first-heard")
        assert "first-heard" in str(here.recv(PATIENCE))
    attacked.client.delete_room(identifier=other)


@pytest.mark.parametrize(
    "sent", [_masked(Opcode.PING, b"x" * 125), _masked(Opcode.TEXT, b"{}" * 60)], ids=["ping", "text"]
)
def test_a_client_that_asks_and_never_reads_is_dropped_before_much_waits_for_it(sent: bytes, attacked: Target) -> None:
    before = attacked.memory()
    token = attacked.token()
    with attacked.connected() as eve:
        lines = ["GET / HTTP/1.1", f"Host: {attacked.host}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="]
        eve.sendall("\r\n".join([*lines, f"Sec-WebSocket-Protocol: {token}", "", ""]).encode())
        assert eve.recv(12) == b"HTTP/1.1 101"
        with pytest.raises(ConnectionError):
            eve.sendall(sent * 400_000)

    assert attacked.memory() < before + KEPT
