"""
The budget for pages of a list: when reading ahead may fetch another one.

A page costs one call. It saves one for each read that it answers, and nobody can know whether these reads come. A page shows
*promises* of them: rooms with the owner tag of a stack that is being read, which nobody has read yet. A stack has
one room of a name, so two rooms with the same owner tag are one promise.

The rule: with r reads, s of them answered from pages, e promises and p pages, the next page is fetched only if

    p + 1 ≤ s + 0.2 * (r + e)

- **If promises are kept, that is at most 1.2 times the calls of reading one by one.** Say that there are R reads in the end, S
  of them answered from pages. After the last fetch, p ≤ s + 0.2 * (r + e). Each promise is one more read, so r + e ≤ R; and s ≤ S.
  So all calls together are R - S + p ≤ R - S + S + 0.2 R = 1.2 R. Each promised room may have changed, so that its page saves
  nothing: the proof does not count on it. The order of the rooms and of the reads is of no importance.
- **If promises are broken, each read is wrong about 20 rooms at the most.** With `--target` the engine reads only some rooms of a
  stack. A room that was retained, or one of a namesake of the stack, is in no state. So e is never more than 20 r. The
  calls are then at most R + 0.2 * (R + 20 R) = 5.2 R. It is never more than *most_promised* either:
  R + 0.2 * (R + *most_promised*). An operation with `--target` counts no promise, so that its bound is 1.2 R again.

No rule with fewer calls for broken promises keeps those for whole stacks. At the fifth read, a stack of 1,000 rooms and a state
with only the five oldest of them have seen the same reads and pages, so both go on in the same way: 24 calls, for 1,000 reads or
for 5.

20 is what a refresh of 1,000 rooms needs. Its rooms are read in the order in which they were created and listed the other way
round. So none of its 20 pages saves a call before all of them are there. The first page comes with the fifth read (1 ≤ 0.2 * 5),
and the other 19 at once: 20 ≤ 0.2 * (5 + 20 * 5).

The second rule is about economy only. A page with five rooms of the stacks that are read pays for the page after it. Others are
*barren*. Each read that a call has answered allows one of them. So a few stragglers do not use up the calls that all
others saved.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import attrs

from pulumi_ivschat.model.owner_tag import stack_of

MARGIN: Final = 0.2
"""How much of the calls that plain reading makes reading ahead may add at the most."""
PROMISED_BY_READ: Final = 20
"""How many promises count for each read at the most."""
MOST_PROMISED: Final = 500
"""How many promises count at the most if nobody knows whether whole stacks are read: a hundred calls."""
_PAYS: Final = 1 / MARGIN


@attrs.define
class PageBudget:
    """The reads and pages of one list so far; one thread at a time may use it."""

    most_promised: float = MOST_PROMISED
    """How many promises count at the most: 0 if only some rooms of stacks are read, `inf` if whole stacks are."""
    _reads: int = 0
    _saved: int = 0
    _paid: int = 0
    _pages: int = 0
    _barren: int = 0
    _stacks: set[str] = attrs.field(factory=set)
    _asked: set[str] = attrs.field(factory=set)
    """ARNs and owner tags of all reads."""
    _promises: dict[str, set[str]] = attrs.field(factory=dict)
    """Owner tags on pages that no read has asked for, by stack."""

    def read(self, arn: str, owner: str, owner_on_page: str) -> None:
        """Count a read of a resource with this owner tag in the state, and that one on a page; "" for none."""
        self._reads += 1
        self._asked |= {arn, owner}
        self._stacks |= {stack_of(owner)} - {""}
        for kept in (owner, owner_on_page):
            self._promises.get(stack_of(kept), set()).discard(kept)

    def saved(self) -> None:
        """Count a read that a page has answered."""
        self._saved += 1

    def paid(self) -> None:
        """Count a read that takes a call of its own."""
        self._paid += 1

    def fetch(self) -> None:
        """Count a page, before it is fetched: one that fails is a call as well."""
        self._pages += 1
        self._barren += 1

    def fetched(self, rooms: Collection[tuple[str, str]]) -> None:
        """Note what the page shows: ARNs that no page before it had, and their owner tags."""
        for arn, owner in rooms:
            if not {arn, owner} & self._asked:
                self._promises.setdefault(stack_of(owner), set()).add(owner)
        ours = [arn for arn, owner in rooms if arn in self._asked or stack_of(owner) in self._stacks]
        if self.most_promised and len(ours) >= _PAYS:
            self._barren -= 1

    @property
    def allows_page(self) -> bool:
        """Whether another page may be fetched."""
        within = self._pages + 1 <= self._saved + MARGIN * (self._reads + self._promised)
        return within and self._barren < self._paid

    @property
    def allows_whole_list(self) -> bool:
        """Whether another page may be fetched of a list that has all of its resources, usually on its first page."""
        return self._pages == 0 or self._pages < self._paid

    @property
    def _promised(self) -> float:
        promised = sum(len(self._promises.get(stack, ())) for stack in self._stacks)
        return min(promised, PROMISED_BY_READ * self._reads, self.most_promised)
