"""The rights of users in the chat, which the server alone decides. Put your user directory where the constants are."""

from __future__ import annotations

import os
from typing import Final

from pulumi_ivschat.runtime import Role

MODERATORS: Final = frozenset({"mia"})


def _shown(user: str) -> dict[str, str]:
    """Return the attributes of each of a user's messages, so that nobody can write under another's name."""
    return {"name": user}


ROLES: Final = {
    "member": Role(["SEND_MESSAGE"], attributes=_shown),
    "moderator": Role(["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"], attributes=_shown),
}


def role_of(user: str) -> str:
    """Return a user's role."""
    return "moderator" if user in MODERATORS else "member"


def is_banned(user: str) -> bool:
    """Return whether a user is banned. It is asked each time, so that a ban applies to the next token."""
    return user in os.environ.get("BANNED_USERS", "").split()
