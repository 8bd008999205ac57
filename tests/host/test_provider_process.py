"""How the process of a provider ends without its engine; tests/engine/test_interrupts.py has it with a real one."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterator
from typing import IO

import pytest

from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.host import provider_process
from pulumi_ivschat.host.provider_process import Operations, watch

_PATIENCE = 30


@pytest.fixture
def engine() -> Iterator[tuple[int, IO[bytes]]]:
    """Yield the two ends of a provider's standard input: its own, and the engine's."""
    read, write = os.pipe()
    with open(read, "rb"), open(write, "wb") as listed:  # noqa: PTH123  descriptors
        yield read, listed


def refused(operations: Operations) -> bool:
    try:
        with operations.running():
            return False
    except IvsChatError:
        return True


def test_the_process_ends_after_the_operation_that_runs_and_no_other_begins(engine: tuple[int, IO[bytes]]) -> None:
    ends: queue.Queue[int] = queue.Queue()
    operations = Operations()
    watch(engine[0], operations, ends.put)

    with operations.running():
        engine[1].close()
        end = time.monotonic() + _PATIENCE
        while not refused(operations):
            assert time.monotonic() < end
        assert ends.empty()

    assert ends.get(timeout=_PATIENCE) == 1


def test_an_operation_that_goes_on_is_not_waited_for_without_end() -> None:
    operations = Operations()

    with operations.running():
        operations.close(0.01)

    assert refused(operations)


def test_a_pipe_that_is_closed_from_the_start_is_not_the_engines(engine: tuple[int, IO[bytes]]) -> None:
    engine[1].close()

    assert watch(engine[0], Operations(), os._exit) is None


def test_a_process_that_is_not_pulumis_dynamic_host_is_not_watched() -> None:
    provider_process.end_with_engine()

    assert [thread.name for thread in threading.enumerate() if "engine-watch" in thread.name] == []
