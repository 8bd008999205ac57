"""The real server process: its first line, its signals, its sockets, its data."""

# ruff: noqa: S310 - the service under test is asked over http

from __future__ import annotations

import asyncio
import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError
from websockets import Subprotocol
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect as connect_at_once

from pulumi_ivschat.local import discovery

LAMBDA = "arn:aws:lambda:us-west-2:000000000000:function:review"
_OF_A_PROXY = {"X-Forwarded-For": "192.0.2.1", "X-Forwarded-Proto": "https"}
Start = Callable[..., tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Yield a function that runs `pulumi-ivschat local`, waits for its first line, and returns process and URL."""
    processes: list[subprocess.Popen[str]] = []

    def started(*arguments: str) -> tuple[subprocess.Popen[str], str]:
        command = [sys.executable, "-m", "pulumi_ivschat", "local", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        assert process.stdout is not None
        first = process.stdout.readline()
        url = re.search(r"http://127\.0\.0\.\d:\d+", first)
        assert url, (first, process.stderr and process.stderr.read())
        return process, url[0]

    yield started
    for process in processes:
        process.kill()
        process.communicate()


def _raw(url: str, *sent: bytes) -> bytes:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        for part in sent:
            connection.sendall(part)
        return connection.recv(65536)


def _fault(url: str, **fault: Any) -> None:
    request = urllib.request.Request(f"{url}/_local/faults", json.dumps(fault).encode(), method="POST")
    urllib.request.urlopen(request).close()


def _wait_until_taken(url: str) -> None:
    while True:
        with urllib.request.urlopen(f"{url}/_local/faults") as answer:
            if not json.load(answer)["faults"]:
                return
        time.sleep(0.02)


def test_the_first_lines_say_both_addresses_once_it_serves(start: Start) -> None:
    process, url = start("--memory", "--port", "0")

    assert process.stdout
    assert process.stdout.readline() == f"Chat clients connect to {url.replace('http', 'ws')}\n"
    with urllib.request.urlopen(f"{url}/_local/health") as answer:
        assert json.load(answer)["data"] is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_cleanly(number: signal.Signals, start: Start, data: Path) -> None:
    process, _ = start("--data", str(data))
    assert (data / "service.json").exists()

    process.send_signal(number)

    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
    assert not (data / "service.json").exists()


@pytest.mark.parametrize(
    ("options", "logs"),
    [
        (lambda tmp: ["--data", f"{tmp}/data"], "data/logs"),
        (lambda tmp: ["--data", f"{tmp}/data", "--logs", f"{tmp}/elsewhere"], "elsewhere"),
        (lambda tmp: ["--memory", "--logs", f"{tmp}/elsewhere"], "elsewhere"),
        (lambda _: ["--memory"], None),
    ],
)
def test_chat_records_are_on_disk_once_it_has_stopped_and_nobody_else_reads_them(
    options: Callable[[Path], list[str]],
    logs: str | None,
    start: Start,
    boto3_client: Callable[[str], Any],
    tmp_path: Path,
) -> None:
    process, url = start(*options(tmp_path), "--port", "0")
    client = boto3_client(url)
    made = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "archive"}})["arn"]
    room = client.create_room(loggingConfigurationIdentifiers=[made])["arn"]

    client.send_event(roomIdentifier=room, eventName="goal")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=10)

    found = list(tmp_path.rglob("*.jsonl"))
    assert [file.parent for file in found] == ([tmp_path / logs / "000000000000/us-west-2/s3/archive"] if logs else [])
    assert [oct(file.stat().st_mode & 0o077) for file in found] == (["0o0"] if logs else [])


def test_logging_configurations_take_the_time_that_an_option_says(
    start: Start, boto3_client: Callable[[str], Any]
) -> None:
    _, url = start("--memory", "--logging-delay", "0.3")
    client = boto3_client(url)

    made = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "archive"}})
    time.sleep(0.4)

    assert made["state"] == "CREATING"
    assert client.get_logging_configuration(identifier=made["arn"])["state"] == "ACTIVE"


def test_a_signal_stops_it_although_calls_hang(start: Start, boto3_client: Callable[[str], Any]) -> None:
    process, url = start("--memory")
    client = boto3_client(url)
    _fault(url, operation="*", hang=True)

    def hang() -> None:
        with pytest.raises((ClientError, ConnectionClosedError)):
            client.list_rooms()

    thread = threading.Thread(target=hang)
    thread.start()
    _wait_until_taken(url)

    process.send_signal(signal.SIGTERM)

    process.communicate(timeout=15)
    thread.join()
    assert process.returncode == 0


def test_a_signal_stops_it_within_a_second_although_pages_are_open(start: Start) -> None:
    process, url = start("--memory")
    host, port = url.removeprefix("http://").split(":")
    request = f"GET /_local/console/feed HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    pages = [socket.create_connection((host, int(port)), timeout=10) for _ in range(3)]
    for page in pages:
        page.sendall(request)
        assert page.recv(65536).startswith(b"HTTP/1.1 200 ")

    process.send_signal(signal.SIGTERM)

    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")  # uvicorn writes to stderr if it gives up waiting
    for page in pages:
        page.close()


FUNCTIONS = """\
import os, sys, time
open("processes", "a").write(f"{os.getpid()}\\n")
def handler(event, context):
    if event["Content"] == "hang": time.sleep(1000)
    if event["Content"] == "exit": sys.exit()
    return {"ReviewResult": "ALLOW", "Content": "reviewed"}
"""


@pytest.fixture
def reviewed(start: Start, boto3_client: Callable[[str], Any], tmp_path: Path) -> Callable[..., Any]:
    """Return a function that starts a service with a handler, sends messages, and returns process and errors of clients."""

    def sent(*contents: str) -> tuple[subprocess.Popen[str], list[Any]]:
        (tmp_path / "review.py").write_text(FUNCTIONS)
        option = f"--review-handler={LAMBDA}={tmp_path}/review.py:handler"
        process, url = start("--memory", "--port", "0", "--review-timeout", "0.5", option)
        client = boto3_client(url)
        handler = {"uri": LAMBDA, "fallbackResult": "DENY"}
        room = client.create_room(messageReviewHandler=handler, maximumMessageRatePerSecond=100)["arn"]
        token = client.create_chat_token(roomIdentifier=room, userId="ann", capabilities=["SEND_MESSAGE"])["token"]
        return process, asyncio.run(_conversation(url, token, contents))

    return sent


async def _conversation(url: str, token: str, contents: Sequence[str]) -> list[Any]:
    address = url.replace("http", "ws")
    answers = []
    async with connect(address, subprotocols=[Subprotocol(token)]) as socket:
        for content in contents:
            await socket.send(json.dumps({"Action": "SEND_MESSAGE", "Content": content}))
        for _ in contents:
            frame = json.loads(await asyncio.wait_for(socket.recv(), 30))
            answers.append(frame.get("Content") or frame["ErrorCode"])
    return answers


def test_handlers_that_hang_or_exit_neither_stop_the_service_nor_keep_it_from_stopping(
    reviewed: Callable[..., Any], tmp_path: Path
) -> None:
    process, answers = reviewed("exit", *["hang"] * 8, "exit")
    process.terminate()

    _, errors = process.communicate(timeout=30)
    assert answers == [406] * 10
    assert process.returncode == 0
    assert f"Review handler {LAMBDA} failed: it took over 500 ms; the fallback result is DENY" in errors
    assert "SystemExit" in errors
    processes = [int(line) for line in (tmp_path / "processes").read_text().split()]
    assert [each for each in processes if Path(f"/proc/{each}").exists()] == []


@pytest.mark.parametrize(
    ("handler", "shown"),
    [
        ("no_such_module:handler", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        ("review.js:handler", "cannot be loaded: Error: Cannot find module 'no-such-module'"),
        ("nothing.js:handler", "does not exist"),
        ("http://127.0.0.1:99999", "must have a port from 1 to 65535"),
    ],
)
def test_it_does_not_serve_with_a_handler_that_cannot_be_loaded(handler: str, shown: str, tmp_path: Path) -> None:
    (tmp_path / "review.js").write_text("require('no-such-module')")
    command = [sys.executable, "-m", "pulumi_ivschat", "local", "--memory", f"--review-handler={LAMBDA}={handler}"]

    ran = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    assert ran.returncode in {1, 2}
    assert ran.stdout == ""
    assert shown in " ".join(ran.stderr.split())


LOOKING = """
import gc, os, signal, socket, threading
from pulumi_ivschat.local import server, settings
def is_accepted(each, client):
    try:
        return type(each) is socket.socket and each.getpeername() == client
    except OSError:
        return False
def look(running):
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(f"GET /_local/health HTTP/1.1\\r\\nHost: {host}:{port}\\r\\n\\r\\n".encode())
        client.recv(65536)
        accepted = [each for each in gc.get_objects() if is_accepted(each, client.getsockname())]
        print([each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for each in accepted])
    os.kill(os.getpid(), signal.SIGTERM)
served = lambda running: threading.Thread(target=look, args=(running,)).start()
server.serve(server.Place(None, 0), settings.Settings(), served)
"""


def test_answers_are_sent_without_nagles_algorithm(run_python: Callable[[str], str]) -> None:
    """With it, an answer would wait 40 ms for the client's acknowledgement."""
    assert run_python(LOOKING) == "[1]"


def test_it_listens_on_this_machine_only(start: Start) -> None:
    _, url = start("--memory")
    port = int(url.rpartition(":")[2])

    listening = {line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if " 0A " in line}

    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening


def test_it_listens_on_another_address_if_asked_and_is_found_there(
    start: Start, data: Path, boto3_client: Callable[[str], Any]
) -> None:
    _, url = start("--data", str(data), "--host", "127.0.0.2")

    assert url.startswith("http://127.0.0.2:")
    assert boto3_client(url).list_rooms()["rooms"] == []
    assert (found := discovery.find(data))
    assert (found.url, found.messaging_url) == (url, url.replace("http", "ws"))


@pytest.mark.parametrize("port", ["99999", "-1", "x", ""])
def test_a_broken_file_of_the_last_port_does_not_matter(port: str, start: Start, data: Path) -> None:
    data.mkdir()
    (data / "port").write_text(port)

    start("--data", str(data))


def test_a_restart_takes_the_same_port_and_a_free_one_if_that_is_taken(start: Start, data: Path) -> None:
    process, first = start("--data", str(data))
    process.terminate()
    process.communicate()
    again, second = start("--data", str(data))
    again.terminate()
    again.communicate()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", int(first.rpartition(":")[2])))
        other.listen()
        _, third = start("--data", str(data))

    assert first == second != third


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: -1\r\n\r\n",
        b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/_local/health HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"%41" * 50_000 + b" HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n",
        b"POST /CreateRoom HTTP/1.1\r\nHost: HOST\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n"
        + b"x" * 10**6,
        b"GET /\xff\xfe HTTP/1.1\r\nHost: HOST\r\n\r\n",
    ],
    ids=lambda sent: sent[:20].decode(errors="replace"),
)
def test_bad_http_neither_gets_in_nor_breaks_it(sent: bytes, start: Start) -> None:
    _, url = start("--memory")

    try:
        answer = _raw(url, sent.replace(b"HOST", url.removeprefix("http://").encode()))
    except ConnectionError:
        answer = b""

    assert not answer or re.match(rb"HTTP/1\.1 4\d\d ", answer), answer[:200]
    with urllib.request.urlopen(f"{url}/_local/health") as health:
        assert health.status == 200


def test_a_full_disk_is_an_error_that_names_the_file_and_passes_once_there_is_space(
    start: Start, data: Path, boto3_client: Callable[..., Any]
) -> None:
    process, url = start("--data", str(data))
    client = boto3_client(url)
    token = client.create_chat_token(roomIdentifier=client.create_room()["arn"], userId="ann")["token"]
    limits = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (0, limits[1]))
    says = r"store\.sqlite cannot be used .*(disk I/O error|full)\. .*free space, then try again"

    with pytest.raises(ClientError, match=says):
        client.create_room()
    assert len(client.list_rooms()["rooms"]) == 1
    with pytest.raises(InvalidStatus) as refused, connect_at_once(url.replace("http", "ws"), subprotocols=[token]):
        pass
    assert re.search(says.encode(), refused.value.response.body)
    with pytest.raises(HTTPError) as failed:
        urllib.request.urlopen(urllib.request.Request(f"{url}/_local/reset", method="POST"))
    assert re.search(says.encode(), failed.value.read())

    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, limits)
    client.create_room()
    assert len(client.list_rooms()["rooms"]) == 2


def test_a_dropped_connection_ends_without_a_byte(start: Start, boto3_client: Callable[[str], Any]) -> None:
    _, url = start("--memory")
    client = boto3_client(url)
    _fault(url, operation="CreateRoom", drop=True, when="after")

    with pytest.raises(ConnectionClosedError):
        client.create_room(name="made-all-the-same")

    assert [room["name"] for room in client.list_rooms()["rooms"]] == ["made-all-the-same"]


def test_a_dropped_connection_ends_without_a_byte_behind_a_proxy_too(
    start: Start, boto3_client: Callable[[str], Any]
) -> None:
    _, url = start("--memory")
    client = boto3_client(url)
    client.meta.events.register("before-send", lambda request, **_: request.headers.update(_OF_A_PROXY))
    _fault(url, operation="ListRooms", drop=True)

    with pytest.raises(ConnectionClosedError):
        client.list_rooms()


def test_a_hanging_call_lasts_until_the_client_gives_up(start: Start, boto3_client: Callable[..., Any]) -> None:
    _, url = start("--memory")
    client = boto3_client(url, read_timeout=0.3)
    _fault(url, operation="ListRooms", hang=True)

    with pytest.raises(ReadTimeoutError):
        client.list_rooms()

    assert client.list_rooms()["rooms"] == []


def test_parallel_calls_lose_nothing(start: Start, data: Path, boto3_client: Callable[..., Any]) -> None:
    _, url = start("--data", str(data))
    client = boto3_client(url)
    with ThreadPoolExecutor(8) as pool:
        rooms = list(pool.map(lambda number: client.create_room(name=f"room-{number}")["arn"], range(60)))
        list(pool.map(lambda n: client.tag_resource(resourceArn=rooms[0], tags={f"key-{n}": str(n)}), range(50)))

    assert len(set(rooms)) == 60
    assert client.list_tags_for_resource(resourceArn=rooms[0])["tags"] == {f"key-{n}": str(n) for n in range(50)}
    first = client.list_rooms()
    rest = client.list_rooms(nextToken=first["nextToken"])
    assert {room["arn"] for room in first["rooms"] + rest["rooms"]} == set(rooms)


def test_kill_9_in_the_middle_of_work_keeps_every_room_that_was_answered(
    start: Start, data: Path, boto3_client: Callable[..., Any]
) -> None:
    process, url = start("--data", str(data))
    client = boto3_client(url)
    answered: list[str] = []

    def create() -> None:
        try:
            while True:
                answered.append(client.create_room()["arn"])
                if len(answered) == 30:
                    os.kill(process.pid, signal.SIGKILL)
        except Exception:  # noqa: BLE001 - killed
            return

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _, url = start("--data", str(data))
    client = boto3_client(url)

    assert len(answered) >= 30
    for arn in answered:
        assert client.get_room(identifier=arn)["arn"] == arn
