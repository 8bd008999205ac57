"""
The emulator that people know: what moto's server takes of the processor for a resource like a room, beside the local service.

That is a channel of Amazon IVS, the sister service: the same protocol, the same kind of name, ARN and tags. moto runs in the
environment of its own that the tests of state in S3 have; it does not check signatures, quotas or policies.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

from benchmarks.figures import REGION, Figure, Server, local_service, server
from benchmarks.local_service import processor_seconds
from benchmarks.replay import signed

_NAME: Final = "moto"
_PYTHON: Final = Path(__file__).parents[1] / ".venv-s3" / "bin" / "python"
_PROGRAM: Final = """
import logging, threading
from moto.server import ThreadedMotoServer
logging.getLogger("werkzeug").setLevel(logging.ERROR)
moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
moto.start()
print("http://%s:%s" % moto.get_host_and_port(), flush=True)
threading.Event().wait()
"""


def measure() -> list[Figure]:
    """Run it, and return the figures, of which the bare ones are the local service's."""
    with local_service() as service, server("-c", _PROGRAM, python=str(_PYTHON)) as moto:
        rooms, channels = service.client(), _client(moto)
        room = rooms.create_room(name="lobby", tags={"team": "chat"})["arn"]
        channel = channels.create_channel(name="lobby", tags={"team": "chat"})["channel"]["arn"]
        return [
            _figure(
                "get",
                (service, rooms, lambda: rooms.get_room(identifier=room)),
                (moto, channels, lambda: channels.get_channel(arn=channel)),
            ),
            _figure(
                "create",
                (service, rooms, lambda: rooms.create_room(name="lobby", tags={"team": "chat"})),
                (moto, channels, lambda: channels.create_channel(name="lobby", tags={"team": "chat"})),
            ),
        ]


def _client(moto: Server) -> Any:
    return boto3.client(
        "ivs",
        REGION,
        endpoint_url=moto.url,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106  any will do
        config=Config(proxies={}),
    )


def _figure(name: str, *sides: tuple[Server, Any, Callable[[], Any]]) -> Figure:
    own, theirs = (round(processor_seconds(asked, signed(client, call)) * 1e6) for asked, client, call in sides)
    return Figure(_NAME, f"{name}, processor", theirs, "µs a request", bare=own)
