"""
`pulumi-resource-ivschat [ENGINE_ADDRESS]`: what the engine starts.

It prints the port that it listens on, on this machine only, and runs until the engine ends it or is gone.
"""

from __future__ import annotations

import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from pulumi_ivschat.operations import engine_watch, garbage
from pulumi_ivschat.operations.operation import share_paces
from pulumi_ivschat.plugin.servicer import Servicer

_THREADS: Final = 2048
"""
More than an engine has calls under way, so that `Cancel` never waits for them.

An engine runs 4 operations for each processor, or `--parallel`.

A thread starts only if all others are busy.
"""
_LARGEST: Final = 400 * 1024 * 1024
"""Bytes of a message: the engine's own limit."""
_GRACE: Final = 1.0


def main() -> None:
    """Serve until the engine ends it."""
    garbage.search_seldom()
    addresses = [each for each in sys.argv[1:] if not each.startswith("-")]
    options = [("grpc.max_receive_message_length", _LARGEST), ("grpc.max_send_message_length", _LARGEST)]
    server = grpc.server(ThreadPoolExecutor(_THREADS), options=options)
    servicer = Servicer(addresses[-1] if addresses else None)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    def stop(*_: object) -> None:
        servicer.cancel()
        server.stop(_GRACE)

    # The engine interrupts a plug-in that it needs no more, and kills it after some seconds.
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    share_paces(servicer.time)
    if addresses:
        engine_watch.end_with_engine()  # before the engine hears of this process, and may go
    engine_watch.end_without_unloading()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
