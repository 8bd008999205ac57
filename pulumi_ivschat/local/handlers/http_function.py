"""
A function behind an HTTP address, as Lambda's Runtime Interface Emulator (RIE) and SAM serve one.

RIE accepts one invocation at a time, and breaks if it gets a second one. So events are posted one after another. If IVS Chat no
longer waits for an answer, the next event waits for it all the same.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import attrs
import h11

from pulumi_ivschat.local.handlers import Handler, HandlerError
from pulumi_ivschat.local.handlers.functions import late
from pulumi_ivschat.local.handlers.places import PATIENCE, Places
from pulumi_ivschat.model.arns import FunctionArn

_FORM: Final = re.compile(r"http://(127\.0\.0\.1|localhost)(:[0-9]+)?(/[!-~]*)?")
_LONGEST_CALL: Final = 300.0
"""Seconds: the time that RIE gives a function."""
_LARGEST_ANSWER: Final = 6 * 1024 * 1024
_SHOWN: Final = 300
_OK: Final = 200


@attrs.frozen
class HttpTarget:
    """An address on this machine."""

    url: str

    @classmethod
    def parse(cls, url: Any) -> HttpTarget:
        """Return the target at an address; raise ValueError if it is not one of this machine."""
        if not isinstance(url, str) or not _FORM.fullmatch(url):
            msg = f"{url!r} must be http://127.0.0.1:PORT/…, an address on this machine"
            raise ValueError(msg)
        if not _has_port(url):
            msg = f"{url!r} must have a port from 1 to 65535"
            raise ValueError(msg)
        return cls(url)

    def handler(self, function: FunctionArn, timeout: float) -> Handler:
        """Return a handler that posts events to the address."""
        del function
        return HttpFunction(self.url, timeout)


def _has_port(url: str) -> bool:
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False


class HttpFunction:
    """Posts events to an address, one at a time."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._places = Places(1)
        self._posted = 0.0
        self._call: asyncio.Task[Any] | None = None

    async def start(self) -> None:
        """Do nothing: the address may be served later."""

    async def invoke(self, event: Mapping[str, Any], arn: str) -> Any:
        """Return what the address answers to an event within its time, which counts from the post."""
        del arn
        if self._places.full and (waited := time.monotonic() - self._posted) > PATIENCE:
            msg = f"{self._url} has not answered an earlier message for {waited:.0f} s"
            raise HandlerError(msg)
        await self._places.take()
        self._posted = time.monotonic()
        call = self._call = asyncio.create_task(self._post(json.dumps(event).encode()))
        call.add_done_callback(self._ended)
        await asyncio.wait({call}, timeout=self._timeout)
        if not call.done():
            raise late(self._timeout)
        return call.result()

    def _ended(self, call: asyncio.Task[Any]) -> None:
        if not call.cancelled():
            call.exception()  # nobody else asks for that of an abandoned call
        self._places.leave()

    def close(self) -> None:
        """Return up the call that runs."""
        if self._call is not None:
            self._call.cancel()

    async def wait_closed(self) -> None:
        """Wait for its end."""
        if self._call is not None:
            await asyncio.wait({self._call})

    async def _post(self, body: bytes) -> Any:
        try:
            status, reason, answer = await asyncio.wait_for(exchanged(self._url, body), _LONGEST_CALL)
        except asyncio.TimeoutError:
            msg = f"{self._url} did not answer within {_LONGEST_CALL:g} s"
            raise HandlerError(msg) from None
        except OSError as error:
            msg = f"{self._url} cannot be reached: {error.strerror or error}"
            raise HandlerError(msg) from error
        except (h11.RemoteProtocolError, EOFError) as error:
            msg = f"{self._url} did not answer in HTTP: {error}"
            raise HandlerError(msg) from error
        return _read(self._url, status, reason, answer)


async def exchanged(url: str, body: bytes) -> tuple[int, str, bytes]:
    """Post a body; return status, reason and body of the answer. Raises OSError, EOFError, RemoteProtocolError."""
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port or 80)
    try:
        connection = h11.Connection(h11.CLIENT)
        head = [("Host", address.netloc), ("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        target = (address.path or "/") + (f"?{address.query}" if address.query else "")
        request = h11.Request(method="POST", target=target, headers=[*head, ("Connection", "close")])
        for sent in (request, h11.Data(body), h11.EndOfMessage()):
            writer.write(connection.send(sent) or b"")
        return await _answer(connection, reader)
    finally:
        writer.close()


async def _answer(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[int, str, bytes]:
    response, body = h11.Response(status_code=_OK, headers=[]), bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Response):
            response = event
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > _LARGEST_ANSWER:
                msg = f"the answer is over {_LARGEST_ANSWER // 1024**2} MB"
                raise EOFError(msg)
        elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
            return response.status_code, response.reason.decode("latin-1"), bytes(body)


def _read(url: str, status: int, reason: str, body: bytes) -> Any:
    """Return the answer; raise HandlerError for an error, as RIE answers one with status 200 too."""
    text = body.decode(errors="replace")
    if status != _OK:
        raise HandlerError(f"{url} answered {status} {reason}".rstrip(), text[:_SHOWN])
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        msg = f"{url} answered what is not JSON: {text[:_SHOWN]!r}"
        raise HandlerError(msg) from None
    if isinstance(answer, dict) and "errorMessage" in answer and "ReviewResult" not in answer:
        trace = answer.get("stackTrace") or answer.get("trace") or []
        details = "\n".join(str(line).rstrip("\n") for line in trace) if isinstance(trace, list) else str(trace)
        msg = f"{answer.get('errorType', 'Error')}: {answer['errorMessage']}"
        raise HandlerError(msg, details)
    return answer
