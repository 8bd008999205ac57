"""
Chat logging: a record for each message and event of a room, in a folder for each destination.

A record is AWS's (chat-logging.html of the IVS Chat user guide), on a line of its own. The envelope that S3, CloudWatch Logs and
Firehose would wrap around it is omitted.
"""

from __future__ import annotations

import hashlib
import json
import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pulumi_ivschat.local.settings import Clock
from pulumi_ivschat.local.store import Members, Store, StoreError

_VERSION: Final = "1.0"
_RECORDED: Final = ("MESSAGE", "EVENT")
MOST_WAITING: Final = 100_000
"""Records that wait to be written; more are dropped."""
_AT_ONCE: Final = 1000
_LONGEST_NAME: Final = 200
"""Bytes in the name of a folder; file systems take 255."""
_LOG: Final = logging.getLogger("pulumi_ivschat.local")


class LogDelivery:
    """
    Delivers records below a directory, written by a thread of its own: chat neither waits nor fails for it.

    Where a record goes is settled when it comes about; only destinations of ACTIVE logging configurations get any.
    """

    def __init__(self, store: Store, clock: Clock, directory: Path) -> None:
        self._store = store
        self._clock = clock
        self._directory = directory
        self._waiting: queue.Queue[tuple[Path, str] | None] = queue.Queue(MOST_WAITING)
        self._failing: set[Path] = set()
        self._thread = threading.Thread(target=self._write_all, name="log-delivery", daemon=True)
        self._thread.start()

    def observe(self, room_arn: str, frame: Mapping[str, Any]) -> None:
        """Take what happens in a room, as `Chat.observe` shows it."""
        if frame["Type"] not in _RECORDED:
            return
        if active := self._active(room_arn):
            line = record(frame)
            for path in dict.fromkeys(self._directory / place(room_arn, each) for each in active):
                self._put(path, line)

    def _active(self, room_arn: str) -> list[Members]:
        try:
            self._store.settle(self._clock())
            return [each for each in self._store.logging_of(room_arn) if each["state"] == "ACTIVE"]
        except StoreError as error:
            self._lost(self._directory, str(error))
            return []

    def flush(self) -> None:
        """Wait until what was taken is written."""
        self._waiting.join()

    def close(self) -> None:
        """Write what was taken, and end."""
        self._waiting.put(None)
        self._thread.join()

    def _put(self, path: Path, line: str) -> None:
        try:
            self._waiting.put_nowait((path, line))
        except queue.Full:
            self._lost(path, "the disk is too slow")

    def _write_all(self) -> None:
        ended = False
        while not ended:
            taken = [self._waiting.get(), *self._more()]
            ended = None in taken
            lines: dict[Path, list[str]] = defaultdict(list)
            for path, line in filter(None, taken):
                lines[path].append(line)
            for path, each in lines.items():
                self._append(path, "".join(each))
            for _ in taken:
                self._waiting.task_done()

    def _more(self) -> Iterator[tuple[Path, str] | None]:
        with suppress(queue.Empty):
            for _ in range(_AT_ONCE):
                yield self._waiting.get_nowait()

    def _append(self, path: Path, lines: str) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                # A lone surrogate has no UTF-8, but an escape that JSON knows too.
                file.write(lines.encode(errors="backslashreplace"))
        except OSError as error:
            self._lost(path, str(error))
        else:
            self._failing.discard(path)

    def _lost(self, path: Path, why: str) -> None:
        """Say that records are lost, once for each time that it begins."""
        if path not in self._failing:
            self._failing.add(path)
            _LOG.warning("Chat log records for %s are lost: %s", path, why)


def record(frame: Mapping[str, Any]) -> str:
    """Return the record of a MESSAGE or EVENT frame, as a line."""
    facts = {"event_timestamp": frame["SendTime"], "type": frame["Type"], "version": _VERSION, "payload": frame}
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")) + "\n"


def place(room_arn: str, configuration: Mapping[str, Any]) -> Path:
    """
    Return the file, below the directory of logs, for a room's records at the destination of a logging configuration.

    It is `account/region/type/destination/room_ID.jsonl`, as `000000000000/us-west-2/s3/my-bucket/room_….jsonl`.
    """
    _, _, _, region, account, _ = configuration["arn"].split(":")
    [(kind, named)] = configuration["destinationConfiguration"].items()
    [destination] = named.values()
    return Path(account, region, kind, _folder(destination), f"room_{room_arn.rpartition('/')[2]}.jsonl")


def _folder(name: str) -> str:
    """Return a destination's name as one folder below its parent, whatever it is: `%2F` for a slash."""
    quoted = quote(name, safe="")
    if not quoted.strip("."):
        return quoted.replace(".", "%2E")
    if len(quoted) <= _LONGEST_NAME:
        return quoted
    digest = hashlib.sha256(name.encode()).hexdigest()[:16]
    return f"{quoted[: _LONGEST_NAME - 17]}-{digest}"
