"""
Exceptions that a signal handler of the application raises in the middle of a call, such as a time limit of Celery or RQ.

botocore treats them as a failure of the network: it wraps them, and repeats the call. The application must get its own exception.
"""

from __future__ import annotations

import signal
import traceback
from collections.abc import Iterator
from types import CodeType


def raised_in_handler(error: BaseException | None) -> BaseException | None:
    """Return the exception that a signal handler has raised: *error* itself or one that botocore wraps in it, or None."""
    inner = getattr(error, "kwargs", {}).get("error")
    return next((each for each in (error, inner) if isinstance(each, BaseException) and _is_of_handler(each)), None)


def _is_of_handler(error: BaseException) -> bool:
    handlers = {*_handlers()}
    return any(frame.f_code in handlers for frame, _ in traceback.walk_tb(error.__traceback__))


def _handlers() -> Iterator[CodeType]:
    for number in signal.valid_signals():
        code = getattr(signal.getsignal(number), "__code__", None)
        if isinstance(code, CodeType):
            yield code
