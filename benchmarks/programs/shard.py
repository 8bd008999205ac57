"""
A shard without an engine: the provider's lifecycle creates and deletes so many rooms, in the four threads of a dynamic host.

    python -m benchmarks.programs.shard ENDPOINT_URL ROOMS

Prints the begin and the end of both as JSON, each on a line, as Unix times. It deletes after it has read a line.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from benchmarks.figures import REGION
from pulumi_ivschat.aws.client import shared_control_plane
from pulumi_ivschat.lifecycle import lifecycle_for
from pulumi_ivschat.settings import Connection, Settings

_THREADS = 4


def main(endpoint_url: str, rooms: int) -> None:
    """Create and delete rooms, and print the times."""
    logging.disable()
    connection = Connection(endpoint_url=endpoint_url)
    life = lifecycle_for("Room", Settings(region=REGION, connection=connection), shared_control_plane(connection))
    inputs = [life.check({"name": f"room-{number}"}, {}).inputs for number in range(rooms)]
    with ThreadPoolExecutor(_THREADS) as threads:
        begin = time.time()
        created = list(threads.map(life.create, inputs))
        _print(begin)
        sys.stdin.readline()
        begin = time.time()
        list(threads.map(lambda room: life.delete(*room), created))
        _print(begin)


def _print(begin: float) -> None:
    print(json.dumps([begin, time.time()]), flush=True)  # noqa: T201  what it is for


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
