"""
The program of a Python environment: loads a function, and runs it with the events of the standard input.

    python python_runtime.py FILE_OR_MODULE FUNCTION ANSWERS_FD

It runs as a script and imports the standard library only, since people's functions share its interpreter.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any


class HandlerNotFound(Exception):
    """Raised when a module does not have the function."""


class MarshalError(Exception):
    """Raised when an answer cannot be JSON."""


class Context:
    """The second argument of a Lambda function (python-context.html of the Lambda developer guide)."""

    def __init__(self, given: Mapping[str, Any], variables: Mapping[str, str]) -> None:
        self.aws_request_id: str = given["requestId"]
        self.invoked_function_arn: str = given["arn"]
        self.function_name = variables["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = variables["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = variables["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = variables["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        self.client_context = None
        self._deadline: int = given["deadline"]

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds until Lambda's timeout, which IVS Chat does not wait for."""
        return max(0, self._deadline - int(time.time() * 1000))

    def log(self, text: object) -> None:
        """Print to the log."""
        print(text)  # noqa: T201 - the log is the standard output


def main(place: str, name: str, answers: IO[str]) -> None:
    """Load the function, and answer events until the standard input ends."""
    events = _events()
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    _log_as_lambda_does()
    try:
        handler = _loaded(place, name)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the service reports it
        _write(answers, _failure(error))
        os._exit(1)
    _write(answers, {"answer": None})
    while True:
        answer = answer_to(handler, json.loads(events.get()), os.environ)
        _write(answers, answer)
        if answer.get("last"):
            os._exit(1)


def answer_to(
    handler: Callable[[Any, Context], Any], given: Mapping[str, Any], variables: Mapping[str, str]
) -> dict[str, Any]:
    """
    Return a function's answer to an event as JSON: `{"answer"}`, or `{"error": {…}, "last"}` for anything that it raises.

    *given* has the event, requestId, arn and deadline; *variables* are Lambda's. After the *last* answer the process ends:
    sys.exit() and the like end it, as on Lambda.
    """
    try:
        result = handler(given["event"], Context(given, variables))
    except BaseException as error:  # noqa: BLE001 - anything that a function raises is its answer
        return _failure(error)
    try:
        return {"answer": json.loads(json.dumps(result, default=_number))}
    except Exception as error:  # noqa: BLE001 - what it returned may be of its own classes
        return _failure(MarshalError(f"Unable to marshal response: {error}"))


def _write(answers: IO[str], document: Mapping[str, Any]) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    answers.write(json.dumps(document) + "\n")
    answers.flush()


def _loaded(place: str, name: str) -> Any:
    module = _file(Path(place)) if place.endswith(".py") else importlib.import_module(place)
    handler = getattr(module, name, None)
    if not callable(handler):
        msg = f"{place} has no function {name}"
        raise HandlerNotFound(msg)
    return handler


def _file(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    spec.loader.exec_module(module)
    return module


def _failure(error: BaseException) -> dict[str, Any]:
    """Return an error as the service gets it: an error of people's own code with the trace through it."""
    described = {"errorType": type(error).__name__, "errorMessage": _text(error)}
    if not isinstance(error, (HandlerNotFound, MarshalError)):
        own = error.__traceback__ and error.__traceback__.tb_next
        described["trace"] = "".join(traceback.format_exception(type(error), error, own)[-_LONGEST_TRACE:])
    return {"error": described, "last": not isinstance(error, Exception)}


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - it is somebody's own class
        return ""


_LONGEST_TRACE = 30
"""Entries: a recursion without end has a thousand."""


def _number(value: Any) -> Any:
    """Write a Decimal as a number, as Lambda does."""
    if type(value).__name__ == "Decimal":
        return float(value)
    msg = f"its answer is not JSON serializable: {type(value).__name__}"
    raise TypeError(msg)


def _log_as_lambda_does() -> None:
    """Return the root logger a handler, which functions rely on: they set its level, and no more."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    logging.getLogger().addHandler(handler)


def _events() -> queue.SimpleQueue[bytes]:
    """Return the events as they come; the end of the standard input ends the process, whatever it does."""
    source = os.fdopen(os.dup(0), "rb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)  # a function that reads its standard input finds it empty, as on Lambda
    events: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def receive() -> None:
        for line in source:
            events.put(line)
        os._exit(0)

    threading.Thread(target=receive, name="events", daemon=True).start()
    return events


if __name__ == "__main__":
    os.set_inheritable(int(sys.argv[3]), False)  # noqa: FBT003
    with os.fdopen(int(sys.argv[3]), "w", encoding="utf-8") as pipe:
        main(sys.argv[1], sys.argv[2], pipe)
