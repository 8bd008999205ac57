"""The budget for pages: what its docstring proves, on reads and pages that are drawn."""

from __future__ import annotations

import math
from typing import Final

from hypothesis import given, strategies as st

from pulumi_ivschat.aws.page_budget import MARGIN, PROMISED_BY_READ, PageBudget
from tests.drawn import drawn

STACK: Final = "chat/prod"
_PAGES: Final = st.lists(
    st.lists(st.sampled_from(["ours", "namesake", "untagged"]), min_size=1, max_size=50), max_size=40
)


def rooms(kinds: list[str], page: int) -> list[tuple[str, str]]:
    """Return ARNs and owner tags of a page: of the stack's rooms, of one with the same tag each time, and without a tag."""
    owners = {"ours": f"{STACK}/{page}-", "namesake": f"{STACK}/same", "untagged": ""}
    return [
        (f"{page}-{number}", owners[kind] + (str(number) if kind == "ours" else ""))
        for number, kind in enumerate(kinds)
    ]


def calls(budget: PageBudget, pages: list[list[str]], reads: int, *, kept: bool = False) -> tuple[int, int]:
    """
    Read rooms that are on no page, and the stack's rooms on pages if promises are *kept*; no page saves a call.

    Returns all calls, and the reads.
    """
    left = iter([rooms(kinds, number) for number, kinds in enumerate(pages)])
    wanted = [(f"read-{number}", f"{STACK}/read-{number}", "") for number in range(reads)]
    fetched = 0
    for arn, owner, on_page in wanted:  # it grows
        budget.read(arn, owner, on_page)
        while budget.allows_page and (page := next(left, None)) is not None:
            budget.fetch()
            budget.fetched(page)
            fetched += 1
            ours = [(arn, owner, owner) for arn, owner in page if owner.startswith(STACK)]
            wanted += {owner: (arn, owner, on_page) for arn, owner, on_page in ours}.values() if kept else []
        budget.paid()
    return len(wanted) + fetched, len(wanted)


@given(_PAGES, st.integers(1, 60))
@drawn(30)
def test_if_promises_are_kept_calls_are_20_percent_above_plain_reading_even_if_all_rooms_have_changed(
    pages: list[list[str]], reads: int
) -> None:
    all_calls, all_reads = calls(PageBudget(math.inf), pages, reads, kept=True)

    assert all_calls <= (1 + MARGIN) * all_reads


@given(_PAGES, st.integers(1, 60))
@drawn(30)
def test_if_no_promise_is_kept_each_read_is_wrong_about_20_rooms_at_the_most(
    pages: list[list[str]], reads: int
) -> None:
    assert calls(PageBudget(math.inf), pages, reads)[0] <= reads + MARGIN * (1 + PROMISED_BY_READ) * reads


@given(_PAGES, st.integers(1, 60), st.integers(0, 50))
@drawn(30)
def test_no_more_promises_count_than_are_allowed(pages: list[list[str]], reads: int, most: int) -> None:
    assert calls(PageBudget(most), pages, reads)[0] <= reads + MARGIN * (reads + most)


def test_rooms_of_one_name_are_one_promise() -> None:
    assert calls(PageBudget(math.inf), [["namesake"] * 50] * 40, 20)[0] <= (1 + MARGIN) * 20 + 1
