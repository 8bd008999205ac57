"""
Who is asking: a session token, signed with this server's secret and good for an hour.

A stand-in. Your application knows its users: let `signed_in_user` check its session cookie, or the JWT of your identity
provider, and nothing else changes.

    python -m token_backend.session ann    # signs somebody in, without a password: for the demo only
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import sys
import time
from collections.abc import Mapping
from typing import Final

SECONDS: Final = 3600


def sign_in(user: str, secret: bytes, now: float | None = None) -> str:
    """Return a session token for a user, whose password somebody has checked."""
    expires = int((time.time() if now is None else now) + SECONDS)
    name = base64.urlsafe_b64encode(user.encode()).decode()
    return f"{name}.{expires}.{_signature(name, str(expires), secret)}"


def signed_in_user(headers: Mapping[str, str], secret: bytes) -> str | None:
    """Return the user of a request's `Authorization: Bearer …`, or None if nobody is signed in."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    name, _, rest = token.partition(".")
    expires, _, signature = rest.partition(".")
    genuine = hmac.compare_digest(signature.encode(), _signature(name, expires, secret).encode())
    if scheme.lower() != "bearer" or not genuine or int(expires) <= time.time():
        return None
    try:
        return base64.urlsafe_b64decode(name).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None


def secret_from_environment() -> bytes:
    """Return the secret that sessions are signed with."""
    secret = os.environ.get("SESSION_SECRET", "")
    if not secret:
        sys.exit("SESSION_SECRET is not set.")
    return secret.encode()


def _signature(name: str, expires: str, secret: bytes) -> str:
    return hmac.new(secret, f"session {name}.{expires}".encode(), hashlib.sha256).hexdigest()


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004  the command and a user
        sys.exit("Usage: python -m token_backend.session USER")
    print(sign_in(sys.argv[1], secret_from_environment()))
