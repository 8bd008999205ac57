"""
The attempts of a call, as botocore makes them: each in its turn, and none after which nobody knows what is there.

botocore repeats what failed. It does so here too, but for three cases:

- A call that came too fast is not repeated by botocore. Its caller repeats it in another turn: `TooFast`.
- A Create has no idempotency token. If its answer is lost, the resource may exist, and a second call would create another.
  `creates` handles this case.
- A signal handler of the application has raised an exception: see `signal_handlers`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import attrs

from pulumi_ivschat import forks
from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.pacing import Pace
from pulumi_ivschat.aws.signal_handlers import raised_in_handler
from pulumi_ivschat.aws.turns import InFile, InMemory, TurnKeeper
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.model.arns import RESOURCES, account_of
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.settings import Connection

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient

CREATES: Final = tuple(f"Create{name}" for name in RESOURCES)

_TOO_MANY_REQUESTS: Final = 429
_SERVER_SIDE: Final = 500
_AWS: Final = (".amazonaws.com", ".api.aws")
_PATIENCE: Final = 10.0
"""Seconds of refusals alone that a call outlasts, for each attempt it has beyond its first."""
_REFUSALS: Final = 20
"""
Refusals in a row that it outlasts at least, for each of these attempts.

If 100 processes share a quota of 5 calls a second, each has a call in 20 seconds, and is refused four times for each. So 40
seconds without a pass are common there, and 80 refusals in a row are not.
"""


_T = TypeVar("_T")


class TooFast(Exception):
    """Raised instead of another attempt of botocore's, when AWS refuses a call as too fast; see `patiently`."""

    def __init__(self, pace: Pace, error: Exception) -> None:
        super().__init__(str(error))
        self.pace = pace
        self.error = error
        self.time = pace.refused()


@attrs.frozen
class Patience:
    """What a call outlasts: so many seconds, and at least so many refusals in a row."""

    seconds: float
    refusals: int

    def is_over(self, pace: Pace, since: float) -> bool:
        """Return whether no call of *pace* has passed for longer, counted from *since* at the earliest."""
        return pace.seconds_without_pass(since) >= self.seconds and pace.refusals() >= self.refusals


def patiently(call: Callable[[], _T], patience: Patience) -> _T:
    """
    Return what a call returns; repeat it, in another turn, each time that AWS refuses it as too fast.

    Raises AWS's error if *patience* is over since this call was first refused. So a call that comes after a long outage has
    all of its seconds, and one among many waits only while others pass.
    """
    first: float | None = None
    while True:
        try:
            return call()
        except TooFast as error:
            refusal = error
        first = refusal.time if first is None else first
        if patience.is_over(refusal.pace, first):
            raise refusal.error from None


def patience_of(max_attempts: int) -> Patience:
    """Return what a call of so many attempts outlasts."""
    return Patience(_PATIENCE * (max_attempts - 1), _REFUSALS * (max_attempts - 1))


@attrs.frozen
class Account:
    """
    Where calls are counted together, as far as settings show it: an endpoint, an account and a region.

    Attributes:
        holder: what distinguishes accounts: see `holder_of`.
    """

    endpoint_url: str
    holder: str
    region: str

    @property
    def is_counted(self) -> bool:
        """Whether AWS is known to count the calls."""
        return (urlsplit(self.endpoint_url).hostname or "").endswith(_AWS)


def holder_of(connection: Connection) -> str:
    """
    Return what distinguishes the account of a connection from others: a role's account, else the profile, else the access key.

    Two profiles of one account are not known to be one: their calls are refused now and then, and slow down.
    """
    if connection.assume_role:
        return account_of(connection.assume_role.role_arn) or ""
    names = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCESS_KEY_ID")
    return connection.profile or next(filter(None, map(os.environ.get, names)), "")


class Paces:
    """The pace of each operation in each account: one for all clients of this process that set the same rate."""

    def __init__(self) -> None:
        self._lock = forks.Lock()
        self._paces: dict[tuple[Any, ...], Pace] = {}
        self._folder: Path | None = None
        self._time = Time()

    def share(self, folder: Path | None) -> None:
        """Share the paces from now on with all processes that name the same folder; None: with none."""
        self._folder = folder

    def wait_by(self, time: Time) -> None:
        """Let calls wait for their turn by this clock from now on; its `sleep` may raise, and then the call is not sent."""
        self._time = time

    def __iter__(self) -> Iterator[Pace]:
        return iter([*self._paces.values()])

    def of(self, account: Account, operation: str, rates: Mapping[str, float]) -> Pace:
        """Return the pace of an operation in an account; *rates* are calls a second, if they are not AWS's usual ones."""
        rate = rates.get(operation, operations()[operation].rate)
        free = operation not in rates and not account.is_counted
        key = (forks.process(), account, operation, rate, free)
        if key not in self._paces:
            with self._lock:
                keeper = self._keeper(account, operation, rate)
                what = f"{operation} in {account.region}"
                self._paces.setdefault(key, Pace(what, rate, free=free, time=self._time, keeper=keeper))
        return self._paces[key]

    def _keeper(self, account: Account, operation: str, rate: float) -> TurnKeeper:
        if not self._folder:
            return InMemory()
        name = hashlib.sha256(repr((*attrs.astuple(account), operation, float(rate))).encode()).hexdigest()
        return InFile(self._folder / f"{name[:32]}.turns")


class Attempts:
    """The attempts of one client's calls, which wait for their turn in *paces*; *rates* as in `Paces.of`."""

    def __init__(self, client: IvschatClient, holder: str, rates: Mapping[str, float], paces: Paces) -> None:
        meta = client.meta
        self._account = Account(meta.endpoint_url, holder, meta.region_name)
        self._rates = rates
        self._paces = paces
        # Botocore reports each attempt before it is signed, and before it decides about another one.
        meta.events.register_first("request-created.ivschat", self._begin)
        meta.events.register_first("needs-retry.ivschat", self._end)

    def _begin(self, operation_name: str, **_: Any) -> None:
        self.pace(operation_name).wait()

    def _end(self, operation: Any, response: Any, caught_exception: Exception | None, **_: Any) -> None:
        if theirs := raised_in_handler(caught_exception):
            raise theirs
        status, parsed = (response[0].status_code, response[1]) if response else (0, {})
        pace = self.pace(operation.name)
        if _is_too_fast(status, parsed):
            raise TooFast(pace, _client_error(parsed, operation.name))
        pace.passed()
        is_in_doubt = status >= _SERVER_SIDE or (caught_exception is not None and not _is_unsent(caught_exception))
        if is_in_doubt:
            custom_timeouts.record(operation.name, "may have been done")
        if is_in_doubt and (operation.name in CREATES or custom_timeouts.seconds_left() <= 0):
            raise caught_exception or _client_error(parsed, operation.name)

    def pace(self, operation: str) -> Pace:
        """Return the turns of an operation, which all clients of the account and region share."""
        return self._paces.of(self._account, operation, self._rates)


def _is_too_fast(status: int, parsed: Mapping[str, Any]) -> bool:
    return status == _TOO_MANY_REQUESTS or "Throttl" in parsed.get("Error", {}).get("Code", "")


def _is_unsent(error: Exception) -> bool:
    from botocore.exceptions import ConnectionError as NoConnection  # noqa: PLC0415  loaded by now

    return isinstance(error, NoConnection)


def _client_error(parsed: Any, operation: str) -> Exception:
    from botocore.exceptions import ClientError  # noqa: PLC0415  loaded by now

    return ClientError(parsed, operation)
