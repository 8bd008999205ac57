"""When Python searches for garbage; tests/host and tests/program have the processes in which that is changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pulumi_ivschat.operations.garbage import OBJECTS

CODE = """
import gc
from pulumi_ivschat.operations.garbage import search_seldom
{before}
search_seldom()
{after}
search_seldom()
print(gc.get_threshold()[0])
"""


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", OBJECTS),
        ("gc.set_threshold(0)", "", 0),
        ("gc.set_threshold(100)", "", 100),
        ("", "gc.set_threshold(700)", 700),
    ],
)
def test_python_searches_seldom_unless_somebody_has_set_how_often(
    before: str, after: str, expected: int, run_python: Callable[[str], str]
) -> None:
    assert run_python(CODE.format(before=before, after=after)) == str(expected)
