"""What a run has made is found by its tag or its name."""

from __future__ import annotations

from typing import Any

import pytest

from verify.marks import PREFIX, TAG, is_marked, new_run_id


@pytest.mark.parametrize(
    ("resource", "of_any", "of_this"),
    [
        ({"tags": {TAG: "aaaa"}}, True, True),
        ({"tags": {TAG: "bbbb"}}, True, False),
        ({"name": f"{PREFIX}aaaa-room-1", "tags": {}}, True, True),
        ({"name": f"{PREFIX}bbbb-room-1", "tags": {}}, True, False),
        ({"name": "lobby", "tags": {"team": "chat"}}, False, False),
        ({"name": ""}, False, False),
    ],
)
def test_a_resource_is_of_a_run(resource: dict[str, Any], *, of_any: bool, of_this: bool) -> None:
    assert is_marked(resource) is of_any
    assert is_marked(resource, "aaaa") is of_this


def test_each_run_has_an_id_of_its_own() -> None:
    assert new_run_id() != new_run_id()
