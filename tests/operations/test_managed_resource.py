"""A life within an operation: warnings about leftovers, and owners of tag keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations.managed_resource import ManagedResource
from pulumi_ivschat.operations.operation import Operation

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


def operation() -> Operation:
    return Operation.begin({"ivschat:region": "us-west-2"})


def within(given: Operation, life: Any, **parts: Any) -> ManagedResource:
    """Return the management of rooms in an operation that has this life for them, and other *parts*."""
    members = {"key_owners": given.key_owners, "leftovers": given.leftovers, "settings": given.settings, **parts}
    changed: Any = SimpleNamespace(**members)
    return ManagedResource("Room", changed, life)


def test_a_warning_that_cannot_be_made_is_empty() -> None:
    def breaking(*_: object) -> None:
        raise BrokenPipeError

    room = within(operation(), None, leftovers=SimpleNamespace(warning=breaking))

    assert room.warning({"name": "lobby"}) == ""


def test_the_owner_tag_of_a_resource_in_the_state_is_not_that_of_a_leftover() -> None:
    begun = operation()
    room = ManagedResource.of("Room", begun)
    inputs = room.check({"owner_tag": "chat/prod/lobby"}, {}).inputs

    room.diff(ROOM, {**inputs, "tags_all": {OWNER_TAG: "chat/dev/lobby"}}, inputs)

    assert begun.leftovers.warning("Room", {**inputs, "owner_tag": "chat/dev/lobby"}) is None


def test_a_refresh_asks_about_keys_of_the_state_which_the_program_may_have_no_more() -> None:
    begun = operation()
    room = ManagedResource.of("Room", begun)
    owner = {"owner_tag": "chat/prod/lobby"}
    before = ManagedResource.of("Room", operation()).check({**owner, "tags": {"x": "1", "y": "1"}}, {}).inputs

    room.diff(ROOM, {**before, "tags_all": {}}, before)
    inputs = room.check({**owner, "tags": {"y": "1"}}, before).inputs
    room.diff(ROOM, {**before, "tags_all": {}}, inputs)

    assert begun.key_owners.without_given_away(ROOM, {"tags": {"x": "1", "y": "1"}})["tags"] == {"x": "1"}


@pytest.mark.parametrize("value", [["lobby"], {"lobby": "1"}])
def test_a_list_or_an_object_is_reported_at_its_property(value: object) -> None:
    room = ManagedResource.of("Room", operation())

    [failure] = room.check({"name": value}, {}).failures

    assert str(failure).startswith("name must be a string, not")


def test_an_owner_of_a_key_that_another_has_is_refused_before_any_call() -> None:
    begun = operation()
    one, two = (TagSetLife(begun, name) for name in ("one", "two"))
    one.create({"x": "1"})

    with pytest.raises(Invalid, match="TagSet two and TagSet one both own the tag x of one resource: keep one"):
        two.create({"x": "2"})
    assert two.created == []


class TagSetLife:
    """A tag set of the native plug-in, which counts what it creates."""

    def __init__(self, begun: Operation, name: str) -> None:
        self.created: list[Any] = []
        life: Any = SimpleNamespace(create=self._create)
        self._managed = ManagedResource("TagSet", begun, life, Urn("test", "chat", "ivschat:index:TagSet", name))

    def create(self, tags: Any) -> None:
        """Create it on a room."""
        self._managed.create({"resource_arn": ROOM, "tags": tags})

    def _create(self, inputs: Any) -> tuple[str, dict[str, Any]]:
        self.created.append(inputs)
        return ROOM, {}


def test_an_update_and_a_delete_leave_keys_that_the_program_has_given_to_another() -> None:
    seen: list[tuple[Any, ...]] = []

    def update(arn: str, state: Any, inputs: Any) -> dict[str, Any]:
        seen.append((arn, state["tags"], inputs["tags"]))
        return {}

    life = SimpleNamespace(
        create=lambda inputs: (inputs["resource_arn"], {}),
        update=update,
        delete=lambda arn, state: seen.append((arn, state["tags"])),
    )
    begun = operation()
    within(begun, life).create({"resource_arn": ROOM, "tags": {"cost": "2"}})

    within(begun, life).update(ROOM, {"tags": {"cost": "1", "team": "chat"}}, {"tags": {"team": "chat"}})
    within(begun, life).delete(ROOM, {"tags": {"cost": "1", "team": "chat"}})

    assert seen == [(ROOM, {"team": "chat"}, {"team": "chat"}), (ROOM, {"team": "chat"})]
