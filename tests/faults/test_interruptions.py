"""
An `up` that was interrupted, and then every order of `up`, `recover` and `destroy`: what the state records lives.

The model of the engine makes many orders cheap; tests/engine/test_recovery.py has some of them on the real engine.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Collection, Sequence

import pytest

from tests.conftest import REGION, LocalService
from tests.faults import accounts
from tests.faults.deployment import Declared, Deployment, Died
from tests.faults.strategies import ELSEWHERE

ORDERS = [
    order
    for length in range(3)
    for order in itertools.product(["up", "up that is interrupted", "recover"], repeat=length)
]
"""What people run after an `up` that was interrupted, before they recover once more."""


def rooms(number: int, **inputs: str) -> list[Declared]:
    return [Declared("Room", f"room-{each}", inputs) for each in range(number)]


def listed(service: LocalService) -> set[str]:
    """Return the ARNs of all rooms of the account."""
    return {*accounts.listed(service, REGION), *accounts.listed(service, ELSEWHERE)}


def dies(deployment: Deployment, program: Sequence[Declared], recorded: int) -> None:
    """Run an `up` that is interrupted when that many writes are recorded; fewer may be there to do."""
    deployment.writes_to_live = recorded
    with contextlib.suppress(Died):
        deployment.up(program)
    deployment.writes_to_live = None


def recovered(
    deployment: Deployment, service: LocalService, known: Collection[str] = (), *, delete: bool = False
) -> set[str]:
    """Recover; hold that all that the state recorded is there and recorded, and return what found no place."""
    before = live(deployment)
    left = {*deployment.recover([ELSEWHERE], delete=delete)}
    assert deployment.doubts <= {*known}  # it was reported before, and its pending create is cleared since
    assert before <= live(deployment)
    assert before <= listed(service)
    assert deployment.pending == []
    return left


def live(deployment: Deployment) -> set[str]:
    """Return the ARNs of the resources that the state records and that are not on their way out."""
    gone = ("delete", "pendingReplacement")
    return {each["id"] for each in deployment.resources if not any(map(each.get, gone))}


@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("replaces", [False, True])
def test_recorded_resources_survive_every_order_of_commands_after_an_interrupted_up(
    service: LocalService,
    number: int,
    replaces: bool,  # noqa: FBT001
) -> None:
    for case, order in enumerate(ORDERS):
        recorded, delete = case % number, case % 3 == 0
        service.reset()
        deployment = Deployment(endpointUrl=service.url)
        program = rooms(number)
        if replaces:
            deployment.up(rooms(number, region=ELSEWHERE))
        dies(deployment, program, recorded)
        left: set[str] = set()
        for command in order:
            if command == "recover":
                left |= recovered(deployment, service, left)
            elif command == "up":
                deployment.up(program)
            else:
                dies(deployment, program, 1)
        left |= recovered(deployment, service, left, delete=delete)
        kept = live(deployment)

        deployment.up(program)

        assert listed(service) == deployment.ids() | (left & listed(service)), order
        assert deployment.ids() >= kept or replaces, order
        assert len(deployment.ids()) == number
        assert deployment.changes(program) == []
        deployment.destroy()
        assert listed(service) == left & listed(service), order


def test_a_replacement_that_was_interrupted_is_done_again_and_what_it_left_stays_until_it_is_deleted(
    service: LocalService,
) -> None:
    deployment = Deployment(endpointUrl=service.url)
    deployment.up(rooms(2, region=ELSEWHERE))
    before = live(deployment)
    dies(deployment, rooms(2), 0)

    [left] = recovered(deployment, service)
    assert live(deployment) == before
    deployment.up(rooms(2))

    assert listed(service) == {left, *live(deployment)}
    assert before & live(deployment) == set()


def test_what_cleared_pending_creates_left_takes_the_programs_place(service: LocalService) -> None:
    deployment = Deployment(endpointUrl=service.url)
    dies(deployment, rooms(2), 1)
    deployment.clear_pending_creates()

    assert recovered(deployment, service) == set()
    assert deployment.ids() == listed(service)


def test_of_what_is_recovered_and_was_interrupted_again_nothing_is_lost(service: LocalService) -> None:
    """A room that came in by `recover` is recorded like any other: a replacement of it that is interrupted is its leftover."""
    deployment = Deployment(endpointUrl=service.url)
    dies(deployment, rooms(1), 0)
    recovered(deployment, service)
    [first] = live(deployment)
    deployment.to_replace = "room-0"
    dies(deployment, rooms(1), 0)

    left = recovered(deployment, service)

    assert live(deployment) == {first}
    assert left == listed(service) - {first}
