"""The access keys that the local service accepts, and whose account each one opens."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final

import attrs

_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_FORM: Final = "ID:SECRET:ACCOUNT[:SESSION_TOKEN]"
_MEMBERS: Final = ("id", "secret", "account", "session_token", "expires")


@attrs.frozen
class AccessKey:
    """An access key: *account* is 12 digits; *session_token* and *expires* (UTC) are for temporary ones."""

    id: str
    secret: str = attrs.field(repr=False)
    account: str
    session_token: str | None = attrs.field(default=None, repr=False)
    expires: datetime | None = None


LOCAL: Final = AccessKey(id="local", secret="local", account="000000000000")  # noqa: S106 - known to everyone


def from_option(text: str) -> AccessKey:
    """Read an access key from `ID:SECRET:ACCOUNT[:SESSION_TOKEN]`; raise ValueError, without the secret in it."""
    parts = text.split(":", 3)
    if len(parts) < len(("id", "secret", "account")):
        msg = f"an access key is {_FORM}"
        raise ValueError(msg)
    return _checked(dict(zip(_MEMBERS, parts, strict=False)))


def from_file(path: Path) -> list[AccessKey]:
    """
    Read access keys from a JSON file: a list of objects with id, secret, account, session_token, expires.

    The last two are optional; *expires* is an ISO 8601 time. Raises ValueError or OSError.
    """
    try:
        listed = json.loads(path.read_bytes())
    except ValueError:
        listed = None
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        msg = f"{path} must hold a JSON list of objects with {', '.join(_MEMBERS)}"
        raise ValueError(msg)
    return [_checked(entry) for entry in listed]


def by_id(keys: Iterable[AccessKey]) -> Mapping[str, AccessKey]:
    """Return all accepted keys by id, the one that everybody has among them; a later one replaces an earlier."""
    return {key.id: key for key in (LOCAL, *keys)}


def _checked(entry: Mapping[str, Any]) -> AccessKey:
    texts = {member: str(entry[member]) for member in _MEMBERS if entry.get(member)}
    if not {"id", "secret", "account"} <= texts.keys() or set(entry) - set(_MEMBERS):
        msg = f"an access key needs id, secret and account, and may have session_token and expires: {_FORM}"
        raise ValueError(msg)
    if not _ACCOUNT.fullmatch(texts["account"]):
        msg = f"the account of access key {texts['id']} must be 12 digits, not {texts['account']!r}"
        raise ValueError(msg)
    expires = texts.pop("expires", None)
    return AccessKey(**texts, expires=_time(expires) if expires else None)


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return time if time.tzinfo else time.replace(tzinfo=timezone.utc)
