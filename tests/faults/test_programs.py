"""Programs, other people's hands, faults and crashes at random: see programs.py. At length: `make soak ARGS=programs`."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from pulumi_ivschat.errors import LostAnswer
from tests.conftest import LocalService
from tests.faults import accounts
from tests.faults.deployment import Declared, Deployment, Died
from tests.faults.matrix import FAULTS, regions_to_recover
from tests.faults.programs import programs_on
from tests.faults.strategies import ELSEWHERE


def test_after_a_repair_the_account_is_what_the_program_says(running_service: LocalService) -> None:
    run_state_machine_as_test(
        programs_on(running_service),
        settings=settings(max_examples=50, stateful_step_count=20, deadline=None, derandomize=True),
    )


def test_recover_finds_what_a_failed_create_made_in_a_region_that_only_the_program_names(service: LocalService) -> None:
    """Found at random: the list before the create and the create's own answer are lost."""
    deployment = Deployment(endpointUrl=service.url)
    service.fault("*", **FAULTS["answer cut off, applied"], count=2)
    with pytest.raises(LostAnswer, match="it may have made ") as raised:
        deployment.up([Declared("Room", "lobby", {"region": ELSEWHERE})])

    assert regions_to_recover(raised.value) == [ELSEWHERE]
    deployment.recover([ELSEWHERE])

    assert deployment.ids() == accounts.held(service, ELSEWHERE).keys()


def test_a_tag_set_that_died_and_is_taken_back_leaves_no_key(service: LocalService) -> None:
    """Found at random."""
    deployment = Deployment(endpointUrl=service.url)
    theirs = service.client().create_room()["arn"]
    deployment.writes_to_live = 0
    with pytest.raises(Died):
        deployment.up([Declared("TagSet", "cost", {"resource_arn": theirs, "tags": {"cost": "1"}})])

    deployment.recover()
    deployment.up([])

    assert service.client().list_tags_for_resource(resourceArn=theirs)["tags"] == {}


def test_a_change_of_a_tag_set_that_died_and_is_taken_back_leaves_no_key(service: LocalService) -> None:
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
