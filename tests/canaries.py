"""Canaries: secrets that must be in no file and in no output, and how one is found, however it is wrapped."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

SECRET_KEY: Final = "CANARY+secret/key+that/is+written+nowhere"  # noqa: S105
SESSION_TOKEN: Final = "CANARY+session/token+" * 20

_BASE64: Final = re.compile(rb"[A-Za-z0-9+/_-]{16,}={0,2}")
_DEPTH: Final = 3
"""How often a secret may be wrapped: a pickle, zipped, in base64."""


def wrapped(data: bytes, depth: int = _DEPTH) -> Iterator[bytes]:
    """Yield the data, and what is in it in base64, gzip and zlib."""
    yield data
    if depth:
        for inner in [*_unzipped(data), *_decoded(data)]:
            yield from wrapped(inner, depth - 1)


def _unzipped(data: bytes) -> Iterator[bytes]:
    try:
        yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data)
    except zlib.error:
        return


def _decoded(data: bytes) -> Iterator[bytes]:
    for found in _BASE64.findall(data):
        text = found.rstrip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            yield base64.b64decode(text + b"=" * (-len(text) % 4))
        except binascii.Error:
            continue


def leaks(secrets: Mapping[str, str], places: Iterable[tuple[str, bytes]]) -> list[tuple[str, str]]:
    """Return each secret, by its name, with each place that it is found in, or in whose name."""
    found: set[tuple[str, str]] = set()
    for place, data in places:
        for inner in (place.encode(), *wrapped(data)):
            found |= {(name, place) for name, secret in secrets.items() if secret.encode() in inner}
    return sorted(found)


def files(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Yield all files below a directory."""
    for path in directory.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path), path.read_bytes()
