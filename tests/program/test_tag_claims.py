"""Two owners of one tag: when claims are in each other's way."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import pulumi
import pytest

from pulumi_ivschat.operations.key_owners import Declaration
from pulumi_ivschat.program import tag_claims


def claim(claimant: str, *keys: str, targets: Any = ("arn",), exclusive: bool = False) -> Declaration:
    return Declaration(claimant, frozenset(targets), frozenset(keys), exclusive)


@pytest.mark.parametrize(
    "other",
    [
        claim("TagSet two", "b"),
        claim("TagSet two", "a", targets=["another"]),
        claim("TagSet two", "a", targets=[]),
        claim("Room lobby", targets=["arn"]),
    ],
)
def test_other_keys_or_other_resources_do_not_conflict(other: Declaration) -> None:
    assert claim("TagSet one", "a").conflict(other) is None
    assert other.conflict(claim("TagSet one", "a")) is None


def test_one_key_of_one_resource_has_one_owner() -> None:
    shown = claim("TagSet one", "a", "b", "c").conflict(claim("Room lobby", "c", "b"))

    assert shown == "TagSet one and Room lobby both own the tag b, c of one resource: keep one"


def test_a_resource_is_the_same_by_its_arn_or_as_an_object() -> None:
    room = object()

    assert claim("one", "a", targets=[room]).conflict(claim("two", "a", targets=["arn", room])) is not None


@pytest.mark.parametrize("swapped", [False, True])
def test_an_exclusive_claim_bears_no_other(swapped: bool) -> None:  # noqa: FBT001
    one, two = claim("TagSet one", "a", exclusive=True), claim("Room lobby", "b")
    shown = (two.conflict(one) if swapped else one.conflict(two)) or ""

    assert shown == "TagSet one is exclusive, but Room lobby owns tags of the same resource"


def test_an_exclusive_claim_bears_a_room_without_tags() -> None:
    assert claim("TagSet one", "a", exclusive=True).conflict(claim("Room lobby")) is None


def test_the_claims_of_one_go_share_an_output(monkeypatch: pytest.MonkeyPatch) -> None:
    stack, outputs = pulumi.ComponentResource.__new__(pulumi.ComponentResource), list[Awaitable[None]]()
    monkeypatch.setattr(pulumi.runtime, "get_root_resource", lambda: stack)
    monkeypatch.setattr(pulumi.Output, "from_input", outputs.append)

    for number in range(3):
        tag_claims.claim(stack, f"room-{number}", "arn", {"a": "b"})
    tag_claims.claim(stack, "nothing", "arn", {})

    assert len(outputs) == 1
    outputs[0].close()  # type: ignore[attr-defined]
