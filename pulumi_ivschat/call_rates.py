"""How many calls a second AWS takes of each operation, in an account and region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pulumi_ivschat.service_model import operations

_OF_ROOMS: Final = 5
_OF_LOGGING_CONFIGURATIONS: Final = 3
_OF_TAGS: Final = 10
_OF_TOKENS: Final = 200
_OF_MESSAGING: Final = 100

_OTHERS: Final[Mapping[str, int]] = {
    "CreateChatToken": _OF_TOKENS,
    "DeleteMessage": _OF_MESSAGING,
    "DisconnectUser": _OF_MESSAGING,
    "ListTagsForResource": _OF_TAGS,
    "SendEvent": _OF_MESSAGING,
    "TagResource": _OF_TAGS,
    "UntagResource": _OF_TAGS,
}


def _rate(operation: str) -> int:
    if operation in _OTHERS:
        return _OTHERS[operation]
    return _OF_LOGGING_CONFIGURATIONS if "LoggingConfiguration" in operation else _OF_ROOMS


CALL_RATES: Final[Mapping[str, int]] = {operation: _rate(operation) for operation in operations()}
"""Calls per second by operation; not adjustable (service-quotas.html of the IVS Chat user guide)."""
