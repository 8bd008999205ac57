"""
Finding, starting and stopping the local service of a data directory: one service for one directory.

This module is imported by the package's core, without the extra `local`: it uses the standard library only. A running
service holds a lock on `service.lock` and tells its address in `service.json`.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from pulumi_ivschat import forks

if TYPE_CHECKING:
    import subprocess

_EXTRA: Final = ("click", "starlette", "uvicorn")
_PATIENCE: Final = 0.05
_PROBE: Final = 3.0
_LAST_MOMENTS: Final = 5.0
_LOG_TAIL: Final = 2000
LONGEST_LOG: Final = 1024 * 1024


class LocalServiceError(Exception):
    """Raised when the local service cannot be started, found or stopped; the message shows what to do."""


class AlreadyServedError(LocalServiceError):
    """Raised when another process serves the data directory."""


@dataclass(frozen=True)
class Running:
    """A service that runs: its address, and what distinguishes it from others; *data* is its directory."""

    url: str
    pid: int
    instance: str
    version: str
    data: str

    @property
    def messaging_url(self) -> str:
        """Return the address that chat clients connect to: AWS's messaging SDK takes a `ws://` address only."""
        return self.url.replace("http", "ws", 1)


def default_data_directory() -> Path:
    """Return `$PULUMI_IVSCHAT_DATA`, else `$XDG_DATA_HOME/pulumi-ivschat/local`, else the same below `~/.local/share`."""
    if own := os.environ.get("PULUMI_IVSCHAT_DATA"):
        return Path(own).expanduser().absolute()
    share = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(share).expanduser().absolute() / "pulumi-ivschat" / "local"


def find(data: Path | None = None) -> Running | None:
    """
    Return the service of a data directory, None if none answers as the one that left its address there.

    Another process may answer like it once it is gone; only the service itself holds the lock.
    """
    directory = data or default_data_directory()
    recorded = _recorded(directory)
    if recorded is None or lock_holder(directory) != recorded.pid:
        return None
    answered = _health(recorded.url)
    return recorded if (answered.get("instance"), answered.get("pid")) == (recorded.instance, recorded.pid) else None


def _recorded(directory: Path) -> Running | None:
    try:
        recorded = Running(**json.loads((directory / "service.json").read_bytes()))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    texts = (recorded.url, recorded.instance, recorded.version, recorded.data)
    return recorded if type(recorded.pid) is int and all(isinstance(each, str) for each in texts) else None


def lock_holder(directory: Path) -> int | None:
    """Return the process that holds the lock of a directory, as it wrote there; None if nobody does."""
    lock = directory / "service.lock"
    try:
        text = lock.read_text(encoding="utf-8", errors="replace")
        lock_file = _is_locked(lock)
    except OSError:
        return None
    return int(text) if lock_file and re.fullmatch("[1-9][0-9]{0,9}", text) else None


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
    """Stop the service of a data directory; give False if none ran. Raises LocalServiceError after *timeout* s."""
    directory = data or default_data_directory()
    pid = _holder(directory)
    if pid is None:
        return False
    _terminate(pid)
    deadline = time.monotonic() + timeout
    while _is_locked(directory / "service.lock"):
        if time.monotonic() > deadline:
            msg = f"the local service (process {pid}) does not stop"
            raise LocalServiceError(msg)
        time.sleep(_PATIENCE)
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


def make_directory(directory: Path) -> None:
    """Make a data directory that only its owner may enter; raise LocalServiceError if that is refused."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the data directory {directory} cannot be made: {error.strerror}"
        raise LocalServiceError(msg) from error
    if not os.access(directory, os.W_OK | os.X_OK):
        msg = f"the data directory {directory} is not writable"
        raise LocalServiceError(msg)


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
            lock_file.write(str(os.getpid()))
            lock_file.flush()
        yield lambda: os.fstat(lock_file.fileno()).st_nlink == 0


def _already(directory: Path) -> str:
    running = find(directory)
    where = f"at {running.url}" if running else "but does not answer"
    remedy = "" if running else "; end it with `pulumi-ivschat local stop`"
    return f"a local service runs already {where}, with the data directory {directory}{remedy}"


@contextmanager
def announced(running: Running) -> Iterator[None]:
    """Keep the address of a service in its data directory while it serves."""
    path = Path(running.data) / "service.json"
    draft = path.with_suffix(".draft")
    with writing(path):
        draft.write_text(json.dumps(asdict(running)), encoding="utf-8")
        draft.replace(path)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


_lockable: Final[set[int]] = set()
"""The file descriptors through which this process locks files."""


def _leave_to_parent() -> None:
    """Let go of the parent's locks in a forked child: its copy of a file would hold a lock after the parent's end."""
    with Path(os.devnull).open("rb") as nothing:
        for descriptor in _lockable:
            os.dup2(nothing.fileno(), descriptor, inheritable=False)
    _lockable.clear()


forks.in_child(_leave_to_parent)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raise LocalServiceError where a file cannot be written, as on a full disk."""
    try:
        yield
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror}; free some disk space, or name another directory with --data"
        raise LocalServiceError(msg) from error


@contextmanager
def locked(path: Path, deadline: float) -> Iterator[IO[str]]:
    """Hold a lock on a file, emptied, until the end or the death of the process; raise TimeoutError."""
    with _kept_from_children(_opened(path)) as file:
        while not _lock(file):
            if time.monotonic() > deadline:
                raise TimeoutError(path)
            time.sleep(_PATIENCE)
        file.truncate(0)
        yield file


@contextmanager
def _kept_from_children(file: IO[str]) -> Iterator[IO[str]]:
    """Keep a file open, whose lock no forked child inherits."""
    with file:
        _lockable.add(file.fileno())
        try:
            yield file
        finally:
            _lockable.discard(file.fileno())


def _opened(path: Path) -> IO[str]:
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        msg = f"{path} cannot be used: {error.strerror}"
        raise LocalServiceError(msg) from error


def _lock(file: IO[str], *, shared: bool = False) -> bool:
    import fcntl  # noqa: PLC0415 - if there is none, the rest of the package must still be importable

    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_locked(lock: Path) -> bool:
    try:
        with _kept_from_children(lock.open(encoding="utf-8")) as file:
            return not _lock(file, shared=True)
    except FileNotFoundError:
        return False


def _holder(directory: Path) -> int | None:
    """Return the process that serves a directory, whether it answers or not."""
    if not _is_locked(directory / "service.lock"):
        return None
    # Anybody who took the lock a moment ago is about to write its own number over its predecessor's.
    time.sleep(_PATIENCE * 4)
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
    return [module for module in _EXTRA if importlib.util.find_spec(module) is None]


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
        time.sleep(_PATIENCE)
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


def private(path: Path, flags: int) -> IO[bytes]:
    """Open a file for writing that only its owner may read."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600), "wb")
    os.fchmod(file.fileno(), 0o600)
    return file


def _complaint(log: Path, begin: int) -> str:
    with log.open("rb") as file:
        file.seek(begin)
        tail = file.read()[-_LOG_TAIL:].decode(errors="replace").strip()
    if tail:
        return f"the local service did not start; its log, {log}, says: {tail}"
    space = os.statvfs(log.parent)
    return (
        f"the local service did not start, and could write nothing to its log, {log}: {space.f_bavail * space.f_frsize} bytes "
        f"of its disk are free; run `pulumi-ivschat local --data {log.parent}` to see why"
    )
