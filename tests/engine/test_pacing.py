"""Stacks in an account whose quotas count, as AWS's do."""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import REGION, LocalService, serving
from tests.engine.conftest import Stack

ROOMS = 12


def rooms(count: int) -> str:
    return f"for number in range({count}): Room(f'room-{{number}}')"


@pytest.fixture(scope="module")
def counting() -> Iterator[LocalService]:
    """Yield a local service that counts calls as AWS does."""
    with serving("--aws-quotas") as service:
        yield service


@pytest.fixture
def in_account(new_stack: Callable[[str], Stack], counting: LocalService) -> Callable[[str], Stack]:
    """Return a function that gives a stack in the account whose calls are counted."""
    counting.reset()
    return lambda name: new_stack(name).config(endpointUrl=counting.url, region=REGION)


@pytest.mark.long
def test_stacks_that_come_up_at_once_all_get_their_rooms(
    in_account: Callable[[str], Stack], counting: LocalService
) -> None:
    stacks = [in_account(name).program(rooms(ROOMS)) for name in ("one", "two")]

    with concurrent.futures.ThreadPoolExecutor() as threads:
        outputs = list(threads.map(Stack.up, stacks))

    assert all(f"{ROOMS + 1} created" in output for output in outputs)
    assert len(counting.client().list_rooms()["rooms"]) == 2 * ROOMS
    for stack in stacks:
        stack.preview("--refresh", "--expect-no-changes")


def test_a_wait_of_more_than_a_few_seconds_is_reported(stack: Stack, service: LocalService) -> None:
    stack.config(rates='{"CreateRoom": 2}')

    output = stack.program(rooms(ROOMS)).up()

    assert "CreateRoom in us-west-2: " in output
    assert "calls have waited their turn in the last 5 s, since AWS takes no more than 2 of them a second" in output
    assert service.calls().count("CreateRoom") == ROOMS
