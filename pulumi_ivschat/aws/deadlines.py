"""
Time limits of calls and credentials, which botocore does not have.

botocore's `read_timeout` limits the wait for the next byte. If an endpoint sends a byte now and then, botocore waits for it without
end, in a call as in a request for credentials. Here a whole answer has a deadline. A custom timeout that ends earlier replaces it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs

from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.waiting import Time

_T = TypeVar("_T")


@attrs.frozen
class Limits:
    """
    Seconds that parts of a call may take.

    Attributes:
        connect: to connect, for each address of the endpoint.
        answer: from sending the request to the last byte of the answer, for each attempt.
        credentials: to load or renew credentials, whatever they come from.
    """

    connect: float = 10.0
    answer: float = 20.0
    credentials: float = 60.0


LIMITS: Final = Limits()


def within(seconds: float, act: Callable[[], _T]) -> _T:
    """
    Return what *act* returns, or raise what it raises.

    Raises TimeoutError after so many *seconds*, or when a custom timeout ends. Then *act* goes on in a thread that keeps no
    process alive. While Python ends, there is no limit.
    """
    custom_timeouts.validate_wait()
    outcome: list[Callable[[], _T]] = []
    allowed = _allowed(seconds)

    def run() -> None:
        try:
            value = act()
        except BaseException as error:  # noqa: BLE001  it is raised in the thread that waits
            outcome.append(_raising(error))
        else:
            outcome.append(lambda: value)

    thread = threading.Thread(target=run, daemon=True)
    try:
        thread.start()
    except RuntimeError:  # Python ends, and starts no thread any more
        return act()
    thread.join(allowed)
    if not outcome:
        msg = f"still waiting after {round(allowed, 1):g} s"
        raise TimeoutError(msg)
    return outcome[0]()


def _allowed(seconds: float) -> float:
    """Return the seconds that something may take: what the custom timeout of the operation leaves, if that is less."""
    return max(0.0, min(seconds, custom_timeouts.seconds_left()))


def _raising(error: BaseException) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


def limit_answers(http_session: Any, seconds: float, time: Time | None = None) -> None:
    """Let a `botocore.httpsession.URLLib3Session` raise its ReadTimeoutError if an answer takes longer than *seconds*."""
    pools = http_session._pool_classes_by_scheme  # noqa: SLF001  botocore has no option for it
    now = (time or Time()).now
    pools.update({scheme: _timed_pool(pool, seconds, now) for scheme, pool in pools.items()})


def _timed_pool(pool: Any, seconds: float, now: Callable[[], float]) -> Any:
    class Connection(pool.ConnectionCls):  # type: ignore[misc]
        """A connection whose answers have a deadline."""

        ends = 0.0
        timeout: float

        def connect(self) -> None:
            self.timeout = _allowed(self.timeout)
            super().connect()
            self.sock = self._timed()

        def _tunnel(self) -> None:
            self.ends, plain = now() + _allowed(seconds), self.sock
            self.sock = self._timed()
            super()._tunnel()
            self.sock = plain

        def _timed(self) -> _TimedSocket:
            return _TimedSocket(self.sock, lambda: self.ends - now())

        def request(self, *args: Any, **options: Any) -> Any:
            self.ends = now() + _allowed(seconds)
            return super().request(*args, **options)

    return type(pool.__name__, (pool,), {"ConnectionCls": Connection})


class _TimedSocket:
    """A socket that is read until a deadline; *left* returns the seconds until then."""

    def __init__(self, sock: Any, left: Callable[[], float]) -> None:
        self._sock = sock
        self._left = left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def makefile(self, mode: str, *_: Any, **__: Any) -> io.BufferedReader:
        """Return a file to read from."""
        return io.BufferedReader(_TimedReader(self._sock, mode, self._left))


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: Any, mode: str, left: Callable[[], float]) -> None:
        self._sock = sock
        self._raw = sock.makefile(mode, buffering=0)
        self._left = left

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        left = self._left()
        if left <= 0:
            msg = "timed out"
            raise TimeoutError(msg)
        usual = self._sock.gettimeout()
        self._sock.settimeout(left if usual is None else min(left, usual))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
