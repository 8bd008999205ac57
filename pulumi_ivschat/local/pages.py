"""Page tokens: opaque to clients, good for the same list with the same filters only, and over a restart."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Final

from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.store import Position


def token(position: Position, secret: str, listing: Mapping[str, str]) -> str:
    """Return the token for the page after *position*; *listing* shows which list it is, filters and all."""
    place = json.dumps([position.update_time, position.number]).encode()
    return base64.urlsafe_b64encode(_signature(place, secret, listing) + place).decode()


def position(text: str | None, secret: str, listing: Mapping[str, str]) -> Position | None:
    """Return the position in a token, None for the first page; raise ValidationException for a token not of this list."""
    if not text:
        return None
    try:
        content = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except ValueError:
        raise _refused() from None
    # base64 has several spellings of the same bytes; only ours is a token.
    if base64.urlsafe_b64encode(content).decode() != text:
        raise _refused()
    size = hashlib.sha256().digest_size
    signature, place = content[:size], content[size:]
    if not hmac.compare_digest(signature, _signature(place, secret, listing)):
        raise _refused()
    return Position(*json.loads(place))


def _signature(place: bytes, secret: str, listing: Mapping[str, str]) -> bytes:
    message = _SORTED.encode(listing).encode() + b"\n" + place
    return hmac.digest(secret.encode(), message, "sha256")


_SORTED: Final = json.JSONEncoder(sort_keys=True)


def _refused() -> ApiError:
    message = "is not a token of this list"
    return ApiError(
        "ValidationException",
        f"nextToken {message}",
        reason="FIELD_VALIDATION_FAILED",
        fieldList=[{"name": "nextToken", "message": message}],
    )
