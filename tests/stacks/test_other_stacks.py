"""The records of other stacks of a backend; tests/engine/test_recovery.py has real ones."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks import engine, other_stacks
from pulumi_ivschat.stacks.other_stacks import recorded_elsewhere


@attrs.frozen
class Backend(engine.Stack):
    """The stack chat/test, and other stacks with what each records; None: it cannot be read."""

    recorded: dict[str, set[str] | None]
    read: list[str]

    def others(self) -> list[engine.Stack]:
        """Return the other stacks."""
        return [attrs.evolve(self, selector=name) for name in self.recorded]

    def ids(self) -> set[str]:
        """Return what a stack records."""
        self.read.append(self.selector)
        found = self.recorded[self.selector]
        if found is None:
            raise SettingsError(self.selector)
        return found


def backend(**recorded: set[str] | None) -> Backend:
    return Backend(Path(), "chat", "test", recorded, [])


def test_a_resource_that_another_stack_records_is_found_with_that_stack() -> None:
    assert recorded_elsewhere(backend(prod={"arn:1", "arn:2"}, dev={"arn:3"}), ["arn:1", "arn:3", "arn:4"]) == {
        "arn:1": "chat/prod",
        "arn:3": "chat/dev",
    }


def test_a_stack_that_cannot_be_read_is_skipped() -> None:
    assert recorded_elsewhere(backend(prod=None, dev={"arn:1"}), ["arn:1"]) == {"arn:1": "chat/dev"}


def test_nothing_is_read_for_nothing_nor_after_everything_is_found() -> None:
    many = backend(**{f"s{number}": {f"arn:{number}"} for number in range(20)})

    assert recorded_elsewhere(many, []) == {}
    assert many.read == []
    recorded_elsewhere(many, {"arn:1"})
    assert len(many.read) == 4


@pytest.mark.parametrize(("setting", "value"), [("MAX_STACKS", 3), ("_SECONDS", 0.0)])
def test_the_number_of_stacks_and_the_time_are_bounded(
    setting: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(other_stacks, setting, value)
    many = backend(**{f"s{number}": set() for number in range(20)})

    recorded_elsewhere(many, {"arn:1"})

    assert len(many.read) == {"MAX_STACKS": 3, "_SECONDS": 0}[setting]


def test_a_backend_that_cannot_be_listed_is_not_an_error() -> None:
    class Unlisted(Backend):
        def others(self) -> list[engine.Stack]:
            raise SettingsError(self.selector)

    assert recorded_elsewhere(Unlisted(Path(), "chat", "test", {}, []), {"arn:1"}) == {}


def test_the_stack_that_resources_come_from_is_not_another_one() -> None:
    assert recorded_elsewhere(backend(old={"arn:1"}, prod={"arn:1"}), ["arn:1"], besides="chat/old") == {
        "arn:1": "chat/prod"
    }
