"""
What the service keeps: resources with their members as AWS answers them, in SQLite.

A resource is a room or a logging configuration; its tags are among its members. A new member of the service model needs
no change here.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

ROOM: Final = "room"
LOGGING_CONFIGURATION: Final = "logging-configuration"

Members: TypeAlias = dict[str, Any]

_VERSION: Final = 2
_ID_CHARACTERS: Final = string.ascii_letters + string.digits
_ID_LENGTH: Final = 12

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

_FILTERS: Final[Mapping[str, str]] = {
    "name": "json_extract(members, '$.name') = ?",
    "messageReviewHandlerUri": "json_extract(members, '$.messageReviewHandler.uri') = ?",
    "loggingConfigurationIdentifier": (
        "EXISTS (SELECT 1 FROM json_each(members, '$.loggingConfigurationIdentifiers') WHERE value = ?)"
    ),
}

_SEARCHED: Final = ("region", "account", *(f"json_extract(members, '$.{member}')" for member in ("id", "name", "tags")))


def new_id() -> str:
    """Give an id such as resources, messages and events have: 12 letters or digits."""
    return "".join(secrets.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))


@attrs.frozen
class Home:
    """An account in a region: what one caller sees of the service."""

    account: str
    region: str

    def new_arn(self, resource_type: str) -> str:
        """Give an ARN for a new resource, ending in an id of 12 characters."""
        return f"arn:aws:ivschat:{self.region}:{self.account}:{resource_type}/{new_id()}"


@attrs.frozen
class Position:
    """Where a resource stands in a list: newest `updateTime` first."""

    update_time: str
    number: int


class Store:
    """A SQLite file, or memory where *path* is None; raises StoreError where the file is not ours."""

    def __init__(self, path: Path | None) -> None:
        self._lock = threading.RLock()
        try:
            self._connection = _connected(path)
        except sqlite3.DatabaseError as error:
            msg = f"{path} cannot be used as the local service's store: {error}"
            raise StoreError(msg) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make everything inside happen together or, when it raises, not at all; it may be nested."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def get(self, arn: str) -> Members | None:
        """Give the members of a resource, None where there is none."""
        row = self._one("SELECT members FROM resources WHERE arn = ?", arn)
        return json.loads(row[0]) if row else None

    def put(self, home: Home, resource_type: str, members: Members) -> None:
        """Write a resource that is new, or whose `updateTime` has moved: it becomes the newest of that time."""
        self._run(
            "INSERT OR REPLACE INTO resources (arn, type, account, region, update_time, members) VALUES (?,?,?,?,?,?)",
            members["arn"],
            resource_type,
            home.account,
            home.region,
            members["updateTime"],
            _written(members),
        )

    def put_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of a resource; its place in a list stays."""
        self._run(
            "UPDATE resources SET members = json_set(members, '$.tags', json(?)) WHERE arn = ?", _written(tags), arn
        )

    def delete(self, arn: str) -> None:
        """Remove a resource."""
        self._run("DELETE FROM resources WHERE arn = ?", arn)

    def count(self, home: Home, resource_type: str) -> int:
        """Count the resources of a type that a home has."""
        row = self._one(
            "SELECT count(*) FROM resources WHERE type = ? AND account = ? AND region = ?",
            resource_type,
            home.account,
            home.region,
        )
        return int(row[0]) if row else 0

    def page(
        self, home: Home, resource_type: str, filters: Mapping[str, str], after: Position | None, size: int
    ) -> list[tuple[Position, Members]]:
        """Give up to *size* resources after a position, newest first, that pass all filters (members of ListRooms)."""
        wheres = ["type = ?", "account = ?", "region = ?", *(_FILTERS[name] for name in filters)]
        values: list[Any] = [resource_type, home.account, home.region, *filters.values()]
        if after is not None:
            wheres.append("(update_time, number) < (?, ?)")
            values += [after.update_time, after.number]
        rows = self._all(
            f"SELECT update_time, number, members FROM resources WHERE {' AND '.join(wheres)} "  # noqa: S608 - constants
            "ORDER BY update_time DESC, number DESC LIMIT ?",
            *values,
            size,
        )
        return [(Position(time, number), json.loads(members)) for time, number, members in rows]

    def search(self, resource_type: str, text: str, size: int) -> tuple[int, list[Members]]:
        """
        Count the resources of all homes that have a text in id, name, tags, region or account.

        Gives up to *size* of them too, newest first. A whole ARN is taken for the id at its end.
        """
        where = f"type = ? AND ({' OR '.join(f'instr(lower({each}), ?)' for each in _SEARCHED)})"
        values = [resource_type, *[text.lower().rpartition("/")[2]] * len(_SEARCHED)]
        count = self._one(f"SELECT count(*) FROM resources WHERE {where}", *values)  # noqa: S608 - constants
        rows = self._all(
            f"SELECT members FROM resources WHERE {where} ORDER BY update_time DESC, number DESC LIMIT ?",  # noqa: S608
            *values,
            size,
        )
        return int(count[0]) if count else 0, [json.loads(members) for (members,) in rows]

    def page_key(self) -> str:
        """Give the secret that page tokens are signed with; it stays the same over restarts."""
        row = self._one("SELECT secret FROM page_key")
        return str(row[0]) if row else ""

    def token_key(self) -> str:
        """Give the secret that chat tokens are signed with; it stays the same over restarts."""
        row = self._one("SELECT secret FROM token_key")
        return str(row[0]) if row else ""

    def use_token(self, identity: str, expires: float, now: float) -> bool:
        """Note that a chat token is used, for as long as it lives; give False where it was before."""
        with self.transaction():
            self._run("DELETE FROM used_tokens WHERE expires <= ?", now)
            if self._one("SELECT 1 FROM used_tokens WHERE id = ?", identity):
                return False
            self._run("INSERT INTO used_tokens VALUES (?, ?)", identity, expires)
            return True

    def clear(self) -> None:
        """Remove all resources; used chat tokens stay used."""
        self._run("DELETE FROM resources")

    def _run(self, statement: str, *values: Any) -> None:
        with self._lock:
            self._connection.execute(statement, values)

    def _one(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        with self._lock:
            row: tuple[Any, ...] | None = self._connection.execute(statement, values).fetchone()
            return row

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(statement, values).fetchall()


class StoreError(Exception):
    """Raised when a file cannot be used as the store."""


def _connected(path: Path | None) -> sqlite3.Connection:
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    # With a write-ahead log, a killed process loses no committed transaction; a power cut may lose the last ones.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > _VERSION:
        msg = f"it was written by a newer version of pulumi-ivschat (schema {version}, not {_VERSION})"
        raise sqlite3.DatabaseError(msg)
    if version == 0:
        connection.executescript(_SCHEMA)
    if version < _VERSION:
        connection.executescript(_SECOND_SCHEMA)


def _written(members: Mapping[str, Any]) -> str:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
