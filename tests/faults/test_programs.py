"""Programs, other people's hands, faults and crashes at random: see programs.py. At length: `make soak ARGS=programs`."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis.stateful import run_state_machine_as_test

from pulumi_ivschat.errors import LostAnswer
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.conftest import LocalService
from tests.drawn import drawn
from tests.faults import accounts
from tests.faults.deployment import Declared, Deployment, Died
from tests.faults.matrix import FAULTS, regions_to_recover
from tests.faults.programs import programs_on
from tests.faults.strategies import ELSEWHERE


@pytest.mark.long
@pytest.mark.hypothesis
def test_after_a_repair_the_account_is_what_the_program_says(running_service: LocalService) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        programs_on(running_service),
        settings=drawn(10, stateful_step_count=20, derandomize=True),
    )


def test_recover_finds_what_a_failed_create_made_in_a_region_that_only_the_program_names(service: LocalService) -> None:
    """Found at random: the list before the create and the create's own answer are lost."""
    deployment = Deployment(endpointUrl=service.url)
    service.fault("*", **FAULTS["answer cut off, applied"], count=2)
    with pytest.raises(LostAnswer, match="it may have created ") as raised:
        deployment.up([Declared("Room", "lobby", {"region": ELSEWHERE})])

    assert regions_to_recover(raised.value) == [ELSEWHERE]
    deployment.recover([ELSEWHERE])

    assert deployment.ids() == accounts.listed(service, ELSEWHERE).keys()


def test_a_tag_set_that_was_interrupted_and_is_taken_back_leaves_no_key(service: LocalService) -> None:
    """Found at random."""
    deployment = Deployment(endpointUrl=service.url)
    theirs = service.client().create_room()["arn"]
    deployment.writes_to_live = 0
    with pytest.raises(Died):
        deployment.up([Declared("TagSet", "cost", {"resource_arn": theirs, "tags": {"cost": "1"}})])

    deployment.recover()
    deployment.up([])

    assert service.client().list_tags_for_resource(resourceArn=theirs)["tags"] == {}


def test_a_move_of_a_tag_set_that_was_interrupted_and_is_taken_back_leaves_the_keys_where_they_were(
    service: LocalService,
) -> None:
    """Found at random; tests/engine/test_tag_set.py has its like on the real engine."""
    deployment = Deployment(endpointUrl=service.url)
    here, there = (service.client().create_room()["arn"] for _ in range(2))
    program, moved = (
        [Declared("TagSet", "cost", {"resource_arn": arn, "tags": {"cost": "1"}})] for arn in (here, there)
    )
    deployment.up(program)
    for writes in range(3):
        deployment.writes_to_live = writes
        with contextlib.suppress(Died):
            deployment.up(moved)
        deployment.writes_to_live = None
        deployment.recover()
        deployment.refresh()

        deployment.up(program)

        assert service.client().list_tags_for_resource(resourceArn=here)["tags"] == {"cost": "1"}
        assert service.client().list_tags_for_resource(resourceArn=there)["tags"] == {}


def test_a_tag_set_of_another_name_that_was_interrupted_halfway_keeps_the_keys(service: LocalService) -> None:
    deployment = Deployment(endpointUrl=service.url)
    theirs = service.client().create_room()["arn"]
    inputs = {"resource_arn": theirs, "tags": {"cost": "1"}}
    deployment.up([Declared("TagSet", "cost", inputs)])
    for writes in range(2):
        deployment.writes_to_live = writes
        with pytest.raises(Died):
            deployment.up([Declared("TagSet", "costs", inputs)])
        deployment.recover()

    deployment.up([Declared("TagSet", "costs", inputs)])

    assert len(deployment.resources) == 1
    assert service.client().list_tags_for_resource(resourceArn=theirs)["tags"] == {"cost": "1"}


def test_a_change_of_a_tag_set_that_was_interrupted_and_is_taken_back_leaves_no_key(service: LocalService) -> None:
    deployment = Deployment(endpointUrl=service.url)
    theirs = service.client().create_room()["arn"]
    before, after = (
        [Declared("TagSet", "cost", {"resource_arn": theirs, "tags": keys})] for keys in ({}, {"cost": "1"})
    )
    deployment.up(before)
    deployment.writes_to_live = 0
    with pytest.raises(Died):
        deployment.up(after)

    deployment.recover()
    deployment.up(before)

    assert service.client().list_tags_for_resource(resourceArn=theirs)["tags"] == {}


LOGGING = {"destination_configuration": {"firehose": {"delivery_stream_name": "chat"}}}


@pytest.mark.parametrize(("kind", "inputs"), [("Room", {}), ("LoggingConfiguration", LOGGING), ("TagSet", {})])
@pytest.mark.parametrize("failing", ["TagResource", "UntagResource"])
def test_a_change_of_tags_that_failed_and_is_taken_back_leaves_no_key(
    service: LocalService, kind: str, inputs: dict[str, Any], failing: str
) -> None:
    deployment = Deployment(endpointUrl=service.url)
    if kind == "TagSet":
        inputs = {"resource_arn": service.client().create_room()["arn"]}
    before, after = (
        [Declared(kind, "it", {**inputs, "tags": keys})] for keys in ({"a": "1", "gone": "1"}, {"a": "2", "new": "1"})
    )
    deployment.up(before)
    service.fault(failing, **FAULTS["answer cut off, applied"])
    with pytest.raises(LostAnswer):
        deployment.up(after)

    deployment.refresh()
    deployment.up(before)

    tags = service.client().list_tags_for_resource(resourceArn=str(deployment.find("it")))["tags"]
    assert {key: value for key, value in tags.items() if key != OWNER_TAG} == {"a": "1", "gone": "1"}
