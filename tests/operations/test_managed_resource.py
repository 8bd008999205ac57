"""A life within an operation: warnings about leftovers, and owners of tag keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_ivschat.errors import DamagedState, Invalid
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations.managed_resource import ManagedResource
from pulumi_ivschat.operations.operation import Operation
from tests.conftest import ENGINEER, LocalService

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


@pytest.mark.parametrize("kind", ["Room", "LoggingConfiguration"])
@pytest.mark.parametrize("name", [["lobby"], {"is": "lobby"}])
def test_a_name_of_the_wrong_type_is_a_failure_of_the_check(kind: str, name: object) -> None:
    checked = ManagedResource.of(kind, operation()).check({"name": name}, {})

    assert "name must be a string, not " in " ".join(map(str, checked.failures))


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


DAMAGE: list[dict[str, Any]] = [
    {name: value} for name in ("tags", "tags_all") for value in (None, "x", ["x"], {"x": 1.0})
]


@pytest.mark.parametrize("damage", [*DAMAGE, {"logging_configuration_identifiers": [{"a": "b"}]}])
@pytest.mark.parametrize("name", ["Room", "TagSet"])
def test_an_update_repairs_a_damaged_state_also_after_a_refresh(
    name: str, damage: dict[str, Any], service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in ENGINEER.items():
        monkeypatch.setenv(variable, value)
    room = service.client().create_room(tags={"theirs": "1"})["arn"]
    config = {"ivschat:region": "us-west-2", "ivschat:endpointUrl": service.url}
    first = ManagedResource.of(name, Operation.begin(config))
    given = {"tags": {"a": "1"}, **({"resource_arn": room} if name == "TagSet" else {"name": "lobby"})}
    inputs = first.check(given, {}).inputs
    arn, state = first.create(inputs)
    damaged = {**state, **damage}

    later = ManagedResource.of(name, Operation.begin(config))
    reading = later.read(arn, damaged)
    later.diff(arn, damaged, inputs)
    assert later.update(arn, damaged, inputs)["tags"] == {"a": "1"}
    assert later.update(arn, reading.state if reading else {}, inputs)["tags"] == {"a": "1"}
    tags = service.client().list_tags_for_resource(resourceArn=arn)["tags"]
    assert tags == ({"a": "1", "theirs": "1"} if name == "TagSet" else {"a": "1"})


def test_the_state_of_a_set_without_its_tags_does_not_show_what_to_remove() -> None:
    tag_set = ManagedResource.of("TagSet", operation())

    with pytest.raises(DamagedState, match="Run `pulumi up`"):
        tag_set.delete(ROOM, {"resource_arn": ROOM, "tags": None})


def test_a_room_that_an_edited_id_does_not_find_stays_in_the_state(service: LocalService) -> None:
    room = ManagedResource.of(
        "Room", Operation.begin({"ivschat:region": "us-west-2", "ivschat:endpointUrl": service.url})
    )

    with pytest.raises(DamagedState):
        room.read(ROOM.replace("us-west-2", "eu-west-1"), {"arn": ROOM})

    assert service.calls() == []
