"""
Chat tokens: what CreateChatToken grants, signed, good for one connection to one room, and over a restart.

A token has the characters that a WebSocket sub-protocol may have, and is far shorter than a header line may be.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any, Final

import attrs

_ID_BYTES: Final = 12
_LONGEST: Final = 8192


class TokenRefused(Exception):
    """Raised when a chat token opens no connection; the message says why, without the token."""


@attrs.frozen
class Grant:
    """What a token says: who may do what in which room, and until when."""

    id: str
    room_arn: str
    user_id: str = attrs.field(repr=False)
    capabilities: tuple[str, ...]
    attributes: Mapping[str, str] = attrs.field(repr=False)
    expires: datetime
    session_expires: datetime


def granted(room_arn: str, asked: Mapping[str, Any], now: datetime, lifetime: int) -> Grant:
    """Return what a valid CreateChatToken input asks for; the token expires after *lifetime* seconds, or with its session."""
    session_expires = _whole(now + timedelta(minutes=asked["sessionDurationInMinutes"]))
    return Grant(
        id=secrets.token_urlsafe(_ID_BYTES),
        room_arn=room_arn,
        user_id=asked["userId"],
        capabilities=tuple(dict.fromkeys(asked["capabilities"])),
        attributes=asked["attributes"],
        expires=min(_whole(now + timedelta(seconds=lifetime)), session_expires),
        session_expires=session_expires,
    )


def signed(grant: Grant, secret: str) -> str:
    """Return the token for a grant."""
    times = {"expires": grant.expires.timestamp(), "session_expires": grant.session_expires.timestamp()}
    document = json.dumps({**attrs.asdict(grant), **times}, ensure_ascii=False, separators=(",", ":"))
    # Compressed, 1 KB of attributes stays short however JSON has to write their characters.
    content = zlib.compress(document.encode())
    return f"{_encoded(content)}.{_encoded(_signature(content, secret))}"


def opened(token: str, secret: str, now: datetime) -> Grant:
    """Return the grant of a token; raise TokenRefused for one that is not ours, or altered, or too old."""
    content, _, signature = (token if len(token) <= _LONGEST else "").partition(".")
    # base64 has several spellings of the same bytes; only ours is a token.
    if not hmac.compare_digest(signature.encode(), _encoded(_signature(_decoded(content), secret)).encode()):
        raise _invalid()
    document = json.loads(zlib.decompress(_decoded(content)))
    times = {name: _time(document[name]) for name in ("expires", "session_expires")}
    grant = Grant(**{**document, **times, "capabilities": tuple(document["capabilities"])})
    if grant.expires <= now:
        msg = "The chat token has expired"
        raise TokenRefused(msg)
    return grant


def in_seconds(time: datetime) -> str:
    """Write a time as AWS does for tokens: UTC, whole seconds, `Z`."""
    return time.isoformat(timespec="seconds").replace("+00:00", "Z")


def _whole(time: datetime) -> datetime:
    """Round down to a second: what has more than 60 s left, the messaging SDK refreshes 60 s before its end, at once."""
    return time.replace(microsecond=0)


def _time(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, timezone.utc)


def _signature(content: bytes, secret: str) -> bytes:
    return hmac.new(secret.encode(), b"chat token\n" + content, hashlib.sha256).digest()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise _invalid() from None
    if _encoded(content) != text:
        raise _invalid()
    return content


def _invalid() -> TokenRefused:
    return TokenRefused("The chat token is not valid")
