"""A connection to a room: mostly to the local service, to a server of the test's own for what that never sends."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from pulumi_ivschat import runtime
from pulumi_ivschat.cli.chat_client import ChatClient, Closed, Dropped, connected
from pulumi_ivschat.errors import IvsChatError, UnreachableError
from pulumi_ivschat.settings import Connection
from tests.conftest import LocalService

MAY_ALL: list[runtime.Capability] = ["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
CANARY = "canary-4711"


@pytest.fixture
def token(service: LocalService, lobby: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a token that allows everything."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    connection = Connection(endpoint_url=service.url)
    return runtime.create_chat_token(lobby, "alice", capabilities=MAY_ALL, connection=connection).token


def in_room(service: LocalService, token: str, then: Callable[[ChatClient], Awaitable[Any]]) -> Any:
    """Connect, and return what comes of it."""

    async def joined() -> Any:
        client = await connected(service.url.replace("http", "ws"), token)
        try:
            return await then(client)
        finally:
            await client.close()

    return asyncio.run(joined())


async def rest(client: ChatClient) -> list[dict[str, Any]]:
    return [frame async for frame in client.frames()]


def test_an_action_is_answered_by_the_frame_with_its_request_id(service: LocalService, token: str) -> None:
    action = {"Action": "SEND_MESSAGE", "Content": "hello"}

    async def conversation(client: ChatClient) -> None:
        await client.send(action)
        assert await client.settled(0) == 1
        frame = await anext(client.frames())
        assert frame["Content"] == "hello"
        assert client.answered(frame) == action
        assert client.answered(frame) == {}
        assert await client.settled(0) == 0

    in_room(service, token, conversation)


def test_a_request_id_of_ones_own_is_kept(service: LocalService, token: str) -> None:
    async def conversation(client: ChatClient) -> Any:
        await client.send({"Action": "SEND_MESSAGE", "Content": "hello", "RequestId": "mine"})
        return await anext(client.frames())

    assert in_room(service, token, conversation)["RequestId"] == "mine"


def test_what_is_not_answered_in_time_or_never_will_be_is_counted(service: LocalService, token: str) -> None:
    async def conversation(client: ChatClient) -> int:
        await client.send({"Action": "SEND_MESSAGE", "Content": "hello"})
        assert await client.settled(0) == 1
        return await client.close()

    assert in_room(service, token, conversation) == 1


def test_a_connection_that_breaks_is_dropped(service: LocalService, token: str) -> None:
    async def conversation(client: ChatClient) -> None:
        await asyncio.to_thread(service.drop_connections)
        with pytest.raises(Dropped):
            await rest(client)
        with pytest.raises(Dropped):
            await client.send({"Action": "SEND_MESSAGE", "Content": "hello"})
        assert await client.settled(0) == 0

    in_room(service, token, conversation)


def test_a_connection_that_the_service_closes_is_closed_with_its_reason(service: LocalService, token: str) -> None:
    async def conversation(client: ChatClient) -> None:
        await client.send({"Action": "DISCONNECT_USER", "UserId": "alice"})
        await rest(client)

    with pytest.raises(Closed) as caught:
        in_room(service, token, conversation)

    assert (caught.value.code, caught.value.reason) == (1000, "The user was disconnected")


def test_a_token_that_opens_nothing_is_reported_and_not_shown(service: LocalService, token: str) -> None:
    async def nothing(_: ChatClient) -> None:
        """Leave at once."""

    in_room(service, token, nothing)

    with pytest.raises(IvsChatError, match="refused the connection: HTTP 403: The chat token has been used") as caught:
        in_room(service, token, nothing)
    assert token not in str(caught.value)


def test_no_proxy_stands_between_where_the_connection_is_plain(
    service: LocalService, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def conversation(client: ChatClient) -> int:
        return await client.settled(0)

    assert in_room(service, token, conversation) == 0


def test_a_refusal_that_quotes_the_token_is_reported_without_it() -> None:
    def refuse(socket: ServerConnection, request: Request) -> Response:
        return socket.respond(HTTPStatus.BAD_GATEWAY, f"no: {request.headers['Sec-WebSocket-Protocol']}")

    async def refused() -> None:
        async with serve(rest, "127.0.0.1", 0, process_request=refuse) as server:  # type: ignore[arg-type]
            await connected(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", CANARY)

    with pytest.raises(IvsChatError, match=r"HTTP 502: no: \[secret\]") as caught:
        asyncio.run(refused())

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "kind", "shown"),
    [
        ("ws://127.0.0.1:1", UnreachableError, "ws://127.0.0.1:1 gives no answer"),
        ("ws://no-such-host.invalid", UnreachableError, "gives no answer"),
        ("nonsense", IvsChatError, "nonsense opens no WebSocket"),
    ],
)
def test_an_endpoint_that_is_not_one_is_reported(url: str, kind: type[IvsChatError], shown: str) -> None:
    with pytest.raises(kind, match=shown) as caught:
        asyncio.run(connected(url, CANARY))

    assert CANARY not in str(caught.value)


def test_what_is_not_a_json_object_is_passed_over_and_401_is_the_end() -> None:
    texts: list[str | bytes] = [
        "no json",
        b"\xff",
        "[]",
        "[" * 100_000,
        json.dumps({"Type": "ERROR", "ErrorCode": 401}),
        '{"Type": "MESSAGE"}',
    ]
    seen = []

    async def speak(socket: ServerConnection) -> None:
        for text in texts:
            await socket.send(text)
        await socket.wait_closed()

    async def conversation() -> None:
        async with serve(speak, "127.0.0.1", 0, subprotocols=[CANARY]) as server:  # type: ignore[list-item]
            client = await connected(f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}", CANARY)
            async for frame in client.frames():
                seen.append(frame)  # noqa: PERF401  all before the end

    with pytest.raises(Dropped):
        asyncio.run(conversation())

    assert seen == [{"Type": "ERROR", "ErrorCode": 401}]
