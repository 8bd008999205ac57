"""
Every fault at every operation of every command: what becomes of it.

A cell is one command, one operation that it calls, and one fault at the first call of that. Either the command ends well
all the same, or in an error that shows what failed and what to do, and the same command again ends well. Nothing is lost
by it, nothing made twice, and nothing of others touched.
"""

from __future__ import annotations

import functools
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import IvsChatError
from tests.conftest import REGION, LocalService
from tests.faults import accounts
from tests.faults.deployment import Declared, Deployed, Deployment, Program, Ref

DONE: Final = "done"
AGAIN: Final = "again"
RECOVER: Final = "recover"

_CUT_OFF: Final = '{"arn":"arn:aws:ivschat:us-west-2'
_PAGE: Final = "<html>\n<h1>Service Unavailable</h1>\n</html>"

FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "throttled": {"error": "ThrottlingException", "members": {"limit": 5}},
    "error 500": {"error": "InternalServerException"},
    "error 500, applied": {"error": "InternalServerException", "when": "after"},
    "503, a page": {"status": 503, "body": _PAGE},
    "slow": {"latency_seconds": 0.05},
    "connection lost": {"drop": True},
    "connection lost, applied": {"drop": True, "when": "after"},
    "answer cut off": {"body": _CUT_OFF},
    "answer cut off, applied": {"body": _CUT_OFF, "when": "after"},
    "200, a page": {"body": _PAGE},
    "not allowed": {"error": "AccessDeniedException"},
    "credentials expire": {"error": "ExpiredTokenException", "count": None},
    "AWS fails from there on": {"error": "InternalServerException", "count": None},
}
"""The faults, as `/_local/faults` takes them; those without a count meet each call from there on."""

KILLS: Final[Mapping[str, str]] = {"service killed": "before", "service killed, applied": "after"}
"""The service is killed at the call, and runs again before the next command."""

OPERATIONS: Final[Mapping[str, Sequence[str]]] = {
    "up": (
        "ListLoggingConfigurations",
        "CreateLoggingConfiguration",
        "GetLoggingConfiguration",
        "ListRooms",
        "CreateRoom",
        "ListTagsForResource",
        "TagResource",
    ),
    "update": (
        "UpdateLoggingConfiguration",
        "GetLoggingConfiguration",
        "UpdateRoom",
        "TagResource",
        "UntagResource",
        "ListTagsForResource",
    ),
    "refresh": (
        "ListLoggingConfigurations",
        "GetLoggingConfiguration",
        "ListRooms",
        "GetRoom",
        "ListTagsForResource",
    ),
    "destroy": (
        "ListTagsForResource",
        "UntagResource",
        "DeleteRoom",
        "DeleteLoggingConfiguration",
        "GetLoggingConfiguration",
    ),
}
"""What each command calls. `update` is an `up` of a changed program."""


@attrs.frozen
class Cell:
    """A command, an operation that it calls, and a fault there."""

    command: str
    operation: str
    fault: str

    def __str__(self) -> str:
        return f"{self.command}, {self.operation}: {self.fault}"


PLACES: Final = [(command, operation) for command, operations in OPERATIONS.items() for operation in operations]
CELLS: Final = [Cell(*place, fault) for place in PLACES for fault in FAULTS]


def _program(theirs: str, **changed: Any) -> Program:
    bucket, length, tags, keys = (
        changed.get("bucket", "archive"),
        changed.get("length", 200),
        changed.get("tags", {"a": "1", "b": "1"}),
        changed.get("keys", {"cost": "1", "team": "chat"}),
    )
    destination = {"s3": {"bucket_name": bucket}}
    room = {"name": "lobby", "maximum_message_length": length, "tags": tags}
    return [
        Declared("LoggingConfiguration", "archive", {"destination_configuration": destination, "tags": tags}),
        Declared("Room", "lobby", {**room, "logging_configuration_identifiers": [Ref("archive")]}),
        *(Declared("Room", f"room-{number}", {}) for number in range(4)),
        Declared("TagSet", "cost", {"resource_arn": theirs, "tags": keys}),
    ]


@attrs.define
class Scene:
    """An account with a room of somebody else's, and a stack in it, before a command."""

    service: LocalService
    deployment: Deployed
    theirs: str
    program: Program

    def run(self, command: str) -> None:
        """Run the command; raise IvsChatError."""
        {
            "up": self._up,
            "update": self._up,
            "refresh": self.deployment.refresh,
            "destroy": self.deployment.destroy,
        }[command]()

    def _up(self) -> None:
        self.deployment.up(self.program)

    def validate(self, command: str) -> None:
        """Hold that account and state are as the command should leave them, and so they stay."""
        if command == "refresh":
            lobby = self.deployment.outputs("lobby")
            assert (lobby["maximum_message_length"], lobby["tags_all"]["theirs"]) == (_BY_HAND, "1")
            self._up()
        theirs = {} if command == "up" else THEIRS
        listed = accounts.listed(self.service, REGION)
        tag_set = {} if command == "destroy" else self.program[-1].inputs["tags"]
        assert listed.pop(self.theirs)["tags"] == {**theirs, **tag_set}
        said = {} if command == "destroy" else accounts.declared(self.deployment, self.program)
        for name in TAGGED if said else ():
            said[self.deployment.id_of(name)]["tags"].update(theirs)
        assert listed == said
        assert self.deployment.ids() == listed.keys()
        self.deployment.refresh()
        assert said == {} or self.deployment.changes(self.program) == []


_BY_HAND: Final = 77


TAGGED: Final = ("lobby", "archive")
THEIRS: Final = {"theirs": "1"}
"""A tag that somebody else adds these, and on a room of their own."""


def scene(service: LocalService, command: str, deployment: Deployed | None = None) -> Scene:
    """Set the scene for a command; for all but `up` there is a stack, and other people's hands were on it."""
    service.reset()
    client = service.client()
    theirs = client.create_room(name="theirs")["arn"]
    made = Scene(service, deployment or Deployment(endpointUrl=service.url), theirs, _program(theirs))
    if command == "up":
        return made
    made.run("up")
    lobby, archive = (made.deployment.id_of(name) for name in TAGGED)
    for arn in (theirs, lobby, archive):
        client.tag_resource(resourceArn=arn, tags=THEIRS)
    if command == "refresh":
        client.update_room(identifier=lobby, maximumMessageLength=_BY_HAND)
    if command == "update":
        changed = {"bucket": "other", "length": 100, "tags": {"a": "2"}, "keys": {"cost": "2", "squad": "chat"}}
        made.program = _program(theirs, **changed)
    return made


@functools.cache
def position(service: LocalService, command: str, operation: str) -> int:
    """Return how many calls a command makes before its first one of an operation."""
    return calls(service, command).index(operation)


@functools.cache
def calls(service: LocalService, command: str) -> list[str]:
    """Return what a command calls if nothing goes wrong."""
    clean = scene(service, command)
    before = len(service.calls())
    clean.run(command)
    made = service.calls()[before:]
    clean.validate(command)
    return made


def outcome(service: LocalService, cell: Cell, deployment: Deployed | None = None) -> str:
    """
    Run a cell and return its outcome; raise AssertionError where something is not as it should be.

    *deployment* is a new one; omitted, it is the model's.
    """
    fault = FAULTS[cell.fault]
    place: dict[str, Any] = {"operation": cell.operation}
    if fault.get("count", 1) is None:  # each call from there on
        place = {"operation": "*", "after_calls": position(service, cell.command, cell.operation)}
    prepared = scene(service, cell.command, deployment)
    service.fault(**place, **fault)
    return outcome_in(prepared, cell, service.clear_faults)


def outcome_in(prepared: Scene, cell: Cell, mend: Callable[[], None]) -> str:
    """Run a cell in its scene, where its fault is waiting and *mend* takes it away; return its outcome."""
    found = DONE
    regions: list[str] = []
    try:
        prepared.run(cell.command)
    except IvsChatError as error:
        found = AGAIN
        validate_clear(str(error))
        if is_left(error):
            found, regions = RECOVER, regions_to_recover(error)
    mend()
    if found == RECOVER:
        assert prepared.deployment.recover(regions) == []
    if found != DONE:
        prepared.run(cell.command)
    prepared.validate(cell.command)
    return found


def is_left(error: BaseException) -> bool:
    """Return whether an error shows that a create may have made something that no state knows."""
    return any(words in str(error) for words in ("It was left behind", "Look whether it was created"))


def regions_to_recover(error: BaseException) -> list[str]:
    """Return the regions that an error says are to be looked in by `recover`."""
    return re.findall(r"`pulumi-ivschat recover --region (\S+)`", str(error))


def keys_to_take_off(error: BaseException) -> list[tuple[str, list[str]]]:
    """Return the ARNs and keys that an error says are to be removed, if the program is changed back."""
    commands = re.findall(
        r"`aws ivschat untag-resource --region \S+ --resource-arn (\S+) --tag-keys (.+?)`", str(error)
    )
    return [(arn, shlex.split(keys)) for arn, keys in commands]


def validate_clear(message: str) -> None:
    """Hold that an error shows which operation failed, and what to do, and shows no insides."""
    first, *rest = message.splitlines()
    assert any(first.startswith(operation) for operations in OPERATIONS.values() for operation in operations), message
    assert rest, message
    for odd in ("Traceback", "bug in pulumi_ivschat", ".py", "<h1>"):
        assert odd not in message, message


def tables(outcomes: Mapping[Cell, str]) -> Iterator[str]:
    """Yield the outcomes as Markdown, line by line: a table for each command."""
    for command, operations in OPERATIONS.items():
        yield from (f"| {command} | {' | '.join(operations)} |", "| --- |" + " --- |" * len(operations))
        for fault in (*FAULTS, *KILLS):
            row = [outcomes[Cell(command, operation, fault)] for operation in operations]
            yield f"| {fault} | {' | '.join(row)} |"
        yield ""


def documented() -> dict[Cell, str]:
    """Return the outcomes that the document tells."""
    outcomes: dict[Cell, str] = {}
    command, operations = "", [""]
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        first, *rest = [cell.strip() for cell in line.strip("|").split("|")]
        if first in OPERATIONS:
            command, operations = first, rest
        elif first in {*FAULTS, *KILLS}:
            outcomes |= {
                Cell(command, operation, first): shown for operation, shown in zip(operations, rest, strict=True)
            }
    return outcomes


DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "faults.md"
