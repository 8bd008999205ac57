"""Everything that a run made is deleted, and nothing else."""

from __future__ import annotations

from tests.conftest import LocalService
from verify import cleaning
from verify.endpoint import Endpoint
from verify.run import Run


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


def test_rooms_are_counted_up_to_one_above_a_maximum(run: Run) -> None:
    for _ in range(5):
        run.new_room()

    assert cleaning.rooms(run.calls, 10) == 5
    assert cleaning.rooms(run.calls, 3) == 4
