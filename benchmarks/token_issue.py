"""
What the run-time side adds to boto3: to the import, and to each token.

Tokens are issued in turns by `TokenIssuer` and by a bare boto3 client, against one local service; the ratio is of medians.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from benchmarks.figures import REGION, Figure, local_service

_NAME: Final = "token-issue"
_TOKENS: Final = 500
_WARM_UP: Final = 50
_STARTS: Final = 15
_MOST_IMPORT: Final = 20.0
_MOST_RATIO: Final = 1.05


def measure() -> list[Figure]:
    """Run it, and return the figures."""
    with local_service() as service:
        room = service.client().create_room()["arn"]
        ours, bare = _timed(_issuer(service.url, room), _bare(service, room))
    added = statistics.median(_import_seconds() for _ in range(_STARTS))
    return [
        Figure(_NAME, "import, beyond boto3", round(added * 1000, 1), "ms", at_most=_MOST_IMPORT),
        Figure(
            _NAME,
            "TokenIssuer.issue",
            round(ours * 1000, 2),
            "ms",
            bare=round(bare * 1000, 2),
            ratio_at_most=_MOST_RATIO,
        ),
    ]


def _issuer(url: str, room: str) -> Callable[[], Any]:
    from pulumi_ivschat.runtime import Role, TokenIssuer  # noqa: PLC0415  its import is measured elsewhere

    credentials = dict.fromkeys(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], "local")
    os.environ.update(credentials, PULUMI_IVSCHAT_ENDPOINT_URL=url, AWS_REGION=REGION)
    issuer = TokenIssuer(room, roles={"member": Role(["SEND_MESSAGE"], {"name": "Ann"})})
    return lambda: issuer.issue("ann", "member")


def _bare(service: Any, room: str) -> Callable[[], Any]:
    client = service.client()
    given = {"userId": "ann", "capabilities": ["SEND_MESSAGE"], "attributes": {"name": "Ann"}}
    return lambda: client.create_chat_token(roomIdentifier=room, **given)


def _timed(*calls: Callable[[], Any]) -> list[float]:
    times: list[list[float]] = [[] for _ in calls]
    turns = list(zip(calls, times, strict=True))
    for number in range(_WARM_UP + _TOKENS):
        # the second one finds the other's traces in the processor's caches
        for call, mine in turns if number % 2 else reversed(turns):
            began = time.perf_counter()
            call()
            if number >= _WARM_UP:
                mine.append(time.perf_counter() - began)
    return [statistics.median(mine) for mine in times]


def _import_seconds() -> float:
    code = "import boto3, time; began = time.perf_counter(); import pulumi_ivschat.runtime; print(time.perf_counter() - began)"
    return float(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout)
