"""The file of the store: which files are opened, which are refused and left alone, and what the errors say."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.local.store import ROOM, Home, Store, StoreError

HOME = Home("000000000000", "us-west-2")


def _room(name: str) -> dict[str, Any]:
    arn = HOME.new_arn(ROOM)
    return {"arn": arn, "id": arn[-12:], "name": name, "updateTime": "2026-01-31T08:00:00.000Z", "tags": {}}


def _put(store: Store, *rooms: dict[str, Any]) -> None:
    for room in rooms:
        store.put(HOME, ROOM, room)


def test_a_file_that_is_not_a_store_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(StoreError, match=r"store\.sqlite cannot be used"):
        Store(path)


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="unable to open"):
        Store(tmp_path / "missing" / "store.sqlite")


@pytest.mark.parametrize("made", [True, False])
def test_a_store_of_a_newer_version_is_refused_and_stays_as_it_is(made: bool, tmp_path: Path) -> None:  # noqa: FBT001
    path = tmp_path / "store.sqlite"
    if made:
        Store(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    _refused(path, "newer version of pulumi-ivschat .* Upgrade pulumi-ivschat")


def _refused(path: Path, why: str) -> None:
    """Check that a file is refused, and that neither it nor anything beside it is written to."""
    before = {
        file: (file.read_bytes(), file.stat().st_mtime_ns)
        for file in path.parent.iterdir()
        if file.suffix != ".sqlite-shm"
    }

    with pytest.raises(StoreError, match=rf"store\.sqlite cannot be used as the local service's store: .*{why}"):
        Store(path)

    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in before} == before
    assert {file.name for file in path.parent.iterdir()} == {file.name for file in before} | {"store.sqlite-shm"} & {
        file.name for file in path.parent.iterdir()
    }


@pytest.mark.parametrize(
    "statements",
    [
        ["CREATE TABLE theirs (x)"],
        ["CREATE TABLE theirs (x)", "PRAGMA user_version = 1"],
        ["PRAGMA application_id = 1"],
        ["CREATE TABLE resources (x)"],
        ["PRAGMA journal_mode = WAL", "CREATE TABLE theirs (x)", "PRAGMA user_version = 2"],
    ],
)
@pytest.mark.parametrize("in_use", [True, False])
def test_the_database_of_another_program_is_refused_and_stays_as_it_is(
    statements: list[str],
    in_use: bool,  # noqa: FBT001
    tmp_path: Path,
) -> None:
    path = tmp_path / "store.sqlite"
    theirs = sqlite3.connect(path)
    for statement in statements:
        theirs.execute(statement)
    if not in_use:
        theirs.close()

    _refused(path, "the database of another program. Name another data directory with --data")
    theirs.close()


def test_an_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "st\u00f6re #1?.sqlite"
    path.touch()

    for _ in range(2):
        Store(path).close()


def test_a_store_without_an_application_id_is_ours_and_gets_one(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    Store(path).close()
    with closing(sqlite3.connect(path)) as connection:
        (ours,) = connection.execute("PRAGMA application_id").fetchone()
        connection.execute("PRAGMA application_id = 0")

    Store(path).close()

    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (ours,)
    assert ours


def test_damaged_pages_are_an_error_that_names_the_file_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    store = Store(path)
    _put(store, *(_room(f"room-{number}") for number in range(300)))
    store.close()
    with path.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * (path.stat().st_size - 3 * 4096))

    with pytest.raises(StoreError, match=r"store\.sqlite cannot be used .* The file is damaged: stop the service"):
        _every_room(path)


def _every_room(path: Path) -> None:
    with closing(Store(path)) as store:
        store.page(HOME, ROOM, {}, None, 1000)
        store.search(ROOM, "", 1000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every file")
def test_a_read_only_file_is_an_error_that_shows_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    Store(path).close()
    path.chmod(0o400)

    with pytest.raises(StoreError, match="Make the file and its directory writable, or name another"):
        _put(Store(path), _room("a"))


def test_a_store_of_the_first_version_keeps_its_rooms_and_learns_about_chat_tokens(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    room = _room("old")
    old = Store(path)
    _put(old, room)
    key = old.page_key
    old.close()
    connection = sqlite3.connect(path)
    connection.executescript("DROP TABLE used_tokens; DROP TABLE token_key; PRAGMA user_version = 1")
    connection.close()

    new = Store(path)

    assert (new.get(room["arn"]), new.page_key) == (room, key)
    assert len(new.token_key) == 64
    new.close()
