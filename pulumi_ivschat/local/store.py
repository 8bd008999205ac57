"""
What the service keeps: resources with their members as AWS answers them, in SQLite.

A resource is a room or a logging configuration; its tags are among its members. A new member of the service model needs
no change here.
"""

from __future__ import annotations

import functools
import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from pulumi_ivschat.local import store_file
from pulumi_ivschat.local.resources import resource
from pulumi_ivschat.local.store_file import StoreError as StoreError  # noqa: PLC0414  for those that use a store
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.model.conversion import iso8601

ROOM: Final = RESOURCES["Room"]
LOGGING_CONFIGURATION: Final = RESOURCES["LoggingConfiguration"]

Members: TypeAlias = Mapping[str, Any]

_ID_CHARACTERS: Final = string.ascii_letters + string.digits
_ID_LENGTH: Final = 12

_FILTERS: Final[Mapping[str, str]] = {
    "name": "json_extract(members, '$.name') = ?",
    "messageReviewHandlerUri": "json_extract(members, '$.messageReviewHandler.uri') = ?",
    "loggingConfigurationIdentifier": (
        "EXISTS (SELECT 1 FROM json_each(members, '$.loggingConfigurationIdentifiers') WHERE value = ?)"
    ),
}

_DUE: Final = "type = ? AND json_extract(members, '$.due') <= ?"
_SETTLE: Final = f"""
UPDATE resources SET members =
    json_remove(json_set(members, '$.state', json_extract(members, '$.becomes')), '$.due', '$.becomes')
WHERE {_DUE}
"""  # noqa: S608 - constants
_UNDER_WAY: Final = "SELECT 1 FROM resources WHERE type = ? AND json_extract(members, '$.due') IS NOT NULL"
_SEARCHED: Final = ("region", "account", *(f"json_extract(members, '$.{member}')" for member in ("id", "name", "tags")))


def new_id() -> str:
    """Return an id such as resources, messages and events have: 12 letters or digits."""
    return "".join(secrets.choice(_ID_CHARACTERS) for _ in range(_ID_LENGTH))


@attrs.frozen
class Home:
    """An account in a region: what one caller sees of the service."""

    account: str
    region: str

    def new_arn(self, resource_type: str) -> str:
        """Return an ARN for a new resource, ending in an id of 12 characters."""
        return f"arn:aws:ivschat:{self.region}:{self.account}:{resource_type}/{new_id()}"


@attrs.frozen
class Position:
    """Where a resource is in a list: newest `updateTime` first."""

    update_time: str
    number: int


@attrs.frozen
class Page:
    """Resources of a list, and the position of the last one if more follow."""

    resources: list[Members]
    end: Position | None = None


class Store:
    """A SQLite file, or memory where *path* is None; every method raises StoreError where the file is not ours, or fails."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._connection = store_file.connected(path)
        self._together = False
        self._under_way = True

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """
        Make everything inside happen together or, when it raises, not at all; it may be nested.

        SQLite's transaction begins with the first statement that writes: most calls only read, and no other process writes.
        """
        with self._lock:
            if self._together:
                yield
                return
            self._together = True
            try:
                yield
                if self._connection.in_transaction:
                    self._all("COMMIT")
            except BaseException:
                # SQLite itself has ended the transaction after some errors, such as that of a full disk.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            finally:
                self._together = False

    def get(self, arn: str) -> Members | None:
        """Return a resource, None if there is none."""
        row = self._one("SELECT members FROM resources WHERE arn = ?", arn)
        return self._read_all([row])[0] if row else None

    def put(self, home: Home, resource_type: str, members: Members) -> None:
        """Write a resource that is new, or whose `updateTime` has moved: it becomes the newest of that time."""
        self._run(
            "INSERT OR REPLACE INTO resources (arn, type, account, region, update_time, members) VALUES (?,?,?,?,?,?)",
            members["arn"],
            resource_type,
            home.account,
            home.region,
            members["updateTime"],
            self._noted(members),
        )

    def put_tags(self, arn: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of a resource; its place in a list stays."""
        self._run(
            "UPDATE resources SET members = json_set(members, '$.tags', json(?)) WHERE arn = ?", _written(tags), arn
        )

    def rewrite(self, members: Members) -> None:
        """Replace the members of a resource that exists; its place in a list stays."""
        self._run("UPDATE resources SET members = ? WHERE arn = ?", self._noted(members), members["arn"])

    def settle(self, time: datetime) -> None:
        """
        Bring what is on its way, and due at a time, to where it goes.

        That is the state in its member `becomes`, or out of the store where this is null; `due` is the time.
        """
        if not self._under_way:
            return
        now = iso8601(time)
        with self._lock:
            self._under_way = bool(self._one(_UNDER_WAY, LOGGING_CONFIGURATION))
        if self._one(f"SELECT 1 FROM resources WHERE {_DUE}", LOGGING_CONFIGURATION, now):  # noqa: S608 - constants
            with self.transaction():
                gone = f"{_DUE} AND json_extract(members, '$.becomes') IS NULL"
                self._run(f"DELETE FROM resources WHERE {gone}", LOGGING_CONFIGURATION, now)  # noqa: S608
                self._run(_SETTLE, LOGGING_CONFIGURATION, now)

    def logging_of(self, room_arn: str) -> list[Members]:
        """Return the logging configurations that a room names, in its order."""
        rows = self._all(
            "SELECT logging.members FROM resources AS room, "
            "json_each(room.members, '$.loggingConfigurationIdentifiers') AS named, resources AS logging "
            "WHERE room.arn = ? AND logging.arn = named.value ORDER BY named.key",
            room_arn,
        )
        return self._read_all(rows)

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
    ) -> Page:
        """Return up to *size* resources after a position, newest first, that pass all filters (members of ListRooms)."""
        wheres = ["type = ?", "account = ?", "region = ?", *(_FILTERS[name] for name in filters)]
        values: list[Any] = [resource_type, home.account, home.region, *filters.values()]
        if after is not None:
            wheres.append("(update_time, number) < (?, ?)")
            values += [after.update_time, after.number]
        rows = self._all(
            f"SELECT members, number FROM resources WHERE {' AND '.join(wheres)} "  # noqa: S608 - constants
            "ORDER BY update_time DESC, number DESC LIMIT ?",
            *values,
            size + 1,
        )
        found = self._read_all(rows[:size])
        return Page(found, Position(found[-1]["updateTime"], rows[size - 1][1]) if len(rows) > size else None)

    def search(self, resource_type: str, text: str, size: int) -> tuple[int, list[Members]]:
        """
        Count the resources of all homes that have a text in id, name, tags, region or account.

        Returns up to *size* of them too, newest first. A whole ARN is treated as the id at its end.
        """
        where = f"type = ? AND ({' OR '.join(f'instr(lower({each}), ?)' for each in _SEARCHED)})"
        values = [resource_type, *[text.lower().rpartition("/")[2]] * len(_SEARCHED)]
        count = self._one(f"SELECT count(*) FROM resources WHERE {where}", *values)  # noqa: S608 - constants
        rows = self._all(
            f"SELECT members FROM resources WHERE {where} ORDER BY update_time DESC, number DESC LIMIT ?",  # noqa: S608
            *values,
            size,
        )
        return int(count[0]) if count else 0, self._read_all(rows)

    @functools.cached_property
    def page_key(self) -> str:
        """The secret that page tokens are signed with; it stays the same over restarts."""
        row = self._one("SELECT secret FROM page_key")
        return str(row[0]) if row else ""

    @functools.cached_property
    def token_key(self) -> str:
        """The secret that chat tokens are signed with; it stays the same over restarts."""
        row = self._one("SELECT secret FROM token_key")
        return str(row[0]) if row else ""

    def use_token(self, identity: str, expires: float, now: float) -> bool:
        """Record that a chat token is used until it expires; return False if it was used before."""
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
        """Carry out a statement that writes."""
        with self._lock:
            if self._together and not self._connection.in_transaction:
                self._all("BEGIN IMMEDIATE")
            self._all(statement, *values)

    def _one(self, statement: str, *values: Any) -> tuple[Any, ...] | None:
        return next(iter(self._all(statement, *values)), None)

    def _all(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            try:
                return self._connection.execute(statement, values).fetchall()
            except sqlite3.Error as error:
                raise store_file.explained(self._path, error) from error

    def _noted(self, members: Members) -> str:
        """Return members in writing; note if `settle` will have to look for it."""
        self._under_way = self._under_way or "due" in members
        return _written(members)

    def _read_all(self, rows: Iterable[tuple[Any, ...]]) -> list[Members]:
        """Return the resources whose texts are first in rows."""
        try:
            return [resource(row[0]) for row in rows]
        except (ValueError, TypeError) as error:
            raise store_file.explained(self._path, error) from error


_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def _written(members: Mapping[str, Any]) -> str:
    return _ENCODER.encode(members)
