"""Signatures (Signature Version 4) of another time, scope or body, and incomplete ones."""

from __future__ import annotations

import functools
import hashlib
from typing import Any, Final

from botocore.awsrequest import AWSRequest

from verify.question import assumed
from verify.run import Run
from verify.signing import Scoped

_INVALID: Final = "InvalidSignatureException 403"
_LONG: Final = 10 * 60
"""Seconds: more than the five minutes that AWS's services accept."""


@assumed("Time, scope and body of a signature", expected={"10 minutes ago": _INVALID, "in 10 minutes": _INVALID})
def requests_of_another_time(run: Run) -> Any:
    """What do requests get that were signed ten minutes ago, or are signed for in ten minutes?"""
    times = {"10 minutes ago": -_LONG, "in 10 minutes": _LONG}
    return {
        word: run.calls.raw("{}", path="/ListRooms", signature=functools.partial(Scoped, seconds=seconds)).outcome
        for word, seconds in times.items()
    }


@assumed(
    "Time, scope and body of a signature",
    expected={"own": "ok 200", "region": _INVALID, "service": _INVALID, "day": _INVALID},
)
def requests_of_another_scope(run: Run) -> Any:
    """What do requests get that are signed for another region, service or day?"""
    region = run.endpoint.region
    scopes: dict[str, tuple[str, str, int]] = {
        "own": ("ivschat", region, 0),
        "region": ("ivschat", f"{region}9", 0),
        "service": ("ivs", region, 0),
        "day": ("ivschat", region, -1),
    }
    return {
        word: run.calls.raw(
            "{}", path="/ListRooms", signature=lambda given, *_, of=scope: Scoped(given, of[0], of[1], days=of[2])
        ).outcome
        for word, scope in scopes.items()
    }


@assumed("Time, scope and body of a signature", expected={"body": _INVALID, "hash": _INVALID})
def requests_with_another_body(run: Run) -> Any:
    """What do requests get whose body, or header with its hash, is another one than the signed one?"""
    changes = {"body": _with_another_body, "hash": _with_another_hash}
    return {word: run.calls.raw("{}", path="/ListRooms", change=change).outcome for word, change in changes.items()}


def _with_another_body(request: AWSRequest) -> None:
    request.data = b'{"maxResults": 1}'


def _with_another_hash(request: AWSRequest) -> None:
    request.headers["X-Amz-Content-SHA256"] = hashlib.sha256(b"another body").hexdigest()


@assumed("An incomplete signature", expected="IncompleteSignatureException 403")
def a_signature_that_is_incomplete(run: Run) -> str:
    """What does a request get whose Authorization header has no signature?"""
    return run.calls.raw("{}", path="/ListRooms", change=_without_signature).outcome


def _without_signature(request: AWSRequest) -> None:
    request.headers.replace_header("Authorization", request.headers["Authorization"].partition(", Signature=")[0])
