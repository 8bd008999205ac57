"""
The SQLite file of the store: opened only if it is ours, and what is wrong with it in words.

A file is ours by its application id, or, as older versions wrote none, by its tables. It is looked at before SQLite may write
to it, since opening a database in our mode changes it.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

_APPLICATION: Final = 0x49565343
"""`IVSC` in ASCII, in the file's header."""
_VERSION: Final = 2
_FIRST_TABLES: Final = {"resources", "page_key"}
_MAGIC: Final = b"SQLite format 3\0"

# A row's number grows with every write that moves updateTime, so it settles the order within a millisecond.
_SCHEMA: Final = """
BEGIN;
CREATE TABLE resources (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    arn TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    account TEXT NOT NULL,
    region TEXT NOT NULL,
    update_time TEXT NOT NULL,
    members TEXT NOT NULL
);
CREATE INDEX newest ON resources (type, account, region, update_time DESC, number DESC);
CREATE INDEX newest_of_a_name ON resources (
    type, account, region, json_extract(members, '$.name'), update_time DESC, number DESC
);
CREATE TABLE page_key (secret TEXT NOT NULL);
INSERT INTO page_key VALUES (hex(randomblob(32)));
PRAGMA user_version = 1;
COMMIT;
"""

_SECOND_SCHEMA: Final = """
BEGIN;
CREATE TABLE token_key (secret TEXT NOT NULL);
INSERT INTO token_key VALUES (hex(randomblob(32)));
CREATE TABLE used_tokens (id TEXT PRIMARY KEY, expires REAL NOT NULL) WITHOUT ROWID;
PRAGMA user_version = 2;
COMMIT;
"""

_ANOTHER: Final = "Name another data directory with --data, or move the file away."
_REMEDIES: Final = {
    "full": "Free some disk space, then try again.",
    "disk I/O": "Check the disk and its free space, then try again.",
    "readonly": "Make the file and its directory writable, or name another data directory with --data.",
    "unable to open": "Check that its directory exists and is writable, or name another data directory with --data.",
    "locked": "Close the program that uses the file, then try again.",
}
"""What to do, by a part of SQLite's own words."""
_DAMAGED: Final = (
    "The file is damaged: stop the service, move the file away with those beside it (-wal, -shm), and start again. "
    "Its rooms are lost unless you have a copy."
)


class StoreError(Exception):
    """Raised when a file cannot be used as the store; the message names the file and what to do."""


def explained(path: Path | None, error: Exception) -> StoreError:
    """Return the StoreError for an error of SQLite's, or for content that cannot be read."""
    remedy = next((remedy for part, remedy in _REMEDIES.items() if part in str(error)), _DAMAGED)
    return _unusable(path, f"{error}. {remedy}")


def connected(path: Path | None) -> sqlite3.Connection:
    """Open a file, which may be new, or memory if *path* is None; raise StoreError."""
    try:
        if path is not None:
            _check_ours(path)
        connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    except OSError as error:
        raise _unusable(path, f"{error.strerror}. {_REMEDIES['readonly']}") from error
    except sqlite3.Error as error:
        raise explained(path, error) from error
    try:
        _prepare(connection)
    except sqlite3.Error as error:
        connection.close()
        raise explained(path, error) from error
    return connection


def _unusable(path: Path | None, why: str) -> StoreError:
    return StoreError(f"{path or 'memory'} cannot be used as the local service's store: {why}")


def _check_ours(path: Path) -> None:
    if not path.exists() or not path.stat().st_size:
        return
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise _unusable(path, f"it is not an SQLite database. {_ANOTHER}")
    application, version, tables = _header(path)
    if application != _APPLICATION and (application or (tables and not tables >= _FIRST_TABLES)):
        raise _unusable(path, f"it is the database of another program. {_ANOTHER}")
    if version > _VERSION:
        why = f"it was written by a newer version of pulumi-ivschat (schema {version}, not {_VERSION})"
        raise _unusable(path, f"{why}. Upgrade pulumi-ivschat. {_ANOTHER}")


def _header(path: Path) -> tuple[int, int, set[str]]:
    """Return application id, version and tables of a database, without writing to it or beside it."""
    log = Path(f"{path}-wal")
    # Without a log, all there is to know is in the file itself; with one, its index is there too, or SQLite recreates it.
    options = "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True)) as connection:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return application, version, tables


def _prepare(connection: sqlite3.Connection) -> None:
    # With a write-ahead log, a killed process loses no committed transaction; a power cut may lose the last ones.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(_SCHEMA)
    if version < _VERSION:
        connection.executescript(_SECOND_SCHEMA)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != _APPLICATION:
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
