"""A run: marks on all that it makes, a limit of rooms, and what AWS alone needs from the person."""

from __future__ import annotations

import pytest

from tests.conftest import serving
from verify.endpoint import of_aws, running_at
from verify.marks import PREFIX, TAG
from verify.question import NotTried
from verify.run import Run


def test_a_room_has_the_run_id_in_its_name_and_tags(run: Run) -> None:
    room = run.new_room(tags={"team": "chat"})

    assert room["name"].startswith(f"{PREFIX}{run.id}-")
    assert room["tags"] == {"team": "chat", TAG: run.id}


def test_a_room_without_a_name_still_has_the_tag(run: Run) -> None:
    room = run.new_room(name=None)

    assert (room["name"], room["tags"]) == ("", {TAG: run.id})


def test_a_logging_configuration_has_the_run_id_too(run: Run) -> None:
    made = run.new_logging_configuration()

    assert made["name"].startswith(f"{PREFIX}{run.id}-")
    assert made["tags"] == {TAG: run.id}


def test_a_run_makes_18_rooms_and_leaves_two_to_the_deployment(run: Run) -> None:
    for _ in range(18):
        run.new_room()

    with pytest.raises(NotTried, match="no more than 20 rooms"):
        run.new_room()


@pytest.mark.long
def test_a_logging_configuration_that_takes_its_time_is_waited_for_and_deleted() -> None:
    with serving("--logging-delay=3") as service:
        run = Run(running_at(service.url))
        made = run.new_logging_configuration()
        now = run.must("GetLoggingConfiguration", identifier=made["arn"])["state"]
        run.clean()
        left = service.client().list_logging_configurations()["loggingConfigurations"]

    assert (made["state"], now, left) == ("CREATING", "ACTIVE", [])


def test_a_shared_room_is_made_once(run: Run) -> None:
    assert run.room == run.room
    assert run.rooms_made == 1


def test_what_is_kept_is_made_once(run: Run) -> None:
    numbers = [1, 2]

    assert [run.kept("number", numbers.pop), run.kept("number", numbers.pop)] == [2, 2]


def test_on_aws_the_person_names_the_function_and_the_log_group() -> None:
    run = Run(of_aws("us-west-2"))

    with pytest.raises(NotTried, match="--review-function"):
        _ = run.function
    with pytest.raises(NotTried, match="--log-group"):
        run.destination()
