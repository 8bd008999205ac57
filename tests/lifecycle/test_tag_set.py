"""The life of a tag set, on a real control plane without Pulumi."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, strategies as st

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.custom_timeouts import limited
from pulumi_ivschat.errors import (
    AccessDenied,
    DamagedState,
    InternalServerError,
    LostAnswer,
    ResourceNotFound,
    TagTaken,
)
from pulumi_ivschat.lifecycle import Checked, Difference
from pulumi_ivschat.lifecycle.tag_set import TagSetLife
from pulumi_ivschat.model.validation import UNKNOWN
from pulumi_ivschat.settings import Settings
from tests.conftest import LocalService
from tests.drawn import drawn

GONE = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


@pytest.fixture
def tag_set(control_plane: BotoControlPlane) -> TagSetLife:
    """Return the life of tag sets."""
    return TagSetLife(Settings(), control_plane)


@pytest.fixture
def arn(service: LocalService) -> str:
    """Return a room that somebody else manages."""
    return service.client().create_room(tags={"theirs": "1"})["arn"]


def checked(tag_set: TagSetLife, arn: Any, tags: Any, **inputs: Any) -> dict[str, Any]:
    result = tag_set.check({"resource_arn": arn, "tags": tags, **inputs}, {})
    assert result.failures == []
    return result.inputs


def tags(service: LocalService, arn: str) -> dict[str, str]:
    return service.client().list_tags_for_resource(resourceArn=arn)["tags"]


def test_check_fills_the_flags_in_and_lets_unknowns_pass(tag_set: TagSetLife) -> None:
    assert tag_set.check({"resource_arn": UNKNOWN, "tags": {"a": UNKNOWN}}, {}) == Checked(
        {"resource_arn": UNKNOWN, "tags": {"a": UNKNOWN}, "overwrite": False, "exclusive": False}, []
    )


def test_a_refresh_of_a_set_whose_state_has_lost_its_tags_does_not_make_it_one_without_keys(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"cost": "1"}))
    del state["tags"]

    reading = tag_set.read(arn, state)

    assert reading is not None
    with pytest.raises(DamagedState, match="Run `pulumi up`"):
        tag_set.delete(arn, reading.state)
    assert tags(service, arn) == {"cost": "1", "theirs": "1"}


def test_check_reports_everything_at_once(tag_set: TagSetLife) -> None:
    wrong = {"resource_arn": "x", "tags": {"aws:a": "1"}, "overwrite": "yes", "exclusiv": True}

    assert {failure.property for failure in tag_set.check(wrong, {}).failures} == {
        "resource_arn",
        'tags["aws:a"] (the key)',
        "overwrite",
        "exclusiv",
    }


def test_another_resource_replaces_and_an_unknown_one_may(tag_set: TagSetLife, arn: str) -> None:
    state = checked(tag_set, arn, {"a": "1"})

    for other in (GONE, UNKNOWN):
        inputs = checked(tag_set, other, {"a": "1"})
        assert tag_set.diff(arn, state, inputs) == Difference(changed=True, replaces=["resource_arn"])


@pytest.mark.parametrize("change", [{"tags": {}}, {"overwrite": True}, {"exclusive": True}])
def test_everything_else_changes_in_place(tag_set: TagSetLife, arn: str, change: dict[str, Any]) -> None:
    state = checked(tag_set, arn, {"a": "1"})

    assert tag_set.diff(arn, state, {**state, **change}) == Difference(changed=True)
    assert tag_set.diff(arn, state, dict(state)) == Difference(changed=False)


def test_a_taken_key_is_refused_at_create_and_at_update(tag_set: TagSetLife, arn: str, service: LocalService) -> None:
    with pytest.raises(TagTaken, match="theirs has another value already"):
        tag_set.create(checked(tag_set, arn, {"theirs": "2"}))
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1"}))
    with pytest.raises(TagTaken, match="theirs has another value already"):
        tag_set.update(arn, state, checked(tag_set, arn, {"a": "1", "theirs": "2"}))

    assert tags(service, arn) == {"theirs": "1", "a": "1"}


def test_a_create_that_was_interrupted_has_come_to_the_keys_that_are_there_with_their_values(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    inputs = checked(tag_set, arn, {"a": "1", "b": "1", "c": "1"}, overwrite=True)
    assert tag_set.begun(inputs) is None

    service.client().tag_resource(resourceArn=arn, tags={"a": "1", "b": "changed"})

    live = {"theirs": "1", "a": "1", "b": "changed"}
    assert tag_set.begun(inputs) == {**inputs, "tags": {"a": "1"}, "tags_all": live}


def test_a_create_that_was_interrupted_on_what_is_gone_has_come_to_nothing(tag_set: TagSetLife) -> None:
    assert tag_set.begun(checked(tag_set, GONE, {"a": "1"})) is None


def test_a_set_that_was_interrupted_is_exclusive_once_the_keys_of_others_are_gone(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    inputs = checked(tag_set, arn, {"a": "1"}, exclusive=True)
    service.client().tag_resource(resourceArn=arn, tags={"a": "1"})

    state = tag_set.begun(inputs)
    assert state is not None
    assert (state["tags"], state["exclusive"]) == ({"a": "1"}, False)
    assert tag_set.diff(arn, state, inputs) == Difference(changed=True)
    tag_set.update(arn, state, inputs)

    assert tags(service, arn) == {"a": "1"}
    assert tag_set.begun(inputs) == {**inputs, "tags_all": {"a": "1"}}


def test_an_update_that_was_interrupted_has_come_to_the_tags_that_are_there(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1", "gone": "1"}))
    service.client().tag_resource(resourceArn=arn, tags={"b": "1"})
    service.client().untag_resource(resourceArn=arn, tagKeys=["gone"])

    came_to = tag_set.changed(arn, state, checked(tag_set, arn, {"a": "2", "b": "1", "c": "1"}))

    assert came_to == {**state, "tags": {"a": "1", "b": "1"}, "tags_all": tags(service, arn)}
    assert tag_set.changed(GONE, state, checked(tag_set, GONE, {})) is None


LOST: dict[str, Any] = {"drop": True, "when": "after"}


def test_a_create_whose_answer_is_lost_takes_its_keys_off_again(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    service.fault("TagResource", **LOST)

    with pytest.raises(LostAnswer) as raised:
        tag_set.create(checked(tag_set, arn, {"theirs": "2", "a": "1"}, overwrite=True))

    assert tags(service, arn) == {"theirs": "1"}
    assert "may have added" not in str(raised.value)


def test_a_create_that_fails_after_its_keys_were_added_takes_them_off_again(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    service.fault("UntagResource", error="InternalServerException")

    with pytest.raises(InternalServerError):
        tag_set.create(checked(tag_set, arn, {"a": "1"}, exclusive=True))

    assert tags(service, arn) == {"theirs": "1"}


def test_a_create_that_was_refused_leaves_a_key_that_had_its_value_before(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    service.fault("TagResource", error="AccessDeniedException")

    with pytest.raises(AccessDenied):
        tag_set.create(checked(tag_set, arn, {"theirs": "1", "a": "1"}))

    assert tags(service, arn) == {"theirs": "1"}
    assert service.calls().count("UntagResource") == 0


@pytest.mark.parametrize(("failing", "left"), [("UntagResource", "a b, c"), ("ListTagsForResource", "theirs, a b, c")])
def test_keys_that_cannot_be_removed_are_reported_with_the_command_that_does_it(
    tag_set: TagSetLife, arn: str, service: LocalService, failing: str, left: str
) -> None:
    service.fault("TagResource", **LOST)
    service.fault(
        failing, error="AccessDeniedException", count=None, after_calls=1 if failing.startswith("List") else 0
    )

    with pytest.raises(LostAnswer) as raised:
        tag_set.create(checked(tag_set, arn, {"theirs": "2", "a b": "1", "c": "1"}, overwrite=True))

    assert f"; it may have added {left}\n" in str(raised.value)
    assert f"--region us-west-2 --resource-arn {arn} --tag-keys 'a b' c`" in str(raised.value)


def test_if_nothing_can_have_been_added_and_nobody_can_look_nothing_is_reported(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    service.fault("TagResource", error="AccessDeniedException")
    service.fault("ListTagsForResource", error="AccessDeniedException", after_calls=1)

    with pytest.raises(AccessDenied) as raised:
        tag_set.create(checked(tag_set, arn, {"a": "1"}))

    assert "may have added" not in str(raised.value)


def test_a_resource_that_goes_during_the_create_keeps_no_key(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    service.fault("TagResource", error="ResourceNotFoundException")
    service.fault("ListTagsForResource", error="ResourceNotFoundException", after_calls=1)

    with pytest.raises(ResourceNotFound) as raised:
        tag_set.create(checked(tag_set, arn, {"a": "1"}))

    assert "may have added" not in str(raised.value)


def test_an_update_that_fails_removes_what_it_had_added_and_gives_values_back(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1", "gone": "1"}))
    service.fault("UntagResource", error="InternalServerException")

    with pytest.raises(InternalServerError):
        tag_set.update(arn, state, checked(tag_set, arn, {"a": "2", "b": "1"}))

    assert tags(service, arn) == {"a": "1", "gone": "1", "theirs": "1"}


def test_an_update_leaves_a_removed_key_that_somebody_changed(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1", "b": "1"}))
    service.client().tag_resource(resourceArn=arn, tags={"a": "changed"})

    tag_set.update(arn, state, checked(tag_set, arn, {"b": "1"}))

    assert tags(service, arn) == {"theirs": "1", "a": "changed", "b": "1"}


def test_an_update_removes_a_key_that_is_no_longer_declared(
    tag_set: TagSetLife, arn: str, service: LocalService
) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1", "b": "1"}))

    tag_set.update(arn, state, checked(tag_set, arn, {"b": "1"}))

    assert tags(service, arn) == {"theirs": "1", "b": "1"}


def test_a_delete_leaves_a_key_that_somebody_changed(tag_set: TagSetLife, arn: str, service: LocalService) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1", "b": "1"}))
    service.client().tag_resource(resourceArn=arn, tags={"a": "changed"})

    tag_set.delete(arn, state)

    assert tags(service, arn) == {"theirs": "1", "a": "changed"}


def test_a_set_becomes_exclusive_in_place(tag_set: TagSetLife, arn: str, service: LocalService) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1"}))

    state = tag_set.update(arn, state, checked(tag_set, arn, {"a": "1"}, exclusive=True))

    assert tags(service, arn) == state["tags_all"] == {"a": "1"}


def test_a_resource_that_is_gone_takes_the_set_along_but_is_not_a_place_for_a_new_one(tag_set: TagSetLife) -> None:
    state = checked(tag_set, GONE, {"a": "1"})

    assert tag_set.read(GONE, state) is None
    tag_set.delete(GONE, state)
    with pytest.raises(ResourceNotFound):
        tag_set.create(state)
    with pytest.raises(ResourceNotFound, match="Check the ARN, the account and the region"):
        tag_set.read(GONE, {})


TAGS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "1", "2"]))


@given(before=TAGS, programs=st.lists(TAGS, min_size=1, max_size=3), outside=TAGS)
@drawn(20)
def test_whatever_happens_the_keys_declared_are_so_and_the_others_untouched(
    tag_set: TagSetLife,
    service: LocalService,
    before: dict[str, str],
    programs: list[dict[str, str]],
    outside: dict[str, str],
) -> None:
    client = service.client()
    arn = client.create_room(tags=before)["arn"]
    _, state = tag_set.create(checked(tag_set, arn, programs[0], overwrite=True))
    if outside:
        client.tag_resource(resourceArn=arn, tags=outside)
    for program in programs:
        inputs = checked(tag_set, arn, program, overwrite=True)
        live = tags(service, arn)
        reading = tag_set.read(arn, state)
        assert reading is not None
        ours = reading.state["tags"].keys() | program.keys()
        state = tag_set.update(arn, reading.state, inputs)

        after = tags(service, arn)
        assert after.items() >= program.items()
        assert {key: value for key, value in after.items() if key not in ours} == {
            key: value for key, value in live.items() if key not in ours
        }
        assert state["tags_all"] == after
        assert tag_set.diff(arn, state, inputs) == Difference(changed=False)
    tag_set.delete(arn, state)
    assert tags(service, arn).keys().isdisjoint(programs[-1])


def test_an_update_that_its_custom_timeout_ends_leaves_no_key_that_it_added(
    tag_set: TagSetLife, service: LocalService, arn: str
) -> None:
    _, state = tag_set.create(checked(tag_set, arn, {"a": "1"}))
    service.fault("UntagResource", latency_seconds=1)

    limit = limited("customTimeouts.update", 0.5, time.monotonic)
    with (
        pytest.raises(LostAnswer, match=r"customTimeouts\.update is 0\.5 s; UntagResource may have been done\)"),
        limit,
    ):
        tag_set.update(arn, state, checked(tag_set, arn, {"b": "1"}))

    assert "b" not in tags(service, arn)
    while "a" in tags(service, arn):  # its answer was not waited for
        time.sleep(0.1)
