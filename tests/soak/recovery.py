"""
Recovery, at random moments: `up` of 20 rooms is killed, and after `recover` and `up` there are 20, all recorded.

    make soak ARGS='--kills 50 --seed 1'

Half of the kills take the CLI alone, so that its provider goes on for a while; half take all that it started. Exit code: 0,
each time whole; 1, not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tests.conftest import REGION, LocalService
from tests.engine.conftest import Stack
from tests.engine.test_recovery import TWENTY, kill_session, rooms

_LATENCY: Final = 0.3
_WINDOW: Final = 2.0
"""Seconds in which the twenty are made, four at once; some kills come when everything is done."""
_UP: Final = ("pulumi", "--non-interactive", "up", "--yes", "--skip-preview")
_QUIET: Final[Mapping[str, Any]] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)


def main() -> int:
    """Run, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    given = parser.parse_args()
    chance = random.Random(given.seed)  # noqa: S311  it is to be repeatable
    _say(f"{given.kills} kills, seed {given.seed}")
    command = [sys.executable, "-m", "pulumi_ivschat", "local", "--memory", "--port", "0"]
    with (
        tempfile.TemporaryDirectory(prefix="pulumi-ivschat-soak-") as directory,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process,
    ):
        assert process.stdout is not None
        service = LocalService(next(word for word in process.stdout.readline().split() if "://" in word), process)
        bad = _not_whole(Path(directory), service, given.kills, chance)
        process.terminate()
    _say(f"{given.kills - bad} of {given.kills} whole, seed {given.seed}")
    return 1 if bad else 0


def _not_whole(directory: Path, service: LocalService, kills: int, chance: random.Random) -> int:
    """Kill so many times, each a stack of its own, and return how often something was wrong after it."""
    bad = 0
    for number in range(kills):
        stack = _stack(directory / str(number), service)
        moment, alone = chance.uniform(0, _WINDOW), chance.random() < 0.5
        session = _killed(stack, service, moment, alone=alone)
        shown, problem = _recovered(stack, service)
        kill_session(session)  # the engine's plug-ins outlive it
        bad += bool(problem)
        what = f"{'CLI alone' if alone else 'all':<9} {moment:.2f} s after the first call"
        cut_off = ", its state unreadable" * ("Cut off by a kill" in shown)
        _say(f"{number:>3} {what}, {shown.count('Made, not recorded')} left{cut_off}: {problem or 'whole'}")
    return bad


def _stack(directory: Path, service: LocalService) -> Stack:
    """Return a new stack of twenty rooms, with the account to itself."""
    service.reset()
    service.fault("CreateRoom", latency_seconds=_LATENCY, count=None)
    return new_stack(directory, service).program(TWENTY)


def new_stack(directory: Path, service: LocalService) -> Stack:
    """Return a new stack, configured for a local service."""
    (directory / "state").mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text("name: chat\nruntime: python\n")
    # Without ?metadata=skip, so that some kills make the state unreadable.
    own = {"PULUMI_BACKEND_URL": f"file://{directory}/state", "PULUMI_CONFIG_PASSPHRASE": ""}
    keys = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "local")
    stack = Stack(directory, {**os.environ, **own, **keys})
    stack.run("stack", "init", "test")
    return stack.config(region=REGION, endpointUrl=service.url)


def _killed(stack: Stack, service: LocalService, moment: float, *, alone: bool) -> int:
    """Run `up` and kill it some time after its first call; return its session."""
    with subprocess.Popen(
        _UP, cwd=stack.directory, env=dict(stack.environment), start_new_session=True, **_QUIET
    ) as up:
        while not service.calls() and up.poll() is None:
            time.sleep(0.02)
        time.sleep(moment)
        if alone:
            up.kill()
        else:
            kill_session(up.pid)
    return up.pid


def _recovered(stack: Stack, service: LocalService) -> tuple[str, str]:
    """Recover and run `up`; return what `recover` said, and what is wrong, or ""."""
    try:
        shown = stack.ivschat("recover", "--yes", "--stack", "test").stderr
        service.clear_faults()
        stack.run(*_UP[2:])
        state = json.loads(stack.run("stack", "export"))["deployment"]
        stack.run("preview", "--refresh", "--expect-no-changes")
    except AssertionError as error:
        return "", f"BAD {error}"
    recorded = {resource["id"] for resource in state["resources"] if resource["type"].endswith("ivschat:Room")}
    found = rooms(service)
    is_whole = recorded == found and len(found) == 20 and not state.get("pending_operations")
    return shown, "" if is_whole else f"BAD {len(recorded)} recorded, {len(found)} there"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
