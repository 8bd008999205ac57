"""
Ctrl-C and other signals to `pulumi` in the middle: what AWS has then, what the state has, and how people get out.

What a SIGKILL of `up` leaves is in test_recovery.py.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGTERM, Signals
from typing import Any

import pytest

from tests.conftest import REGION, LocalService
from tests.engine import native
from tests.engine.conftest import Stack
from tests.engine.environments import quick
from tests.engine.test_recovery import kill_session, rooms

TEN = "for number in range(10):\n    Room(f'room-{number}')\n"
AT_ONCE = 4
_PROVIDERS = (b"pulumi.dynamic", b"pulumi-resource-ivschat")
_SECONDS = 1.5
"""Seconds from a change in AWS to its answer; the signals arrive in between."""


def interrupted(
    stack: Stack,
    service: LocalService,
    command: str,
    *signals: Signals,
    parallel: int = AT_ONCE,
    calls: int = AT_ONCE,
) -> int:
    """
    Run a command, send it signals as a terminal does once the first *calls* are done, and return its exit code.

    Whatever the signals, the providers that it started end by themselves.
    """
    before = len(rooms(service))
    service.fault("CreateRoom" if command == "up" else "DeleteRoom", latency_seconds=_SECONDS, when="after", count=None)
    arguments = ("--yes", "--skip-preview", "--parallel", str(parallel))
    quiet: Mapping[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with subprocess.Popen(
        ["pulumi", "--non-interactive", command, *arguments],
        cwd=stack.directory,
        env=quick(stack.environment),
        start_new_session=True,
        **quiet,
    ) as running:
        try:
            _wait_for_calls(service, before, calls, running)
            for number in signals:
                os.killpg(running.pid, number)
                time.sleep(0.3)
            running.wait(timeout=60)
            _wait_for_end_of_providers(running.pid)
        finally:
            kill_session(running.pid)
    service.clear_faults()
    return running.returncode


def _wait_for_calls(service: LocalService, before: int, calls: int, running: subprocess.Popen[Any]) -> None:
    end = time.monotonic() + 60
    while abs(len(rooms(service)) - before) < calls:
        assert time.monotonic() < end, "it never came to that"
        assert running.poll() is None, "it ended by itself"
        time.sleep(0.05)


def _wait_for_end_of_providers(leader: int) -> None:
    end = time.monotonic() + 60
    while left := [process for process in map(int, _numbers()) if _is_provider(process, leader)]:
        assert time.monotonic() < end, f"{left} run on"
        time.sleep(0.1)


def _numbers() -> list[str]:
    return [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]


def _is_provider(process: int, leader: int) -> bool:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes()
        return os.getsid(process) == leader and any(name in command for name in _PROVIDERS)
    except (ProcessLookupError, FileNotFoundError):
        return False


def under_way(stack: Stack) -> list[str]:
    """Return the kinds of operations that the state has as under way."""
    state = stack.deployment()
    return [operation["type"] for operation in state.get("pending_operations") or []]


@pytest.mark.parametrize("number", [SIGINT, pytest.param(SIGTERM, marks=[pytest.mark.long, pytest.mark.nightly])])
def test_one_signal_lets_an_up_finish_what_it_has_begun_and_the_next_goes_on(
    stack: Stack, service: LocalService, number: Signals
) -> None:
    code = interrupted(stack.program(TEN), service, "up", number)

    made = rooms(service)
    assert code != 0
    assert AT_ONCE <= len(made) < 10
    assert {resource["id"] for resource in stack.resources()} == made
    assert under_way(stack) == []
    stack.up()
    assert len(rooms(service)) == 10
    assert made < rooms(service)


def test_one_signal_ends_the_wait_of_native_resources_for_their_turn(
    new_stack: Callable[[str], Stack], service: LocalService
) -> None:
    stack = native.of_stack(new_stack("test").config(endpointUrl=service.url, region=REGION))
    stack.config(rates='{"CreateRoom": 0.2}').program("for number in range(24):\n    Room(f'room-{number}')\n")

    interrupted(stack, service, "up", SIGINT, parallel=20, calls=1)

    made = rooms(service)
    assert len(made) == 1
    assert {resource["id"] for resource in stack.resources()} == made
    assert under_way(stack) == []
    stack.config(rates=None).up()
    assert len(rooms(service)) == 24
    assert made < rooms(service)


@pytest.mark.long
@pytest.mark.nightly
def test_one_signal_lets_a_destroy_finish_what_it_has_begun_and_the_next_goes_on(
    stack: Stack, service: LocalService
) -> None:
    stack.program(TEN).up()

    interrupted(stack, service, "destroy", SIGTERM)

    assert {resource["id"] for resource in stack.resources()} == rooms(service)
    assert under_way(stack) == []
    stack.destroy()
    assert rooms(service) == set()


@pytest.mark.long
def test_two_signals_leave_rooms_that_no_state_knows_and_recover_takes_them_in(
    stack: Stack, service: LocalService
) -> None:
    interrupted(stack.program(TEN), service, "up", SIGINT, SIGINT)

    assert len(rooms(service)) >= AT_ONCE
    assert stack.resources() == []
    assert set(under_way(stack)) == {"creating"}
    shown = stack.ivschat("recover", "--yes").stderr
    stack.up()
    assert shown.count("Made, not recorded: Room ") >= AT_ONCE
    assert {resource["id"] for resource in stack.resources()} == rooms(service)
    assert len(rooms(service)) == 10


@pytest.mark.long
@pytest.mark.nightly
def test_after_two_signals_an_up_without_recover_warns_of_duplicates(stack: Stack, service: LocalService) -> None:
    interrupted(stack.program(TEN), service, "up", SIGINT, SIGINT)

    assert "`pulumi-ivschat recover --region us-west-2`: it lists what that `up` left behind" in stack.up()


@pytest.mark.long
@pytest.mark.nightly
def test_after_two_signals_in_a_destroy_the_next_one_ends_it(stack: Stack, service: LocalService) -> None:
    stack.program(TEN).up()

    interrupted(stack, service, "destroy", SIGINT, SIGINT)

    assert len(stack.resources()) == 10
    assert set(under_way(stack)) == {"deleting"}
    stack.destroy()
    assert (rooms(service), stack.resources()) == (set(), [])


def test_after_a_kill_the_calls_that_run_end_and_no_other_begins(stack: Stack, service: LocalService) -> None:
    interrupted(stack.program(TEN), service, "up", SIGKILL, parallel=10)

    assert len(rooms(service)) == AT_ONCE


@pytest.mark.long
def test_after_a_kill_in_a_destroy_the_next_one_ends_it_once_the_lock_is_away(
    stack: Stack, service: LocalService
) -> None:
    stack.program(TEN).up()

    interrupted(stack, service, "destroy", SIGKILL)

    assert "currently locked" in stack.destroy(code=1)
    stack.ivschat("recover", "--yes")
    stack.destroy()
    assert (rooms(service), stack.resources()) == (set(), [])
