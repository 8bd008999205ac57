"""
Half an hour of mixed load with restarts and faults: memory stays flat, and no socket, thread or file is left over.

    make soak ARGS='load --minutes 30 --seed 1'

In the first and the last tenth the service is restarted, by SIGTERM and SIGKILL, on one port and one data directory. In
between it is left alone, and it and its clients' process are looked at every few seconds: the median of the last third of
what is seen must not be above that of the second third, and when the load is over nothing must be left of it. Rates are
bounded, to half a core for all. Exit code: 0; 1 where something leaks, or fails without a reason.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import secrets
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs

from tests.conftest import REGION
from tests.engine.conftest import Stack
from tests.soak.load import Chat, ControlPlane, Engine, Faults, Tally, repeated
from tests.soak.samples import NAMES, Sample, leaks, sample, thirds
from tests.soak.supervised import Supervised, supervised

_RESTARTS: Final = (signal.SIGTERM, signal.SIGKILL)
_SAMPLES: Final = 300
_SETTLING_SECONDS: Final = 5
_LOOKS: Final = 2
_PAUSE: Final = 0.1
"""Seconds between the calls of one thread; three of them fill the service's log of 10,000 requests in the first third."""


@attrs.frozen
class Outcome:
    """What was seen: samples of the service and of its clients' process, those without load, and what was done."""

    service: Sequence[Sample]
    clients: Sequence[Sample]
    idle: tuple[Sample, Sample]
    tally: Tally

    def problems(self) -> list[str]:
        """Return what leaks, and what failed without a reason."""
        left = [
            f"{name} left over: {after - before}"
            for name in NAMES[1:]
            if (after := getattr(self.idle[1], name)) > (before := getattr(self.idle[0], name))
        ]
        of_each = {"service": [*leaks(self.service), *left], "clients": leaks(self.clients)}
        return [f"{whose}: {problem}" for whose in of_each for problem in of_each[whose]] + self.tally.wrong


def main() -> int:
    """Run, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    given = parser.parse_args()
    _say(f"{given.minutes:g} minutes, seed {given.seed}")
    outcome = soak(given.minutes * 60, given.seed)
    for line in _table(outcome):
        _say(line)
    problems = outcome.problems()
    for problem in problems:
        _say(f"BAD {problem}")
    return 1 if problems else 0


def soak(seconds: float, seed: int) -> Outcome:
    """Put a service under load for so long, and return what was seen."""
    os.environ.update(dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "local"))
    with (
        tempfile.TemporaryDirectory(prefix="pulumi-ivschat-soak-") as directory,
        supervised(Path(directory) / "service") as service,
    ):
        tally = Tally(service)
        stack = _stack(Path(directory) / "stack", service)
        with _loaded(service, tally, stack, seed):
            _restart(service, seconds / 10)
        before = _idle(service)
        with _loaded(service, tally, stack, seed + 1):
            seen = [_look(service, seconds * 0.8 / _SAMPLES) for _ in range(_SAMPLES)]
        after = _idle(service)
        with _loaded(service, tally, stack, seed + 2):
            _restart(service, seconds / 10)
    services, clients = zip(*seen, strict=True)
    return Outcome(services, clients, (before, after), tally)


@contextmanager
def _loaded(service: Supervised, tally: Tally, stack: Stack, seed: int) -> Iterator[None]:
    """Put load on the service in the meantime, by threads and an event loop of their own."""
    over = threading.Event()
    chat = Chat(service, tally, service.seen.client().create_room(name="soak")["arn"])
    threads = [
        *(repeated(ControlPlane(service, tally, seed + number).step, _PAUSE, over) for number in range(3)),
        repeated(chat.moderate, 1.0, over),
        repeated(Faults(service, tally, seed).step, 5.0, over),
        repeated(Engine(service, tally, stack).step, 45.0, over),
        threading.Thread(target=lambda: asyncio.run(chat.clients(over))),
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _restart(service: Supervised, seconds: float) -> None:
    """Restart the service by each signal, at even intervals."""
    for how in _RESTARTS:
        time.sleep(seconds / len(_RESTARTS))
        service.restart(how)


def _look(service: Supervised, pause: float) -> tuple[Sample, Sample]:
    time.sleep(pause)
    return sample(service.pid), sample(os.getpid())


def _idle(service: Supervised) -> Sample:
    """Look at the service when the load is over; a busy machine closes some connections late, and a leak stays."""
    service.seen.clear_faults()
    looks = []
    for _ in range(_LOOKS):
        time.sleep(_SETTLING_SECONDS)
        looks.append(sample(service.pid))
    return Sample(*(min(getattr(look, name) for look in looks) for name in NAMES))


def _stack(directory: Path, service: Supervised) -> Stack:
    """Return a stack of three rooms that are there."""
    (directory / "state").mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text("name: chat\nruntime: python\n")
    own = {"PULUMI_BACKEND_URL": f"file://{directory}/state", "PULUMI_CONFIG_PASSPHRASE": ""}
    stack = Stack(directory, {**os.environ, **own})
    stack.run("stack", "init", "soak")
    stack.program("for number in range(3): Room(f'room-{number}')").config(region=REGION, endpointUrl=service.url)
    stack.up()
    return stack


def _table(outcome: Outcome) -> Iterator[str]:
    """Yield what was held, third by third, and what was done."""
    for whose, samples in (("service", outcome.service), ("clients", outcome.clients)):
        for name in NAMES:
            first, second, last = thirds(samples, name)
            most = max(getattr(each, name) for each in samples)
            yield f"{whose} {name:<8} {first:>10,.0f} {second:>10,.0f} {last:>10,.0f}   most {most:>10,}"
    for name in NAMES:
        yield f"idle    {name:<8} {getattr(outcome.idle[0], name):>10,} {getattr(outcome.idle[1], name):>10,}"
    for name, count in sorted(outcome.tally.done.items()):
        yield f"{count:>10,} {name}"


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201
