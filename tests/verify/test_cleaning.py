"""Everything that a run made is deleted, and nothing else."""

from __future__ import annotations

import pytest

from tests.conftest import LocalService
from verify import cleaning
from verify.calls import Unanswered
from verify.endpoint import Endpoint
from verify.run import Run


class Passing:
    """A clock that sleeping advances."""

    now = 0.0

    def clock(self) -> float:
        """Return the time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let seconds pass at once."""
        self.now += seconds


def test_a_run_deletes_what_it_made_and_no_more(run: Run, endpoint: Endpoint, service: LocalService) -> None:
    other = Run(endpoint)
    mine, theirs = run.new_room()["arn"], other.new_room()["arn"]
    own = service.client().create_room(name="lobby")["arn"]
    run.must("UpdateRoom", identifier=mine, loggingConfigurationIdentifiers=[run.logging_configuration])

    run.clean()

    assert {room["arn"] for room in service.client().list_rooms()["rooms"]} == {theirs, own}
    assert service.client().list_logging_configurations()["loggingConfigurations"] == []


def test_the_rooms_of_all_runs_are_deleted_over_pages(run: Run, endpoint: Endpoint, service: LocalService) -> None:
    own = service.client().create_room(name="lobby")["arn"]
    for _ in range(4):
        for _ in range(15):
            run.new_room()
        run = Run(endpoint)

    assert len(cleaning.clean(run.calls)) == 60
    assert [room["arn"] for room in service.client().list_rooms()["rooms"]] == [own]


def test_what_is_listed_though_it_is_gone_is_not_an_error(run: Run, service: LocalService) -> None:
    run.new_room()
    service.fault("DeleteRoom", error="ResourceNotFoundException", when="after")
    pauses: list[float] = []
    run.pace.sleep = pauses.append

    run.clean()

    assert pauses == [2.0]

    assert service.client().list_rooms()["rooms"] == []


def test_what_cannot_be_deleted_is_an_error(run: Run, service: LocalService) -> None:
    run.new_room()
    service.fault("DeleteRoom", error="ConflictException", count=None)
    passing = Passing()
    run.pace.clock, run.pace.sleep = passing.clock, passing.sleep

    with pytest.raises(Unanswered, match="1 resources of runs are still listed after 60 s"):
        run.clean()

    assert passing.now > 60


def test_a_resource_that_may_not_be_deleted_does_not_keep_the_others(run: Run, service: LocalService) -> None:
    for _ in range(3):
        run.new_room()
    service.fault("DeleteRoom", error="AccessDeniedException")

    with pytest.raises(Unanswered, match="was not deleted: AccessDeniedException 403"):
        run.clean()

    assert len(service.client().list_rooms()["rooms"]) == 1


def test_rooms_are_counted_up_to_one_above_a_maximum(run: Run) -> None:
    for _ in range(5):
        run.new_room()

    assert cleaning.rooms(run.calls, 10) == 5
    assert cleaning.rooms(run.calls, 3) == 4
