"""How the process of a provider ends without its engine; tests/engine/test_interrupts.py has it with a real one."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import IO

import pytest

from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.operations.engine_watch import Calls, watch

_PATIENCE = 30


@pytest.fixture
def engine() -> Iterator[tuple[int, IO[bytes]]]:
    """Yield the two ends of a provider's standard input: its own, and the engine's."""
    read, write = os.pipe()
    with open(read, "rb"), open(write, "wb") as listed:  # noqa: PTH123  descriptors
        yield read, listed


def refused(calls: Calls) -> bool:
    try:
        with calls.running():
            return False
    except IvsChatError:
        return True


def test_the_process_ends_after_the_operation_that_runs_and_no_other_begins(engine: tuple[int, IO[bytes]]) -> None:
    ends: queue.Queue[int] = queue.Queue()
    calls = Calls()
    watch(engine[0], calls, ends.put)

    with calls.running():
        engine[1].close()
        end = time.monotonic() + _PATIENCE
        while not refused(calls):
            assert time.monotonic() < end
        assert ends.empty()

    assert ends.get(timeout=_PATIENCE) == 1


def test_an_operation_that_goes_on_is_not_waited_for_without_end() -> None:
    calls = Calls()

    with calls.running():
        calls.close(0.01)

    assert refused(calls)


def test_a_pipe_that_is_closed_from_the_start_is_not_the_engines(engine: tuple[int, IO[bytes]]) -> None:
    engine[1].close()

    assert watch(engine[0], Calls(), os._exit) is None


def test_a_process_ends_after_threads_and_callbacks_and_unloads_nothing() -> None:
    code = """
import atexit, threading, time
from pulumi_ivschat.operations import engine_watch
class Unloaded:
    def __del__(self):
        print("unloaded")
kept = Unloaded()
atexit.register(print, "callback")
engine_watch.end_without_unloading()
threading.Thread(target=lambda: (time.sleep(0.1), print("thread"))).start()
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert done.stdout.split() == ["thread", "callback"]
