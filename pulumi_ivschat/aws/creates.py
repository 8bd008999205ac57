"""
Creates whose answer is lost.

CreateRoom and CreateLoggingConfiguration have no idempotency token. If a connection breaks, or AWS fails on its side, nobody
knows whether there is a new resource, and another try may create another one. So before it tries again, a create looks for the
resource of the first try. It is

- younger than all that was there before this process created anything, by the list's own times, so that no clock of this
  machine counts: that takes a look at the newest page, once for each operation, region and process;
- of the name and tags that were sent, the owner tag among them.

What is found is the answer; if nothing is, the create is repeated. Without an owner tag (`ivschat:ownerTag` false) what
is found may be somebody else's, and the create ends with an error that names it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from itertools import islice, takewhile
from typing import Any, Final, TypeAlias

import attrs

from pulumi_ivschat import forks
from pulumi_ivschat.aws import custom_timeouts, listing
from pulumi_ivschat.aws.attempts import CREATES
from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import InternalServerError, IvsChatError, LostAnswer, TimedOut
from pulumi_ivschat.model.owner_tag import OWNER_TAG

_PAGE: Final = 50
_PAUSES: Final = (0.0, 1.0, 3.0)
"""Seconds before each look for what was made: AWS may still be at it, or its list lag behind."""

Members: TypeAlias = Mapping[str, Any]


@attrs.frozen
class Before:
    """What the newest page of a list had before this process created anything, latest change first."""

    summaries: tuple[Members, ...] = ()

    def has(self, summary: Members, time: str = "createTime") -> bool:
        """Return whether something was there already, or had not changed since, by that *time* of it."""
        if not self.summaries:
            return False
        known = {each["arn"] for each in self.summaries}
        return summary["arn"] in known or bool(summary[time] < self.summaries[0]["updateTime"])


class Creates:
    """A control plane whose creates create one resource each, even if the answer is lost; safe to use from many threads."""

    def __init__(self, control_plane: ControlPlane, max_attempts: int, time: Time | None = None) -> None:
        self._control_plane = control_plane
        self._max_attempts = max_attempts
        self._time = time or Time()
        self._lock = forks.Lock()
        self._before: dict[tuple[str, str], Before | None] = {}
        self._equal: dict[str, forks.Lock] = {}
        self._answered: set[str] = set()

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call an operation; a create with as many attempts as a call has, and one resource for all of them."""
        if operation not in CREATES:
            return self._control_plane.call(operation, region, subject, **members)
        before = self.before(operation, region)
        create = _Create(self._control_plane, operation, region, subject, members, before, self._answered, self._time)
        # Of creates that ask for the same, none may treat as lost what another one has got.
        with self._turn_of(f"{operation} {region} {create.mark}"):
            answer = create.answer(self._max_attempts)
            self._answered.add(answer["arn"])
        return answer

    def before(self, operation: str, region: str) -> Before | None:
        """Return what there was before the first create of an operation in a region; None if that is not known."""
        with self._lock:
            place = (operation, region)
            if place not in self._before:
                self._before[place] = self._look(*place)
            return self._before[place]

    def _look(self, operation: str, region: str) -> Before | None:
        try:
            return Before(tuple(islice(_listed(self._control_plane, operation, region), _PAGE)))
        except TimedOut:
            raise  # the custom timeout of one create: the next create looks again
        except IvsChatError:
            return None

    def _turn_of(self, mark: str) -> forks.Lock:
        with self._lock:
            return self._equal.setdefault(mark, forks.Lock())


@attrs.frozen
class _Create:
    """One create, and what is known of the world around it: what was there *before*, and what others were *answered*."""

    control_plane: ControlPlane
    operation: str
    region: str
    subject: str
    members: Members
    before: Before | None
    answered: set[str]
    time: Time

    @property
    def mark(self) -> str:
        """Return what distinguishes it from all other creates that may be under way, as far as anything does."""
        return f"{self.members.get('name')} {sorted(self.members.get('tags', {}).items())}"

    def answer(self, attempts: int) -> dict[str, Any]:
        """Return AWS's answer; if it is lost, the answer of Get… for the resource that was created."""
        while True:
            attempts -= 1
            try:
                return self.control_plane.call(self.operation, self.region, self.subject, **self.members)
            except (LostAnswer, InternalServerError) as error:
                made = self._made(error)
                if made is None and not attempts:
                    raise
            if made is not None:
                custom_timeouts.record(self.operation, "was done")
                return made

    def _made(self, error: IvsChatError) -> dict[str, Any] | None:
        """
        Return the resource that a failed attempt created, None if it created nothing; raise its *error* if that is not known.

        After a custom timeout, AWS may still be creating it, so a look that finds nothing proves nothing.
        """
        found, has_looked = None, False
        with contextlib.suppress(IvsChatError), custom_timeouts.finishing():
            found, has_looked = self._found(), self.before is not None
            if found and has_looked and OWNER_TAG in self.members.get("tags", {}):
                return self._described(found)
        if has_looked and not found and custom_timeouts.seconds_left() > 0:
            custom_timeouts.forget(self.operation)
            return None
        doubt = f"it may have created {found}" if found else "whether it created anything is not known"
        raise error.evolved(message=f"{error.message}; {doubt}", remedy=_UNSURE.format(region=self.region)) from None

    def _found(self) -> str | None:
        for pause in _PAUSES:
            self.time.sleep(pause)
            if found := next(self._candidates(), None):
                return found
        return None

    def _candidates(self) -> Iterator[str]:
        before = self.before or Before()
        listed = _listed(self.control_plane, self.operation, self.region)
        for summary in takewhile(lambda each: not before.has(each, "updateTime"), listed):
            equal = all(summary.get(name) == self.members.get(name, absent) for name, absent in _EQUAL.items())
            if equal and not before.has(summary) and summary["arn"] not in self.answered:
                yield summary["arn"]

    def _described(self, arn: str) -> dict[str, Any]:
        get = self.operation.replace("Create", "Get")
        return self.control_plane.call(get, self.region, arn, identifier=arn)


_EQUAL: Final[Mapping[str, Any]] = {"name": "", "tags": {}}
"""The members that a list has and a create has sent, with the value of an omitted one."""

_UNSURE: Final = (
    "Look whether it was created: `pulumi-ivschat recover --region {region}` lists what this stack created and lost, and "
    "imports it; `pulumi-ivschat import ARN` imports anything else. Then run again."
)


def _listed(control_plane: ControlPlane, create: str, region: str) -> Iterator[dict[str, Any]]:
    return listing.listed(control_plane, f"{create.replace('Create', 'List')}s", region)
