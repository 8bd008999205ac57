"""Mixed load on a local service: rooms and tags, chat tokens, clients that talk and are thrown out, faults, the engine."""

from __future__ import annotations

import asyncio
import collections
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import attrs
from botocore.exceptions import ClientError
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from pulumi_ivschat.aws.client import boto_client
from pulumi_ivschat.errors import ResourceNotFound
from pulumi_ivschat.local.faults import Fault
from pulumi_ivschat.runtime import Role, TokenIssuer, delete_message, disconnect_user, send_event
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION
from tests.engine.conftest import Stack
from tests.soak.supervised import Supervised

CLIENTS: Final = 20
ROOMS: Final = 60
_ASKED_FOR: Final = Fault("*").message
_FAULTY: Final = ("CreateRoom", "GetRoom", "ListRooms", "UpdateRoom", "TagResource", "CreateChatToken", "SendEvent")
_KINDS: Final[tuple[dict[str, Any], ...]] = (
    {"error": "ThrottlingException"},
    {"latency_seconds": 0.5},
    {"drop": True, "when": "before"},
    {"drop": True, "when": "after"},
)


@attrs.frozen
class Tally:
    """What was done, how often, and what went wrong that nothing explains."""

    service: Supervised
    done: collections.Counter[str] = attrs.field(factory=collections.Counter)
    wrong: list[str] = attrs.field(factory=list)

    @contextmanager
    def counting(self, name: str) -> Iterator[None]:
        """Count what is done, and everything that stops it; a restart, a fault and a room that has gone explain themselves."""
        restarts, was_up = self.service.restarts, self.service.is_up
        try:
            yield
        except Exception as error:  # noqa: BLE001  it is counted, and the load goes on
            restarted = not (was_up and self.service.is_up) or self.service.restarts != restarts
            self.done[f"{name}, {'in a restart' if restarted else 'failed'}"] += 1
            if not restarted and not _explains_itself(error):
                self.wrong.append(f"{name}: {type(error).__name__}: {error}")
        else:
            self.done[name] += 1


def _explains_itself(error: Exception) -> bool:
    gone = isinstance(error, ClientError) and error.response["Error"]["Code"] == "ResourceNotFoundException"
    return gone or isinstance(error, (ResourceNotFound, ConnectionClosed)) or _ASKED_FOR in str(error)


class ControlPlane:
    """Somebody who makes, changes, tags, reads, lists and deletes rooms by boto3."""

    def __init__(self, service: Supervised, tally: Tally, seed: int) -> None:
        self._client = boto_client(Connection(endpoint_url=service.url), REGION)
        self._tally = tally
        self._chance = random.Random(seed)  # noqa: S311  it is to be repeatable
        self._rooms: list[str] = []

    def step(self) -> None:
        """Do one thing."""
        if len(self._rooms) < ROOMS // 2:
            return self._create()
        action = self._chance.choice([self._create, self._update, self._tag, self._get, self._list, self._delete])
        return action() if len(self._rooms) < ROOMS or action != self._create else self._delete()

    def _create(self) -> None:
        with self._tally.counting("CreateRoom"):
            self._rooms.append(self._client.create_room(name=f"soak-{self._chance.random()}".replace(".", "-"))["arn"])

    def _update(self) -> None:
        with self._tally.counting("UpdateRoom"):
            self._client.update_room(identifier=self._any(), maximumMessageLength=self._chance.randint(1, 500))

    def _tag(self) -> None:
        with self._tally.counting("TagResource"):
            self._client.tag_resource(resourceArn=self._any(), tags={"seen": str(self._chance.random())})

    def _get(self) -> None:
        with self._tally.counting("GetRoom"):
            self._client.get_room(identifier=self._any())

    def _list(self) -> None:
        with self._tally.counting("ListRooms"):
            self._client.list_rooms(maxResults=50)

    def _delete(self) -> None:
        with self._tally.counting("DeleteRoom"):
            self._client.delete_room(identifier=self._rooms.pop(0))

    def _any(self) -> str:
        return self._chance.choice(self._rooms)


class Chat:
    """Clients of one room that join, talk and leave, and somebody who moderates it."""

    def __init__(self, service: Supervised, tally: Tally, room: str) -> None:
        self._service, self._tally, self._room = service, tally, room
        self._connection = Connection(endpoint_url=service.url)
        self._issuer = TokenIssuer(room, roles={"member": Role(["SEND_MESSAGE"])}, connection=self._connection)
        self._heard: collections.deque[str] = collections.deque(maxlen=50)
        self._chance = random.Random()  # noqa: S311  no secret

    async def clients(self, over: threading.Event) -> None:
        """Let clients come and go until it is over."""
        await asyncio.gather(*(self._client(f"user-{number}", over) for number in range(CLIENTS)))

    def moderate(self) -> None:
        """Do one thing that a moderator does."""
        action = self._chance.choice([self._send_event, self._disconnect, self._delete])
        with self._tally.counting(action.__name__.strip("_")):
            action()

    async def _client(self, user: str, over: threading.Event) -> None:
        while not over.is_set():
            await asyncio.sleep(self._chance.uniform(0, 5))
            with self._tally.counting("session"):
                token = await asyncio.to_thread(self._issuer.issue, user, "member")
                url = self._service.url.replace("http", "ws")
                async with connect(url, subprotocols=[Subprotocol(token.token)], proxy=None) as socket:
                    await self._talk(socket, over)

    async def _talk(self, socket: ClientConnection, over: threading.Event) -> None:
        listening = asyncio.create_task(self._listen(socket))
        try:
            for _ in range(self._chance.randint(2, 15)):
                if over.is_set() or listening.done():
                    break
                await socket.send(json.dumps({"Action": "SEND_MESSAGE", "Content": "soak"}))
                self._tally.done["message"] += 1
                await asyncio.sleep(2)
        finally:
            listening.cancel()
            with suppress(asyncio.CancelledError, ConnectionClosed):
                await listening

    async def _listen(self, socket: ClientConnection) -> None:
        async for frame in socket:
            self._tally.done["delivery"] += 1
            if (heard := json.loads(frame)).get("Type") == "MESSAGE":
                self._heard.append(heard["Id"])

    def _send_event(self) -> None:
        send_event(self._room, "soak:event", {"at": "once"}, connection=self._connection)

    def _disconnect(self) -> None:
        user = f"user-{self._chance.randrange(CLIENTS)}"
        disconnect_user(self._room, user, "soak", connection=self._connection)

    def _delete(self) -> None:
        if self._heard:
            delete_message(self._room, self._heard[-1], "soak", connection=self._connection)


class Faults:
    """Somebody who lets calls go wrong."""

    def __init__(self, service: Supervised, tally: Tally, seed: int) -> None:
        self._service, self._tally = service, tally
        self._chance = random.Random(seed)  # noqa: S311  it is to be repeatable

    def step(self) -> None:
        """Ask for one fault or two of a kind."""
        with self._tally.counting("fault"):
            kind = {**self._chance.choice(_KINDS), "count": self._chance.randint(1, 2)}
            self._service.seen.fault(self._chance.choice(_FAULTY), **kind)


class Engine:
    """Somebody who previews and refreshes a stack, and never finds a change."""

    def __init__(self, service: Supervised, tally: Tally, stack: Stack) -> None:
        self._service, self._tally, self._stack = service, tally, stack
        self._commands = ["preview", "refresh"]

    def step(self) -> None:
        """Run a command, with no restart meanwhile."""
        with self._service.steady, self._tally.counting(f"pulumi {self._commands[0]}"):
            self._stack.run(
                self._commands[0], "--expect-no-changes", *(["--yes"] if self._commands[0] == "refresh" else [])
            )
        self._commands.reverse()


def repeated(step: Callable[[], None], pause: float, over: threading.Event) -> threading.Thread:
    """Run *step* every *pause* seconds in a thread until it is over."""

    def run() -> None:
        while not over.wait(pause):
            step()

    return threading.Thread(target=run)
