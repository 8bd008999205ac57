"""
Reading ahead: many rooms read in few calls, from the pages of ListRooms.

GetRoom returns one room, ListRooms fifty; and each operation has 5 requests a second in an account and region. A page has
everything of a room but its two limits. If the room's `updateTime` is the one in the state, so are the limits. So reads are
answered from pages, if that saves calls:

- A read that no page answers fetches more pages while `page_budget` allows it. So calls are at most 1.2 times those of
  reading one by one. In an account full of other people's rooms, reading ahead stops by itself.
- A stack's rooms are read in the order in which they were created, and listed the other way round. So most pages are there
  before the first of them saves a call. Owner tags on the first page show that the stack has more rooms, so the next pages are
  fetched at once.
- The list of logging configurations has everything of them and is one page long by quota. It is read first, so a configuration
  that is gone takes two calls.
- A page only shows that nothing has changed. If it differs from the state, or no page has the resource, a call of its own reads
  it: a list that lags behind, as AWS's may, makes no drift, and no list shows that a room is gone.
- A resource that this process wrote or created, or tried to, is never answered from a page. The page may have been on its way
  at the time, or show a logging configuration that AWS was still creating.
- All pages are fetched after the process began, so nothing that is read is older than its start.

`ReadAhead` is a control plane around another one, and a source of pages for a `Reader`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias

import attrs

from pulumi_ivschat import forks
from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.aws.listing import listed_member
from pulumi_ivschat.aws.page_budget import MOST_PROMISED, PageBudget
from pulumi_ivschat.errors import AccessDenied
from pulumi_ivschat.model import conversion, service_model
from pulumi_ivschat.model.arns import region_of, type_of
from pulumi_ivschat.model.owner_tag import OWNER_TAG


@attrs.frozen
class Listing:
    """The List operation of a resource type, and the Get operation of one of its resources."""

    type: str

    @property
    def operation(self) -> str:
        """The name of the List operation."""
        return f"List{self.type}s"

    @property
    def content(self) -> str:
        """The member of its answer that has the resources."""
        return listed_member(service_model.operations()[self.operation])

    @property
    def get(self) -> str:
        """The name of the Get operation."""
        return f"Get{self.type}"

    @property
    def unlisted(self) -> frozenset[str]:
        """The members of a resource that the list does not give."""
        output = service_model.operations()[self.operation].output.members[self.content]
        listed = output.item.members.keys() if output.item else set()
        return frozenset(service_model.operations()[self.get].output.members.keys() - listed)


_TAGS: Final = "ListTagsForResource"
_NAMES: Final = ("identifier", "resourceArn")
_READS: Final = ("Get", "List")

Agrees: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Whether an answer that is put together from a page and the last state is the state."""


class Pages(Protocol):
    """A source of answers that costs no call for each resource."""

    def find(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any] | None:
        """
        Return what *operation* (Get…, or ListTagsForResource) answers for *arn*, or None if only a call can show it.

        *state* is the last one, in snake_case.
        """
        ...


@attrs.frozen
class Reader:
    """Reads resources: from *pages* if they can show one, else with one call."""

    control_plane: ControlPlane
    pages: Pages | None = None

    def read(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any]:
        """Return what *operation* answers for *arn*; raise what a call raises, ResourceNotFound if the resource is gone."""
        found = self.pages.find(operation, arn, state, agrees) if self.pages else None
        if found is not None:
            return found
        [member] = service_model.operations()[operation].input.required
        return self.control_plane.call(operation, region_of(arn), arn, **{member: arn})


class ReadAhead:
    """
    A control plane that answers reads from lists if that saves calls; safe to use from many threads.

    *most_promised* is how many reads that have not come yet count at the most: see `PageBudget`.
    """

    def __init__(self, control_plane: ControlPlane, most_promised: float = MOST_PROMISED) -> None:
        self._control_plane = control_plane
        self._most_promised = most_promised
        self._lock = forks.Lock()
        self._shelves: dict[tuple[str, str], _Shelf] = {}

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call an operation; a resource that it writes or creates is never again read from a list."""
        if operation.startswith(_READS):
            return self._control_plane.call(operation, region, subject, **members)
        self._forget(region, next((members[name] for name in _NAMES if name in members), None))
        answer = self._control_plane.call(operation, region, subject, **members)
        self._forget(region, answer.get("arn"))
        return answer

    def find(self, operation: str, arn: str, state: Mapping[str, Any], agrees: Agrees) -> dict[str, Any] | None:
        """Return the answer that a list and the state make together, if *agrees*; may fetch pages."""
        shelf = self._shelf(region_of(arn), _listing_of(arn))
        summary = shelf.find(arn, state.get("owner_tag") or "")
        found = answer(operation, summary, state) if summary else None
        agreed = found is not None and agrees(found)
        shelf.answered(saved=agreed)
        return found if agreed else None

    def _forget(self, region: str, arn: str | None) -> None:
        if arn is not None:
            self._shelf(region, _listing_of(arn)).forget(arn)

    def _shelf(self, region: str, listing: Listing) -> _Shelf:
        with self._lock:
            key = (region, listing.operation)
            if key not in self._shelves:
                self._shelves[key] = _Shelf(self._control_plane, region, listing, PageBudget(self._most_promised))
            return self._shelves[key]


def _listing_of(arn: str) -> Listing:
    return Listing(type_of(arn))


def answer(operation: str, summary: Mapping[str, Any], state: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the answer that what a list says and the state make together, or None where they do not."""
    if operation == _TAGS:
        return {"tags": dict(summary.get("tags", {}))}
    listing = _listing_of(summary["arn"])
    output = service_model.operations()[operation].output
    known = conversion.to_api(output, state)
    unlisted = {member: known[member] for member in listing.unlisted if member in known}
    listed = conversion.from_api(output, summary)
    if unlisted.keys() != listing.unlisted:
        return None
    if unlisted and listed.get("update_time") != state.get("update_time"):
        return None
    return {**unlisted, **summary}


class _Shelf:
    """One list of one region: the pages so far, and whether another one may be fetched."""

    def __init__(self, control_plane: ControlPlane, region: str, listing: Listing, budget: PageBudget) -> None:
        self._control_plane = control_plane
        self._region = region
        self._listing = listing
        self._budget = budget
        self._changed = threading.Condition()
        """Guards all that follows. One thread fetches without it; others wait for the page, or find what they need."""
        self._is_fetching = False
        self._summaries: dict[str, Mapping[str, Any]] = {}
        self._written: set[str] = set()
        self._next: dict[str, str] | None = {}

    def find(self, arn: str, owner: str) -> Mapping[str, Any] | None:
        """Return what the list reports about a resource, after pages that may pay; None if that is not known."""
        with self._changed:
            self._budget.read(arn, owner, _owner_in(self._summaries.get(arn, {})))
            while not self._is_known(arn):
                if self._is_fetching:
                    self._changed.wait()
                elif self._may_fetch():
                    self._fetch()
                else:
                    return None
            return self._summaries.get(arn)

    def answered(self, *, saved: bool) -> None:
        """Count a read that needed no call if *saved*, else one that takes one."""
        with self._changed:
            (self._budget.saved if saved else self._budget.paid)()

    def forget(self, arn: str) -> None:
        """Never again answer for a resource that is being written."""
        with self._changed:
            self._written.add(arn)
            self._summaries.pop(arn, None)

    def _is_known(self, arn: str) -> bool:
        return arn in self._summaries or arn in self._written

    def _may_fetch(self) -> bool:
        if self._next is None:
            return False
        return self._budget.allows_page if self._listing.unlisted else self._budget.allows_whole_list

    def _fetch(self) -> None:
        """Fetch a page, while other threads find what the pages before it have."""
        self._is_fetching = True
        self._budget.fetch()
        self._changed.release()
        try:
            page = self._page(self._next or {})
        finally:
            self._changed.acquire()
            self._is_fetching = False
            self._changed.notify_all()
        self._take(page)

    def _page(self, members: Mapping[str, str]) -> Mapping[str, Any]:
        try:
            return self._control_plane.call(self._listing.operation, self._region, **members)
        except AccessDenied:  # a caller that may read rooms, and not list them, reads them one by one
            return {self._listing.content: []}

    def _take(self, page: Mapping[str, Any]) -> None:
        # A room that was changed meanwhile is on no later page: the first that is seen is the newest.
        new = [each for each in page[self._listing.content] if not self._is_known(each["arn"])]
        self._summaries |= {summary["arn"]: summary for summary in reversed(new)}
        self._budget.fetched([(summary["arn"], _owner_in(summary)) for summary in new])
        token = page.get("nextToken")
        self._next = {"nextToken": token} if token else None


def _owner_in(summary: Mapping[str, Any]) -> str:
    owner: str = summary.get("tags", {}).get(OWNER_TAG, "")
    return owner
