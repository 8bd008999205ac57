"""The folder of one engine's provider processes."""

from __future__ import annotations

import threading
from pathlib import Path

from pulumi_ivschat.operations.engine_folder import EngineFolder

ADDRESS = "127.0.0.1:40001"


def joined(parent: Path, address: str = ADDRESS) -> EngineFolder:
    folder = EngineFolder.join(address, parent)
    assert folder is not None
    return folder


def test_all_hear_each_shared_value_once(tmp_path: Path) -> None:
    one, two = joined(tmp_path), joined(tmp_path)
    one.share(["a", 1])
    two.share({"b": None})

    assert [*one.hear()] == [*two.hear()] == [["a", 1], {"b": None}]
    assert [*one.hear()] == []
    two.share("more")
    assert [*one.hear()] == ["more"]


def test_half_a_line_of_a_killed_process_is_not_heard_and_spoils_no_other(tmp_path: Path) -> None:
    one, two = joined(tmp_path), joined(tmp_path)
    with (one.path / "lines").open("ab") as file:
        file.write(b'\n["cut o')
    assert [*one.hear()] == []
    two.share(["whole"])

    assert [*one.hear()] == [["whole"]]


def test_engines_hear_nothing_of_each_other(tmp_path: Path) -> None:
    one, other = joined(tmp_path), joined(tmp_path, "127.0.0.1:40002")
    one.share("mine")

    assert [*other.hear()] == []


def test_what_an_engine_left_is_gone_once_none_of_its_processes_lives(tmp_path: Path) -> None:
    former, elsewhere = joined(tmp_path), joined(tmp_path, "127.0.0.1:40002")
    former.share("old")
    of_another = elsewhere.path
    del former, elsewhere

    assert [*joined(tmp_path).hear()] == []
    assert not of_another.exists()


def test_without_an_engine_or_a_folder_of_all_processes_there_is_none(tmp_path: Path) -> None:
    assert EngineFolder.join(None, tmp_path) is None
    assert EngineFolder.join(ADDRESS, None) is None
    assert EngineFolder.join(ADDRESS, tmp_path / "missing") is None


def test_a_turn_keeps_others_out_and_those_of_other_names_go_on(tmp_path: Path) -> None:
    one, two = joined(tmp_path), joined(tmp_path)
    other_went_on, ended = threading.Event(), threading.Event()

    def second() -> None:
        with two.turn("b"):
            other_went_on.set()
        with two.turn("a"):
            ended.set()

    thread = threading.Thread(target=second)
    with one.turn("a"):
        thread.start()
        assert other_went_on.wait(10)
        assert not ended.wait(0.1)
    thread.join(10)

    assert ended.is_set()


def test_a_folder_that_somebody_removes_ends_no_operation(tmp_path: Path) -> None:
    folder = joined(tmp_path)
    for file in folder.path.iterdir():
        file.unlink()
    folder.path.rmdir()

    folder.share("x")
    assert [*folder.hear()] == []
    with folder.turn("a"):
        pass
