"""
The process of a service: started in memory on a free port, asked over HTTP, stopped.

Ctrl-C in a terminal does not reach it, so that tests can still use it while they end. If the process that started it is killed,
it stops by itself. Its log is a file without a name, which vanishes with it.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import IO, Any, Final
from urllib.parse import urlsplit

import attrs

from pulumi_ivschat.local import discovery
from pulumi_ivschat.local.access_keys import LOCAL
from pulumi_ivschat.local.data_directory import LocalServiceError

REVIEW_TIMEOUT: Final = 3.0
"""Seconds that a review handler may take: more than AWS's 0.2, so that no slow machine or debugger changes a test's result."""

CLOCK_SKEW: Final = 100 * 365 * 24 * 3600
"""Seconds: tests stop and move the clock of their process, and so sign with any time."""

KEYS_OF_MOTO: Final = (f"FOOBARKEY:FOOBARSECRET:{LOCAL.account}", f"testing:testing:{LOCAL.account}:testing")
"""
The access keys that moto's `mock_aws` and the fixtures of its documentation put into the environment, as the option has them.

They open the account of the key `local`. So a test can use moto for other services of AWS.
"""

_START_TIMEOUT: Final = 30.0
_STOP_TIMEOUT: Final = 10.0
_ANSWER_TIMEOUT: Final = 10.0
_LAST_MOMENTS: Final = 1.0
_LOG_TAIL: Final = 2000
_REFUSED: Final = 400


@attrs.define(eq=False)
class ServiceProcess:
    """A running service: *url* is its address."""

    url: str
    _process: subprocess.Popen[bytes] = attrs.field(repr=False)
    _log: IO[bytes] = attrs.field(repr=False)
    _shown: int = attrs.field(default=0, repr=False)

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        """
        Return the JSON that a path below `/_local` answers, None if there is none.

        Raises ValueError with the answer's message if the service refuses the document, and LocalServiceError if it does not
        answer.
        """
        __tracebackhide__ = True  # pytest then shows the line of the test
        body = None if document is None else json.dumps(document)
        try:
            with closing(http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=_ANSWER_TIMEOUT)) as connection:
                connection.request(method, f"/_local/{path}", body)
                answer = connection.getresponse()
                text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise LocalServiceError(self._failure(error)) from None
        answered: Any = json.loads(text) if text else None
        if answer.status >= _REFUSED:
            raise ValueError(answered["message"])
        return answered

    def new_log(self) -> str:
        """Return the lines that the service has logged since the last call."""
        logged = _read(self._log, self._shown)
        self._shown += len(logged)
        return logged.decode(errors="replace")

    def _failure(self, error: Exception) -> str:
        try:
            state = f"has ended with exit code {self._process.wait(_LAST_MOMENTS)}"
        except subprocess.TimeoutExpired:
            state = f"does not answer ({error})"
        return f"the local IVS Chat service {state}{_tail(self._log)}"


@contextmanager
def running() -> Iterator[ServiceProcess]:
    """Yield a service that runs until the end of the block; raise LocalServiceError if it cannot start."""
    discovery.require_extra()
    with tempfile.TemporaryFile() as log, _started(log) as process:
        owner = os.getpid()
        try:
            yield ServiceProcess(_address(process, log), process, log)
        finally:
            if os.getpid() == owner:  # a fork of this process does not end the service
                _stop(process)


def _started(log: IO[bytes]) -> subprocess.Popen[bytes]:
    service = [sys.executable, "-W", "ignore", "-m", "pulumi_ivschat", "local", "--memory", "--port", "0"]
    options = ["--parent", str(os.getpid()), "--review-timeout", str(REVIEW_TIMEOUT), "--clock-skew", str(CLOCK_SKEW)]
    options += [f"--access-key={key}" for key in KEYS_OF_MOTO]
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [*service, *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=log,
        cwd="/",  # Python looks for modules in the working directory first
        env=_environment(),
        start_new_session=True,
    )


def _environment() -> dict[str, str]:
    """Return the environment of the service, in which nothing measures the coverage of its code."""
    return {name: value for name, value in discovery.environment().items() if not name.startswith("COV")}


def _address(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    assert process.stdout is not None  # noqa: S101 - for type checkers
    late = threading.Timer(_START_TIMEOUT, process.kill)
    late.start()
    try:
        line = process.stdout.readline().decode()
    finally:
        late.cancel()
        late.join()
    address = next((word for word in line.split() if word.startswith("http://")), None)
    if address is None:
        process.wait()
        msg = f"the local IVS Chat service did not start; its exit code is {process.returncode}{_tail(log)}"
        raise LocalServiceError(msg)
    return address


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()


def _read(log: IO[bytes], start: int) -> bytes:
    """Return a log from a position on; the service goes on writing at its own."""
    if log.closed:
        return b""
    return os.pread(log.fileno(), os.fstat(log.fileno()).st_size, start)


def _tail(log: IO[bytes]) -> str:
    logged = _read(log, 0).decode(errors="replace").strip()
    return f". Its log: {logged[-_LOG_TAIL:]}" if logged else ""
