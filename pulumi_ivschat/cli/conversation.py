"""A user's stay in a room: from the first token to the end, over connections that break."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import attrs

from pulumi_ivschat import runtime
from pulumi_ivschat.cli import chat_client
from pulumi_ivschat.cli.chat_client import ChatClient, Closed, Dropped
from pulumi_ivschat.cli.chat_input import HELP, Action, Event, Help, NotUnderstood, Quit, Typed
from pulumi_ivschat.cli.chat_screen import Screen
from pulumi_ivschat.cli.daemon_threads import called, each
from pulumi_ivschat.cli.progress import progress
from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.plain_text import plain
from pulumi_ivschat.runtime import ChatToken, SentEvent
from pulumi_ivschat.settings import Connection

BACK_OFF: Final = (1, 2, 4, 8)
"""Seconds before each attempt at another connection."""

_ANSWER_SECONDS: Final = 10
_PACE_SECONDS: Final = 0.11
"""AWS takes 10 requests a second on a connection; a person does not type as fast."""
_NOT_ALLOWED: Final = 403
_LAST_MOMENTS: Final = timedelta(seconds=2)


@attrs.frozen
class Membership:
    """A user in a room, with capabilities and a source of tokens."""

    room_arn: str
    user_id: str = attrs.field(repr=False)
    capabilities: tuple[runtime.Capability, ...]
    attributes: Mapping[str, str] = attrs.field(repr=False)
    connection: Connection

    def issue(self) -> ChatToken:
        """Make a token for one connection."""
        return runtime.create_chat_token(
            self.room_arn,
            self.user_id,
            capabilities=self.capabilities,
            attributes=self.attributes,
            connection=self.connection,
        )

    def send_event(self, event: Event) -> SentEvent:
        """Send an event, with the credentials that make the tokens."""
        return runtime.send_event(self.room_arn, event.name, event.attributes, connection=self.connection)

    def described(self) -> str:
        """Say who this is, and what they may do."""
        capabilities = ", ".join(self.capabilities) or "none, so only reading"
        return f"Joined {self.room_arn} as {plain(self.user_id)}; capabilities: {capabilities}."

    def endpoint(self) -> str:
        """Return where clients connect."""
        return runtime.messaging_endpoint(self.room_arn, connection=self.connection)


@attrs.define(eq=False)
class Conversation:
    """What is shown, what is sent, and when it is over; *failed* is whether anything was refused or lost."""

    membership: Membership
    screen: Screen
    read: Callable[[str], Typed]
    paced: bool
    failed: bool = attrs.field(default=False, init=False)
    _client: ChatClient = attrs.field(init=False)
    _session_ends: datetime = attrs.field(init=False)
    _connected: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    def run(self, lines: Iterable[str] | None) -> None:
        """
        Join, show what happens, and send the lines; return after the last one is answered.

        Without *lines* it goes on. Raises Closed when the service ends it, an IvsChatError if there is no way in.
        """
        asyncio.run(self._run(lines))

    async def _run(self, lines: Iterable[str] | None) -> None:
        with progress("Joining the room"):
            await self._join()
        self._show_joined()
        tasks = [asyncio.ensure_future(self._stay())]
        if lines is not None:
            tasks.append(asyncio.ensure_future(self._send_all(lines)))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._client.close()

    # The connection

    async def _join(self) -> None:
        token = await called(self.membership.issue)
        url = await called(self.membership.endpoint)
        self._client = await chat_client.connected(url, token.token)
        self._session_ends = token.session_expiration_time

    def _show_joined(self) -> None:
        self._connected.set()
        self.screen.say(self.membership.described())

    async def _stay(self) -> None:
        while True:
            await self._rejoin(await self._lost())

    async def _lost(self) -> str:
        """Show what happens until the connection is over, and say why, where another one can follow it."""
        try:
            async for frame in self._client.frames():
                self._receive(frame)
        except Closed:
            if datetime.now(timezone.utc) < self._session_ends - _LAST_MOMENTS:
                raise
            return "The session is over"
        except Dropped:
            pass
        return "The connection is lost"

    async def _rejoin(self, why: str) -> None:
        self._connected.clear()
        if lost := await self._client.close():
            self._fail(f"{lost} sent, and the answer lost: what became of it is not known.")
        delays = [*BACK_OFF]
        while not self._connected.is_set():
            self.screen.say(f"{why}: joining again, with a new token.")
            await asyncio.sleep(delays.pop(0))
            try:
                await self._join()
                self._show_joined()
            except IvsChatError as error:
                if not (delays and error.retryable):
                    raise
                why = error.message

    def _receive(self, frame: dict[str, Any]) -> None:
        self.screen.show(frame)
        action = self._client.answered(frame)
        if frame.get("Type") == "ERROR":
            refusal = f"{frame.get('ErrorCode')}: {frame.get('ErrorMessage')}"
            self._fail(plain(" ".join([refusal, *self._hints(action, frame.get("ErrorCode"))])))

    def _hints(self, refused: Action, code: Any) -> Iterator[str]:
        name = refused.get("Action")
        if name and name not in self.membership.capabilities and code == _NOT_ALLOWED:
            yield f"(join with --capability {name})"
        elif "Content" in refused:
            yield f"(to: {refused['Content']})"

    # What is typed

    async def _send_all(self, lines: Iterable[str]) -> None:
        async for line in each(lines):
            if not line:
                continue
            try:
                typed = self.read(line)
            except NotUnderstood as error:
                self._fail(f"Not sent: {error}.")
                continue
            if isinstance(typed, Quit):
                break
            await self._send(typed)
            await asyncio.sleep(_PACE_SECONDS if self.paced else 0)
        if left := await self._client.settled(_ANSWER_SECONDS):
            self._fail(f"{left} sent, and not answered in {_ANSWER_SECONDS} s.")

    async def _send(self, typed: Action | Event | Help) -> None:
        if isinstance(typed, Help):
            self.screen.say(HELP)
        elif isinstance(typed, Event):
            try:
                await called(lambda: self.membership.send_event(typed))
            except IvsChatError as error:
                self._fail(str(error))
        else:
            await self._connected.wait()
            try:
                await self._client.send(typed)
            except Dropped:
                self._fail("Not sent, since the connection is lost.")

    def _fail(self, why: str) -> None:
        self.failed = True
        self.screen.say(why)
