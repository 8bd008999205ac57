"""Which files of a backend in a directory a kill has cut off; tests/engine/test_recovery.py shows that the engine reads on."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from pulumi_ivschat.stacks import engine, state_files


@attrs.frozen
class Stack(engine.Stack):
    """The stack chat/test in a backend."""

    url: str

    def backend(self) -> str:
        """Return the backend's URL."""
        return self.url


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return the files of a backend with the stacks chat/test and chat/prod, all whole."""
    place = tmp_path / ".pulumi"
    for stack in ("test", "prod"):
        for file in (
            f"stacks/chat/{stack}.json",
            f"stacks/chat/{stack}.json.bak",
            f"history/chat/{stack}/{stack}-1.history.json",
        ):
            path = place / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")
            path.with_name(f"{path.name}.attrs").write_text("{}")
    (place / "meta.yaml.attrs").write_text("{}")
    return place


def stack(place: Path, url: str = "file://{}") -> Stack:
    return Stack(place.parent, "chat", "test", url.format(place.parent))


@pytest.mark.parametrize("text", ["", '{"user.cache_co'])
@pytest.mark.parametrize("url", ["file://{}", "file://{}?metadata=skip", "file://."])
def test_attributes_that_are_empty_or_cut_off_are_found_those_of_this_stack_only(
    place: Path, text: str, url: str
) -> None:
    assert state_files.cut_off(stack(place, url)) == []
    for file in place.rglob("*.attrs"):
        file.write_text(text)

    found = state_files.cut_off(stack(place, url))

    assert [file.relative_to(place).as_posix() for file in found] == [
        "history/chat/test/test-1.history.json.attrs",
        "meta.yaml.attrs",
        "stacks/chat/test.json.attrs",
        "stacks/chat/test.json.bak.attrs",
    ]


def test_a_state_that_is_cut_off_itself_is_not_an_attribute_and_has_a_backup(place: Path) -> None:
    assert state_files.backup(stack(place)) is None
    (place / "stacks/chat/test.json").write_text('{"version": 3, "check')

    assert state_files.cut_off(stack(place)) == []
    assert state_files.backup(stack(place)) == place / "stacks/chat/test.json.bak"


def test_a_backend_elsewhere_has_no_files(place: Path) -> None:
    elsewhere = stack(place, "s3://bucket")

    assert (state_files.cut_off(elsewhere), state_files.backup(elsewhere)) == ([], None)
