"""What surrounds a life within an operation: warnings about leftovers, and who owns tag keys."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from pulumi_ivschat.operations.managed_resource import ManagedResource
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.owner_tag import OWNER_TAG

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
