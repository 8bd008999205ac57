"""
Finding, starting and stopping the local service of a data directory: one service for one directory.

The package's core imports this module, without the extra `local`: see `data_directory`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pulumi_ivschat.local.data_directory import (
    LONGEST_LOG,
    PATIENCE,
    LocalServiceError,
    Running,
    announcement,
    default_data_directory,
    is_locked,
    lock_holder,
    locked,
    make_directory,
    private,
    writing,
)

if TYPE_CHECKING:
    import subprocess

EXTRA: Final = ("click", "starlette", "uvicorn")
"""The modules of the extra `local`, without which no service starts."""
_PROBE: Final = 3.0
_LAST_MOMENTS: Final = 5.0
_LOG_TAIL: Final = 2000


class AlreadyServedError(LocalServiceError):
    """Raised when another process serves the data directory."""


def find(data: Path | None = None) -> Running | None:
    """
    Return the service of a data directory, None if none answers as the one that left its address there.

    Another process may answer like it once it is gone; only the service itself holds the lock.
    """
    directory = data or default_data_directory()
    recorded = announcement(directory)
    if recorded is None or lock_holder(directory) != recorded.pid:
        return None
    answered = _health(recorded.url)
    return recorded if (answered.get("instance"), answered.get("pid")) == (recorded.instance, recorded.pid) else None


def ensure(data: Path | None = None, timeout: float = 30.0) -> Running:
    """
    Return the service of a data directory; start it, detached, if it does not run.

    Processes that do this at once get the same one. Waits *timeout* seconds at most. Raises LocalServiceError.
    """
    directory = data or default_data_directory()
    if running := find(directory):
        return running
    require_extra()
    make_directory(directory)
    deadline = time.monotonic() + timeout
    with ExitStack() as stack:
        try:
            stack.enter_context(locked(directory / "start.lock", deadline))
        except TimeoutError:
            msg = f"another process has been starting the local service of {directory} for {timeout:g} s"
            raise LocalServiceError(msg) from None
        return find(directory) or _started(directory, deadline)


def validate_startable(data: Path | None = None) -> None:
    """Raise LocalServiceError if `ensure` would: no service runs, and the packages that it needs are not installed."""
    if _missing() and not find(data):
        require_extra()


def stop(data: Path | None = None, timeout: float = 15.0) -> bool:
    """Stop the service of a data directory; return False if none ran. Raises LocalServiceError after *timeout* s."""
    directory = data or default_data_directory()
    pid = _holder(directory)
    if pid is None:
        return False
    _terminate(pid)
    deadline = time.monotonic() + timeout
    while is_locked(directory / "service.lock"):
        if time.monotonic() > deadline:
            msg = f"the local service (process {pid}) does not stop"
            raise LocalServiceError(msg)
        time.sleep(PATIENCE)
    return True


def _terminate(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGTERM)
        os.kill(pid, signal.SIGCONT)  # a suspended process ends only once it goes on
    except ProcessLookupError:
        return
    except PermissionError:
        msg = f"the local service (process {pid}) is another user's"
        raise LocalServiceError(msg) from None


@contextmanager
def serving(directory: Path) -> Iterator[Callable[[], bool]]:
    """
    Hold a data directory as its one service; raise AlreadyServedError where another process does.

    Yields a function that returns whether the directory has been removed, so that nobody can find the service any more.
    """
    with ExitStack() as stack:
        # A predecessor that no longer answers may be about to go.
        patience = 0.0 if find(directory) else _LAST_MOMENTS
        try:
            lock_file = stack.enter_context(locked(directory / "service.lock", time.monotonic() + patience))
        except TimeoutError:
            raise AlreadyServedError(_already(directory)) from None
        with writing(directory / "service.lock"):
            os.write(lock_file.fileno(), str(os.getpid()).encode())  # a buffer would be written once more at the end
        yield lambda: os.fstat(lock_file.fileno()).st_nlink == 0


def _already(directory: Path) -> str:
    running = find(directory)
    where = f"at {running.url}" if running else "but does not answer"
    remedy = "" if running else "; end it with `pulumi-ivschat local stop`"
    return f"a local service runs already {where}, with the data directory {directory}{remedy}"


def _holder(directory: Path) -> int | None:
    """Return the process that serves a directory, whether it answers or not."""
    if not is_locked(directory / "service.lock"):
        return None
    # A process that acquired the lock a moment ago is about to write its own number over its predecessor's.
    time.sleep(PATIENCE * 4)
    return lock_holder(directory)


def _health(url: str) -> dict[str, Any]:
    import http.client  # noqa: PLC0415 - takes longer to load than all the rest

    try:
        address = urlsplit(url)
        with closing(http.client.HTTPConnection(address.hostname or "", address.port, timeout=_PROBE)) as connection:
            connection.request("GET", "/_local/health")
            answered = json.loads(connection.getresponse().read(65536))
    except (OSError, ValueError, RecursionError, http.client.HTTPException):
        return {}
    return answered if isinstance(answered, dict) else {}


def _missing() -> list[str]:
    return [module for module in EXTRA if importlib.util.find_spec(module) is None]


def require_extra() -> None:
    """Raise LocalServiceError if a service cannot be started, since packages are missing or the program is frozen."""
    if getattr(sys, "frozen", False):  # the native plug-in, with a Python of its own
        msg = "this plug-in cannot start the local service: run `pulumi-ivschat local` and keep it running"
        raise LocalServiceError(msg)
    if missing := _missing():
        msg = f"the local service needs {', '.join(missing)}: pip install 'pulumi-ivschat[local]'"
        raise LocalServiceError(msg)


def _started(directory: Path, deadline: float) -> Running:
    log = directory / "service.log"
    too_long = log.exists() and log.stat().st_size > LONGEST_LOG
    with writing(log), private(log, os.O_APPEND | (os.O_TRUNC if too_long else 0)) as output:
        begin = output.seek(0, os.SEEK_END)
        process = _detached(directory, output)
    while time.monotonic() < deadline:
        if running := find(directory):
            # It is meant to outlive this process, which therefore must not warn that it still runs.
            process.returncode = 0
            return running
        if process.poll() is not None:
            break
        time.sleep(PATIENCE)
    process.kill()
    process.wait()
    raise LocalServiceError(_complaint(log, begin))


def _detached(directory: Path, output: IO[bytes]) -> subprocess.Popen[bytes]:
    import subprocess  # noqa: PLC0415 - most processes find a service that runs

    command = [sys.executable, "-m", "pulumi_ivschat", "local", "--data", str(directory)]
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        cwd=directory,
        env=environment(),
        start_new_session=True,
        close_fds=True,
    )


def environment() -> dict[str, str]:
    """Return the environment variables for a service: those of this process without AWS's, which may be real credentials."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}


def _complaint(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        tail = file.read()[-_LOG_TAIL:].decode(errors="replace").strip()
    if tail:
        return f"the local service did not start; its log, {log}, says: {tail}"
    space = os.statvfs(log.parent)
    return (
        f"the local service did not start, and could write nothing to its log, {log}: {space.f_bavail * space.f_frsize} bytes "
        f"of its disk are free. Run `pulumi-ivschat local --data {log.parent}` to see why"
    )
