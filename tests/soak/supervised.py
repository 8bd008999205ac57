"""A local service on one port and one data directory, through restarts."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.conftest import LocalService

_PATIENCE = 20.0


class Supervised:
    """
    A service that is stopped and started again.

    A thread that holds `steady` sees no restart; `restarts` shows how many there were, and `is_up` whether it serves right now.
    """

    def __init__(self, data: Path) -> None:
        self._data = data
        self._port = 0
        self.steady = threading.Lock()
        self.restarts = 0
        self.is_up = False
        self._start()

    def restart(self, how: signal.Signals) -> None:
        """Stop it by a signal and start it again."""
        with self.steady:
            self.is_up = False
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)
            self._close()
            time.sleep(1)
            self._start()
            self.restarts += 1

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def url(self) -> str:
        """Its address, which stays the same."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def seen(self) -> LocalService:
        """The service as tests see it."""
        return LocalService(self.url, self._process)

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        """Ask something below `/_local`."""
        return self.seen._ask(method, path, document)  # noqa: SLF001

    def stop(self) -> int:
        """Stop it in good order and return its exit code."""
        self.is_up = False
        self._process.terminate()
        code = self._process.wait(_PATIENCE)
        self._close()
        return code

    def _start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "pulumi_ivschat",
            "local",
            "--data",
            str(self._data),
            "--port",
            str(self._port),
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline().rsplit(":", 1)[1])
        self.is_up = True

    def _close(self) -> None:
        assert self._process.stdout is not None
        self._process.stdout.close()


@contextmanager
def supervised(data: Path) -> Iterator[Supervised]:
    """Run a service, and stop it in the end."""
    service = Supervised(data)
    try:
        yield service
    finally:
        if service.is_up:
            service.stop()
