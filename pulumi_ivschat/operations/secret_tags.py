"""The secrets among the tags of a program: AWS's answers repeat them, and do not show that they are secrets."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from pulumi_ivschat import forks
from pulumi_ivschat.model.native import ValuePath
from pulumi_ivschat.operations.engine_folder import SALT_BYTES, EngineFolder

_LINES: Final = "secrets"


class SecretTags:
    """
    The secret tags that the providers of one engine have seen.

    A stack with several providers has a process for each of them. They share salted hashes of the secrets, and nothing else: the
    salt belongs to the folder of one engine, which only this user can read.

    Args:
        folder: the folder of the processes that take part in the operation; None: this process takes part alone.
    """

    def __init__(self, folder: EngineFolder | None = None) -> None:
        shared = folder.salt() if folder else None
        self._salt = shared or secrets.token_bytes(SALT_BYTES)
        self._lines = folder.lines(_LINES) if folder and shared else None
        self._lock = forks.Lock()
        self._hashes: set[str] = set()

    def see(self, values: Mapping[str, Any], paths: Collection[ValuePath]) -> None:
        """Take note of the secrets at these paths of *values*."""
        found = {self._hash(text) for path in paths for text in _strings(_at(values, path))}
        with self._lock:
            new = sorted(found - self._hashes)
            self._hashes.update(new)
            if new and self._lines:
                self._lines.share(new)

    def paths_in(self, answer: Any) -> set[ValuePath]:
        """Return the paths of the values in an answer that are one of the secrets seen so far."""
        with self._lock:
            for hashes in self._lines.hear() if self._lines else ():
                self._hashes.update(hashes)
            return set(self._paths(answer, ()))

    def _paths(self, answer: Any, path: ValuePath) -> Iterator[ValuePath]:
        if isinstance(answer, str):
            if self._hashes and self._hash(answer) in self._hashes:
                yield path
            return
        items = answer.items() if isinstance(answer, Mapping) else enumerate(answer) if isinstance(answer, list) else ()
        for key, item in items:
            yield from self._paths(item, (*path, key))

    def _hash(self, text: str) -> str:
        return hashlib.blake2b(text.encode(errors="surrogatepass"), key=self._salt, digest_size=16).hexdigest()


def _at(values: Any, path: ValuePath) -> Any:
    for key in path:
        values = values[key]
    return values


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str) and value:
        yield value
    elif isinstance(value, (Mapping, list)):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(item)
