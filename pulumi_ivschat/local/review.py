"""
The message review handler: a local stand-in for the Lambda function that reviews a room's messages.

A function is known by its ARN, and is a Python callable `handler(event, context)`, as Lambda's own, or an HTTP address that
the event is posted to, as the Lambda Runtime Interface Emulator takes it. Event and answer are those of
chat-message-review-handler.html in the IVS Chat user guide; whatever fails, or takes over 200 ms, leaves the message to
the room's fallback result.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import re
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs
import urllib3

from pulumi_ivschat.local.messaging import ATTRIBUTES, REJECTED, ActionRefused, Message
from pulumi_ivschat.local.settings import ReviewHandler
from pulumi_ivschat.service_model import failures, shape

TIMEOUT: Final = 0.2
"""Seconds that AWS gives a handler (service-quotas.html)."""

_LOG: Final = logging.getLogger("pulumi_ivschat.local")
_AT_ONCE: Final = 32
_URL: Final = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d+)?(/\S*)?")


class ReviewError(Exception):
    """Raised when a handler gives no answer that counts, so that the fallback result does."""


class Reviewers:
    """The functions that are known here, by ARN: those that the service was started with, and those named since."""

    def __init__(self, handlers: Mapping[str, ReviewHandler]) -> None:
        self._given = handlers
        self._threads = ThreadPoolExecutor(_AT_ONCE, "review")
        self.reset()

    def reset(self) -> None:
        """Forget the functions that were named since the start."""
        self._handlers = {**self._given}

    def put(self, arn: str, handler: ReviewHandler) -> None:
        """Know a function, in the place of any other of that ARN."""
        self._handlers[arn] = handler

    async def reviewed(self, message: Message, ip: str) -> Message:
        """Give the message as it may be delivered; raise ActionRefused where it may not."""
        handler = message.room["messageReviewHandler"]
        try:
            answer = await asyncio.wait_for(self._answer(handler["uri"], event(message, ip)), TIMEOUT)
            return judged(message, answer)
        except (ReviewError, asyncio.TimeoutError) as error:
            fallback = handler["fallbackResult"]
            why = str(error) or f"it took over {TIMEOUT * 1000:g} ms"
            _LOG.warning("Review handler %s: %s; the fallback result is %s", handler["uri"], why, fallback)
            return judged(message, {"ReviewResult": fallback, "Content": message.content})

    async def _answer(self, arn: str, given: Mapping[str, Any]) -> Any:
        handler = self._handlers.get(arn)
        if handler is None:
            msg = "no such function is known here"
            raise ReviewError(msg)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, handler, given, None)
        except Exception as error:
            msg = f"it failed with {type(error).__name__}"
            raise ReviewError(msg) from error


def needs_review(message: Message) -> bool:
    """Say whether the message's room has a handler."""
    return bool(message.room.get("messageReviewHandler", {}).get("uri"))


def event(message: Message, ip: str) -> dict[str, Any]:
    """Give what a handler is called with."""
    grant = message.sender.grant
    return {
        "Content": message.content,
        "MessageId": message.id,
        "RoomArn": message.room["arn"],
        "Attributes": dict(message.attributes or {}),
        "Sender": {"Attributes": dict(grant.attributes), "UserId": grant.user_id, "Ip": ip},
    }


def judged(message: Message, answer: Any) -> Message:
    """
    Apply a handler's answer: give the message, edited perhaps, or raise ActionRefused with the handler's reason.

    Raises ReviewError for an answer that breaks the syntax or the constraints. Attributes that it does not have stay.
    """
    result, content, attributes = _members(answer)
    if result == "DENY":
        reason = (attributes or {}).get("Reason") or "The message was rejected by the review handler"
        raise ActionRefused(REJECTED, reason, message.request_id)
    longest = message.room["maximumMessageLength"]
    if not isinstance(content, str) or not 1 <= len(content) <= longest:
        msg = f"Content of its answer must be 1 to {longest} characters"
        raise ReviewError(msg)
    return attrs.evolve(message, content=content, attributes=message.attributes if attributes is None else attributes)


def _members(answer: Any) -> tuple[str, Any, dict[str, str] | None]:
    if not isinstance(answer, Mapping) or answer.get("ReviewResult") not in shape("FallbackResult").choices:
        msg = "its answer must be an object with a ReviewResult of ALLOW or DENY"
        raise ReviewError(msg)
    attributes = answer.get("Attributes")
    if attributes is not None and list(failures(ATTRIBUTES, attributes, "Attributes", named=str)):
        msg = "Attributes of its answer must map strings to strings, 1 KB together"
        raise ReviewError(msg)
    try:
        json.dumps([answer.get("Content"), attributes], ensure_ascii=False).encode()
    except (TypeError, ValueError):
        msg = "its answer must be JSON"
        raise ReviewError(msg) from None
    return answer["ReviewResult"], answer.get("Content"), attributes


def from_option(text: str) -> tuple[str, ReviewHandler]:
    """
    Read `ARN=http://127.0.0.1:PORT/…`, `ARN=package.module:function` or `ARN=file.py:function`.

    Raises ValueError that says what is wrong with it.
    """
    arn, _, target = text.partition("=")
    return checked_arn(arn), at(target) if target.startswith("http") else function(target)


def checked_arn(arn: Any) -> str:
    """Give the ARN of a function; raise ValueError where it is none."""
    if not arn or list(failures(shape("LambdaArn"), arn)):
        msg = f"{arn!r} is not the ARN of a Lambda function"
        raise ValueError(msg)
    return str(arn)


def at(url: Any) -> ReviewHandler:
    """Give the handler at an HTTP address of this machine; raise ValueError for any other address."""
    if not isinstance(url, str) or not _URL.fullmatch(url):
        msg = f"{url!r} must be http://127.0.0.1:PORT/…, an address on this machine"
        raise ValueError(msg)
    pool = urllib3.PoolManager(maxsize=_AT_ONCE, timeout=urllib3.Timeout(TIMEOUT), retries=False)

    def call(given: Mapping[str, Any], _: None) -> Any:
        answer = pool.request("POST", url, json=given, redirect=False)
        if answer.status != 200:  # noqa: PLR2004
            msg = f"{url} answered {answer.status}"
            raise ReviewError(msg)
        return answer.json()

    return call


def function(target: str) -> ReviewHandler:
    """Load `package.module:function` or `file.py:function`; raise ValueError where that cannot be done."""
    place, _, name = target.rpartition(":")
    try:
        module = _file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
        handler: ReviewHandler = getattr(module, name)
    except Exception as error:
        msg = f"the review handler {target!r} cannot be loaded: {type(error).__name__}: {error}"
        raise ValueError(msg) from error
    return handler


def _file(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    spec.loader.exec_module(module)
    return module
