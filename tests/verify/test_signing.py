"""Signatures of another time or scope: right in themselves, so that only the check of that part refuses them."""

from __future__ import annotations

import functools

import pytest

from verify.run import Run
from verify.signing import Scoped


def test_a_signature_of_now_and_the_own_scope_is_accepted(run: Run) -> None:
    assert run.calls.raw("{}", path="/ListRooms", signature=Scoped).outcome == "ok 200"


def test_a_signature_of_four_minutes_ago_is_accepted(run: Run) -> None:
    signature = functools.partial(Scoped, seconds=-240)

    assert run.calls.raw("{}", path="/ListRooms", signature=signature).outcome == "ok 200"


@pytest.mark.parametrize(
    ("seconds", "days", "why"),
    [(-600, 0, "Signature expired"), (0, -1, "Date in Credential scope does not match")],
)
def test_only_the_part_that_is_wrong_is_refused(run: Run, seconds: int, days: int, why: str) -> None:
    signature = functools.partial(Scoped, seconds=seconds, days=days)
    seen = run.calls.raw("{}", path="/ListRooms", signature=signature)

    assert str(seen.members["message"]).startswith(why)
