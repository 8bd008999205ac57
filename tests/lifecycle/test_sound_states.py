"""States that an editor or another tool has damaged."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.errors import DamagedState
from pulumi_ivschat.lifecycle.sound_states import is_damaged, is_recorded, sound, validate_id

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
ELSEWHERE = ROOM.replace("us-west-2", "eu-west-1")
LOGS = ROOM.replace(":room/", ":logging-configuration/")


@pytest.mark.parametrize(
    ("name", "damaged"),
    [
        ("Room", {"tags": None}),
        ("Room", {"tags": ["team"]}),
        ("Room", {"tags_all": {"team": 1.0}}),
        ("Room", {"maximum_message_length": "long"}),
        ("Room", {"maximum_message_length": True}),
        ("Room", {"message_review_handler": {"uri": 1.0}}),
        ("Room", {"logging_configuration_identifiers": [{"a": "b"}]}),
        ("LoggingConfiguration", {"destination_configuration": {"s3": "logs"}}),
        ("LoggingConfiguration", {"timeout_seconds": "soon"}),
        ("TagSet", {"exclusive": "no"}),
    ],
)
def test_a_value_of_another_type_is_omitted(name: str, damaged: dict[str, Any]) -> None:
    assert sound(name, {**damaged, "region": "us-west-2"}) == {"region": "us-west-2"}


def test_a_property_that_is_omitted_is_damage_and_one_without_a_value_is_not() -> None:
    state = {"tags": {}, "maximum_message_length": 5}

    assert not is_damaged({**state, "message_review_handler": None}, state)
    assert is_damaged({**state, "name": 7}, state)
    assert is_damaged({}, {})


def test_properties_of_a_newer_version_and_values_beyond_the_limits_of_this_one_stay() -> None:
    state = {
        "maximum_message_length": 5000.0,
        "message_review_handler": {"uri": "", "retries": 3.0},
        "moderators": [1.0],
    }

    assert sound("Room", state) == state


@pytest.mark.parametrize(("name", "wrong"), [("Room", "lobby"), ("Room", ELSEWHERE), ("Room", LOGS), ("TagSet", LOGS)])
def test_an_id_that_is_not_the_recorded_arn_is_an_error_that_shows_a_way_out(name: str, wrong: str) -> None:
    state = {"arn" if name == "Room" else "resource_arn": ROOM}

    with pytest.raises(DamagedState, match=r"pulumi stack export") as raised:
        validate_id(name, wrong, state)

    assert f"the id is {wrong}, but the ARN is {ROOM}" in str(raised.value)


def test_an_id_of_another_region_is_an_error_also_if_the_state_has_no_arn() -> None:
    with pytest.raises(DamagedState, match="is in eu-west-1, but the region is us-west-2"):
        validate_id("Room", ELSEWHERE, {"tags_all": {}, "region": "us-west-2"})


def test_an_id_of_another_type_is_an_error_also_if_the_state_has_no_arn() -> None:
    with pytest.raises(DamagedState, match="is not that of a Room"):
        validate_id("Room", LOGS, {"tags_all": {}})


@pytest.mark.parametrize("state", [{}, {"tags": {}}])
def test_what_a_lookup_or_an_import_begins_with_is_not_recorded_yet(state: dict[str, Any]) -> None:
    assert not is_recorded(state)
    validate_id("Room", "lobby", state)
