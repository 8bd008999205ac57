"""One run: its id, its calls, and the rooms, tokens and clients that its questions use."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Final, TypeVar

import attrs

from pulumi_ivschat.local.access_keys import LOCAL
from verify import chat, cleaning
from verify.calls import Calls, Seen
from verify.endpoint import Endpoint
from verify.local_review import registered
from verify.marks import NOTHING, PREFIX, TAG, new_run_id
from verify.pacing import Pace
from verify.question import NotTried
from verify.redaction import Identities, redacted

MOST_ROOMS: Final = 20
"""Rooms that a run makes, its deployment's two among them."""
_OF_THE_DEPLOYMENT: Final = 2
_UNDER_WAY: Final = {"CREATING", "UPDATING", "DELETING"}
_SETTLES: Final = 60.0
"""Seconds that a logging configuration may take to be created, updated or deleted."""
_POLL: Final = 0.5
Made = TypeVar("Made")
ALL: Final = ("SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER")


@attrs.frozen
class Options:
    """What the person allows: *slow* questions, a review function and log groups of theirs, deployments by the engine."""

    slow: bool = False
    deployments: bool = True
    review_function: str | None = None
    log_groups: tuple[str, ...] = ()


class Run:
    """A run against an endpoint."""

    def __init__(self, endpoint: Endpoint, options: Options | None = None, run_id: str = "") -> None:
        self.endpoint = endpoint
        self.options = options or Options()
        self.id = run_id or new_run_id()
        self.pace = Pace(endpoint.rate)
        self.frames = Pace(endpoint.frame_rate)
        self.identities = Identities(self._names())
        self.calls = Calls(endpoint, self.pace, self.identities.see)
        self.rooms_made = 0
        self._numbers = itertools.count(1)
        self._kept: dict[str, Any] = {}
        self._open = ExitStack()
        self._until_the_end = ExitStack()

    def _names(self) -> dict[str, str]:
        """Return the words for names of this run and of the person."""
        own = {f"{PREFIX}{self.id}": "<run>", self.id: "<run>", self.endpoint.profile or "": "<profile>"}
        function = self.options.review_function or ""
        groups = dict.fromkeys(self.options.log_groups, "<log group>")
        return {**own, function: "<function>", function.rpartition(":")[2]: "<function>", **groups}

    @property
    def requests(self) -> int:
        """The calls, and the frames and connections of chat clients, so far."""
        return self.pace.passed + self.frames.passed

    # For questions

    def call(self, operation: str, **members: Any) -> Seen:
        """Make a call, and return the answer, be it an error."""
        return self.calls.call(operation, **members)

    def must(self, operation: str, **members: Any) -> Any:
        """Make a call, and return the members of the answer; raise Unanswered if it is an error."""
        return self.calls.must(operation, **members)

    def name(self, word: str = "room") -> str:
        """Return a new name with the run's id."""
        return f"{PREFIX}{self.id}-{word}-{next(self._numbers)}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of all that the run makes."""
        return {TAG: self.id}

    def new_room(self, **members: Any) -> dict[str, Any]:
        """Make a room, and return CreateRoom's answer; raise NotTried if the run has made as many as it may."""
        if self.rooms_made >= MOST_ROOMS - _OF_THE_DEPLOYMENT:
            msg = f"a run makes no more than {MOST_ROOMS} rooms"
            raise NotTried(msg)
        self.rooms_made += 1
        given = {"name": self.name(), **members, "tags": {**members.get("tags", {}), **self.tags}}
        made: dict[str, Any] = self.must(
            "CreateRoom", **{name: each for name, each in given.items() if each is not None}
        )
        return made

    @functools.cached_property
    def room(self) -> str:
        """The ARN of the room that most questions share: no question changes it for others."""
        return str(self.new_room(maximumMessageRatePerSecond=100)["arn"])

    @functools.cached_property
    def scratch(self) -> str:
        """The ARN of a room that questions may change in any way."""
        return str(self.new_room()["arn"])

    def kept(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what *make* returned when the run first asked for a name."""
        if name not in self._kept:
            self._kept[name] = make()
        made: Made = self._kept[name]
        return made

    @functools.cached_property
    def function(self) -> str:
        """The ARN of the review function; raise NotTried if the person names none for AWS."""
        if self.endpoint.url is None:
            if self.options.review_function is None:
                msg = "--review-function names no function"
                raise NotTried(msg)
            return self.options.review_function
        arn = f"arn:aws:lambda:{self.endpoint.region}:{LOCAL.account}:function:{PREFIX}{self.id}"
        self._until_the_end.enter_context(registered(self.endpoint.url, arn))
        return arn

    @functools.cached_property
    def gone(self) -> str:
        """The ARN of a room that was deleted."""
        arn = self.new_room()["arn"]
        self.must("DeleteRoom", identifier=arn)
        return str(arn)

    def nothing(self, resource_type: str = "room") -> str:
        """Return the ARN of a room or `logging-configuration` that does not exist, and that `--policy` allows to name."""
        return f"{self.scratch.rpartition(':')[0]}:{resource_type}/{NOTHING}"

    def destination(self, number: int = 0) -> dict[str, Any]:
        """Return the first destination for logs, or another one; raise NotTried if the person names too few for AWS."""
        groups = self.options.log_groups or (() if self.endpoint.url is None else ("verify", "verify-2"))
        if number >= len(groups):
            msg = "--log-group names no second log group" if groups else "--log-group names no log group"
            raise NotTried(msg)
        return {"cloudWatchLogs": {"logGroupName": groups[number]}}

    def new_logging_configuration(self, **members: Any) -> dict[str, Any]:
        """Make a logging configuration, wait until it is ACTIVE, and return CreateLoggingConfiguration's answer."""
        made = self.begun_logging_configuration(**members)
        self.settled(made["arn"])
        return made

    def settled(self, arn: str) -> dict[str, Any]:
        """
        Wait until AWS has created, updated or deleted a logging configuration, and return it; {} if it is gone.

        Raises TimeoutError after a minute.
        """
        end = self.pace.clock() + _SETTLES
        while True:
            seen = self.call("GetLoggingConfiguration", identifier=arn)
            if seen.members.get("state") not in _UNDER_WAY:
                return {} if seen.code else dict(seen.members)
            if self.pace.clock() > end:
                msg = f"a logging configuration is still {seen.members['state']} after {_SETTLES:.0f} s"
                raise TimeoutError(msg)
            self.pace.sleep(_POLL)

    def begun_logging_configuration(self, **members: Any) -> dict[str, Any]:
        """Make a logging configuration, which may still be CREATING, and return the answer."""
        given = {
            "name": self.name("logs"),
            "destinationConfiguration": self.destination(),
            "tags": self.tags,
            **members,
        }
        made: dict[str, Any] = self.must("CreateLoggingConfiguration", **given)
        return made

    @functools.cached_property
    def logging_configuration(self) -> str:
        """The ARN of the logging configuration that questions share."""
        return str(self.new_logging_configuration()["arn"])

    def token(self, room: str = "", user: str = "user", capabilities: tuple[str, ...] = ALL, **members: Any) -> str:
        """Return a chat token."""
        given = {"roomIdentifier": room or self.room, "userId": user, "capabilities": [*capabilities], **members}
        return str(self.must("CreateChatToken", **given)["token"])

    def client(self, room: str = "", user: str = "user", **members: Any) -> chat.Client:
        """Return a chat client, which is closed after the question."""
        token = self.token(room, user, **members)
        opened = chat.Client(self.endpoint.messaging_url, token, self.frames.wait, self.identities.see)
        return self._open.enter_context(opened)

    def handshake(self, *protocols: str) -> int:
        """Return the status of a handshake with these sub-protocols."""
        return chat.handshake(self.endpoint.messaging_url, *protocols, wait=self.frames.wait)

    def block(self) -> ExitStack:
        """Return what ends after the question."""
        return self._open

    # For the module that asks the questions

    def begin(self) -> None:
        """Begin a question."""
        self.calls.texts.clear()

    def end(self) -> None:
        """End a question: its clients are closed."""
        self._open.close()

    def texts(self) -> tuple[str, ...]:
        """Return the messages of the errors in this question, redacted."""
        return tuple(dict.fromkeys(self.redacted(text) for text in self.calls.texts))

    def denials(self) -> tuple[str, ...]:
        """Return the messages about calls in this question that the caller's policies do not allow, redacted."""
        return tuple(self.redacted(text) for text in self.calls.denials)

    def redacted(self, value: Any) -> Any:
        """Return a value without anything of the account or the run."""
        return redacted(value, self.identities)

    def clean(self) -> list[str]:
        """Delete all that this run made, and return a word for each."""
        self._until_the_end.close()
        return cleaning.clean(self.calls, self.id)
