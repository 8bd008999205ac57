"""
Message review: what a room's handler is asked, and what its answer does to the message.

Event and answer are those of chat-message-review-handler.html in the IVS Chat user guide. If a handler fails in any way, or
takes over 200 ms, the room's fallback result applies.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import attrs

from pulumi_ivschat.local.handlers import TIMEOUT, Handler, HandlerError, targets
from pulumi_ivschat.local.handlers.environment import plain
from pulumi_ivschat.local.handlers.http_function import HttpTarget
from pulumi_ivschat.local.messaging import ATTRIBUTES, REJECTED, ActionRefused, Frame, Message
from pulumi_ivschat.local.settings import ReviewHandler
from pulumi_ivschat.model.arns import FunctionArn
from pulumi_ivschat.model.service_model import shape
from pulumi_ivschat.model.validation import API_NAMES, failures

UNREVIEWED: Final = "The message was rejected: the review handler failed, and its fallback result is DENY"
"""What the sender gets; why the handler failed is for the developer only."""

_LOG: Final = logging.getLogger("pulumi_ivschat.local")
_SHOWN: Final = 200
_MOST_DETAILS: Final = 4000
_PERMISSION: Final = re.compile(r",permission-after=([0-9.]+)$")

Report = Callable[[str, Frame], None]
"""Takes what the console shows of a room: its ARN, and a frame."""


@attrs.define
class _Registered:
    """A function that is registered: its handler, and the time from which IVS Chat may invoke it, once that is known."""

    handler: Handler
    permission_after: float
    permitted_from: datetime | None = None


class Reviewers:
    """
    The functions that review messages, by ARN: those that the service was started with, and those registered since.

    Those that were not loaded by `start` are loaded by their first message.
    """

    def __init__(
        self,
        given: Mapping[str, ReviewHandler],
        timeout: float = TIMEOUT,
        report: Report = lambda _, __: None,
    ) -> None:
        self._timeout = timeout
        self._report = report
        self._given = {arn: self._registered(arn, each) for arn, each in given.items()}
        self._all = {**self._given}
        self._dropped: list[Handler] = []

    async def start(self) -> None:
        """Load the functions of the start; raise HandlerError if one cannot be loaded."""
        await asyncio.gather(*(self._load(arn, each.handler) for arn, each in self._given.items()))

    async def close(self) -> None:
        """End all functions."""
        handlers = {*self._dropped, *(each.handler for each in (*self._given.values(), *self._all.values()))}
        for handler in handlers:
            handler.close()
        await asyncio.gather(*(handler.wait_closed() for handler in handlers))

    def reset(self) -> None:
        """Forget the functions that were registered since the start."""
        for arn in [arn for arn, each in self._all.items() if self._given.get(arn) is not each]:
            self._drop(arn)
        self._all = {**self._given}
        for each in self._all.values():
            each.permitted_from = None

    def put(self, arn: str, handler: ReviewHandler) -> None:
        """Register a function, in the place of any other with that ARN."""
        self._drop(arn)
        self._all[arn] = self._registered(arn, handler)

    def permitted(self, arn: str, now: datetime) -> bool:
        """
        Return whether IVS Chat may invoke a function.

        A new permission takes time to reach all of AWS: here its seconds count from the first question.
        """
        found = self._find(arn)
        if found is None:
            return True
        if found.permitted_from is None:
            found.permitted_from = now + timedelta(seconds=found.permission_after)
        return found.permitted_from <= now

    async def reviewed(self, message: Message, ip: str) -> Message:
        """Return the message as it is to be delivered; raise ActionRefused if it is not to be."""
        uri = message.room["messageReviewHandler"]["uri"]
        try:
            return judged(message, await self._answer(uri, event(message, ip)))
        except HandlerError as error:
            return self._fallen_back(message, error)
        except ActionRefused:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the fallback result applies
            _LOG.exception("The local service failed at a review")
            return self._fallen_back(message, HandlerError(f"the local service failed with {type(error).__name__}"))

    def _fallen_back(self, message: Message, error: HandlerError) -> Message:
        handler = message.room["messageReviewHandler"]
        result, details = handler["fallbackResult"], plain(error.details.strip())[-_MOST_DETAILS:]
        text = f"Review handler {handler['uri']} failed: {plain(error.reason)}; the fallback result is {result}"
        _LOG.warning("%s", f"{text}\n{details}" if details else text)
        failure = {"Type": "unreviewed", "Id": f"unreviewed {message.id}", "text": text, "details": details}
        self._report(message.room["arn"], failure)
        if result == "DENY":
            raise ActionRefused(REJECTED, UNREVIEWED, message.request_id)
        return message

    async def _answer(self, arn: str, given: Mapping[str, Any]) -> Any:
        found = self._find(arn)
        if found is None:
            msg = "no handler is registered for this function; register it with --review-handler"
            raise HandlerError(msg)
        return await found.handler.invoke(given, arn)

    def _find(self, arn: str) -> _Registered | None:
        """Return the function of an ARN; one that is registered without version or alias is used for all of them."""
        return self._all.get(arn) or self._all.get(":".join(arn.split(":")[:7]))

    def _registered(self, arn: str, given: ReviewHandler) -> _Registered:
        function = FunctionArn.parse(arn)
        assert function is not None, arn  # noqa: S101 - `checked_arn` has seen it
        return _Registered(given.target.handler(function, self._timeout), given.permission_after)

    def _drop(self, arn: str) -> None:
        former = self._all.pop(arn, None)
        if former is not None and self._given.get(arn) is not former:
            former.handler.close()
            self._dropped.append(former.handler)

    async def _load(self, arn: str, handler: Handler) -> None:
        try:
            await handler.start()
        except HandlerError as error:
            _LOG.warning("%s", plain(error.details.strip()))
            msg = f"the review handler {arn} cannot be loaded: {plain(error.reason)}"
            raise HandlerError(msg) from None


def needs_review(message: Message) -> bool:
    """Return whether the message's room has a handler."""
    return bool(message.room.get("messageReviewHandler", {}).get("uri"))


def event(message: Message, ip: str) -> dict[str, Any]:
    """Return what a handler is invoked with."""
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
    Apply a handler's answer: return the message, edited perhaps, or raise ActionRefused with the handler's reason.

    Raises HandlerError for an answer that breaks the syntax or the constraints. Attributes that it does not have stay.
    """
    result, content, attributes = _members(answer)
    if result == "DENY":
        reason = (attributes or {}).get("Reason") or "The message was rejected by the review handler"
        raise ActionRefused(REJECTED, reason, message.request_id)
    longest = message.room["maximumMessageLength"]
    if not isinstance(content, str) or not 1 <= len(content) <= longest:
        msg = f"Content of its answer must be 1 to {longest} characters"
        raise _wrong(msg, content)
    return attrs.evolve(message, content=content, attributes=message.attributes if attributes is None else attributes)


def _members(answer: Any) -> tuple[str, Any, dict[str, str] | None]:
    if not isinstance(answer, Mapping) or answer.get("ReviewResult") not in shape("FallbackResult").choices:
        msg = "its answer must be an object with a ReviewResult of ALLOW or DENY"
        raise _wrong(msg, answer)
    attributes = answer.get("Attributes")
    if attributes is not None and list(failures(ATTRIBUTES, attributes, "Attributes", names=API_NAMES)):
        msg = "Attributes of its answer must map strings to strings, 1 KB together"
        raise _wrong(msg, attributes)
    try:
        json.dumps([answer.get("Content"), attributes], ensure_ascii=False).encode()
    except (TypeError, ValueError):
        msg = "its answer must be JSON"
        raise _wrong(msg, answer) from None
    return answer["ReviewResult"], answer.get("Content"), attributes


def _wrong(reason: str, answer: Any) -> HandlerError:
    text = json.dumps(answer, default=repr)
    return HandlerError(f"{reason}, not {text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}")


def from_option(text: str) -> tuple[str, ReviewHandler]:
    """
    Read `ARN=TARGET[,permission-after=SECONDS]`; see `targets.parse` for the forms of a target.

    Raises ValueError that shows what is wrong with it.
    """
    arn, _, target = text.partition("=")
    delay = _PERMISSION.search(target)
    seconds = _seconds(delay[1]) if delay else 0.0
    return checked_arn(arn), ReviewHandler(targets.parse(_PERMISSION.sub("", target)), seconds)


def from_document(document: Mapping[str, Any]) -> tuple[str, ReviewHandler]:
    """Read `{"arn", "url", "permission_after"?}`; raise ValueError that shows what is wrong with it."""
    target = HttpTarget.parse(document.get("url"))
    return checked_arn(document.get("arn")), ReviewHandler(target, _seconds(document.get("permission_after", 0)))


def _seconds(given: Any) -> float:
    try:
        seconds = -1.0 if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_DELAY:
        msg = f"permission-after must be 0 to {_LONGEST_DELAY} seconds, not {given!r}"
        raise ValueError(msg)
    return seconds


_LONGEST_DELAY: Final = 3600


def checked_arn(arn: Any) -> str:
    """Return the ARN of a function; raise ValueError if it is not one."""
    if not arn or list(failures(shape("LambdaArn"), arn)) or FunctionArn.parse(arn) is None:
        msg = f"{arn!r} is not the ARN of a Lambda function"
        raise ValueError(msg)
    return str(arn)
