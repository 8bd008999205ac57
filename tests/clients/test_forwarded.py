"""A service that is reached by another port or name than its own: a port mapping, an ssh tunnel, a container's name."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from websockets.sync.client import connect

from pulumi_ivschat import runtime
from tests.clients.messaging.application import application
from tests.clients.messaging.runtime import Driver, driver
from tests.conftest import LocalService, serving

NAME = "chat.test"
"""The name by which other containers of a network call the service."""


_FORWARD = """
import asyncio, sys

async def pump(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()

async def carried(reader, writer):
    from_there, to_there = await asyncio.open_connection(*sys.argv[1:])
    await asyncio.gather(pump(reader, to_there), pump(from_there, writer), return_exceptions=True)

async def main():
    server = await asyncio.start_server(carried, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"""


@contextmanager
def forwarded(url: str) -> Iterator[int]:
    """Forward a port of 127.0.0.1 to a service, byte for byte; return the port."""
    there = urlsplit(url)
    command = [sys.executable, "-c", _FORWARD, str(there.hostname), str(there.port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield int(process.stdout.readline())
        process.kill()


@pytest.fixture(scope="module")
def in_a_container() -> Iterator[LocalService]:
    """Yield a service that others call `chat.test`, as in a container."""
    with serving("--allowed-host", NAME) as service:
        yield service


@pytest.fixture(scope="module")
def port(in_a_container: LocalService) -> Iterator[int]:
    with forwarded(in_a_container.url) as port:
        yield port


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve the service's name as a container network does."""
    resolve = socket.getaddrinfo

    def resolved(host: Any, *rest: Any, **more: Any) -> Any:
        return resolve("127.0.0.1" if host in {NAME, "evil.test"} else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)


def _client(url: str) -> Any:
    keys: dict[str, Any] = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("ivschat", "us-west-2", endpoint_url=url, **keys)


HOSTS = ["127.0.0.1", "localhost", NAME]


@pytest.mark.usefixtures("resolved")
@pytest.mark.parametrize("host", HOSTS)
def test_an_application_works_through_a_forwarded_port(host: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PULUMI_IVSCHAT_ENDPOINT_URL", f"http://{host}:{port}")
    room = _client(f"http://{host}:{port}").create_room(name="lobby")["arn"]
    issuer = runtime.TokenIssuer(room, roles={"viewer": runtime.Role(capabilities=["SEND_MESSAGE"])})

    token = issuer.issue("ann", "viewer").token
    address = runtime.messaging_endpoint(room)
    with connect(address, subprotocols=[token], proxy=None) as ann:  # type: ignore[list-item]
        ann.send(json.dumps({"Action": "SEND_MESSAGE", "Content": "hello"}))

        assert json.loads(ann.recv(5))["Content"] == "hello"
    assert address == f"ws://{host}:{port}"


@pytest.mark.usefixtures("resolved")
def test_a_name_that_was_not_allowed_reaches_nothing(port: int) -> None:
    with pytest.raises(ClientError, match=r"--allowed-host evil\.test"):
        _client(f"http://evil.test:{port}").list_rooms()
    with pytest.raises(Exception, match="403"), connect(f"ws://evil.test:{port}", proxy=None):
        pass


def test_the_messaging_sdk_chats_through_a_forwarded_port(port: int, in_a_container: LocalService) -> None:
    with application(in_a_container, {}) as server, driver("runtime.mjs", "node") as node:
        given = {"server": server, "messaging": f"ws://localhost:{port}"}
        result = node.ask(scenario="conversation", given=given)

    assert result["eve"] == ["is anybody here?"]


def test_two_tabs_of_the_console_chat_through_a_forwarded_port(port: int, console: Driver) -> None:
    result = console.ask(scenario="chat", url=f"http://localhost:{port}")

    assert (result["problems"], result["saw"]["connections"]) == ([], ["ada", "grace"])
