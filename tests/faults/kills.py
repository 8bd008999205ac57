"""A local service that is killed in the middle of a command, and runs again on the same port and data."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs

from tests.conftest import LocalService
from tests.faults.matrix import KILLS, Cell, outcome_in, scene

_LONGEST: Final = 120


@attrs.define
class LastingService:
    """A local service whose data outlive it."""

    data: Path
    options: tuple[str, ...] = ()
    _process: subprocess.Popen[str] | None = None

    def start(self) -> LocalService:
        """Start it, again where it ran before."""
        command = [sys.executable, "-m", "pulumi_ivschat", "local", "--data", str(self.data), *self.options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        return LocalService(next(word for word in line.split() if word.startswith("http")), self._process)

    def kill(self) -> None:
        """Kill it, as a machine does that is interrupted."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


@contextmanager
def lasting(data: Path, *options: str) -> Iterator[LastingService]:
    """Run a service with data in a directory."""
    service = LastingService(data, options)
    try:
        yield service
    finally:
        service.kill()


def outcome(lasting_service: LastingService, service: LocalService, cell: Cell) -> str:
    """Run a cell in which the service is killed, and return its outcome; it runs again in the end."""
    prepared = scene(service, cell.command)
    service.fault(cell.operation, hang=True, when=KILLS[cell.fault])
    killer = threading.Thread(target=kill_at_fault, args=(lasting_service, service))
    killer.start()

    def mend() -> None:
        killer.join()
        lasting_service.start()

    return outcome_in(prepared, cell, mend)


def kill_at_fault(lasting_service: LastingService, service: LocalService) -> None:
    """Kill the service once the fault that waits there, which hangs, has met its call."""
    end = time.monotonic() + _LONGEST
    while service.faults() and time.monotonic() < end:
        time.sleep(0.01)
    time.sleep(0.05)  # what is applied before it hangs is applied
    lasting_service.kill()
