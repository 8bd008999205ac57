"""
Review handlers of tests, each at an HTTP address of this process.

A Python function runs in a thread, so a test sees what it does. A function in a file runs in a process of its own, as in the
local service, but with the environment variables of the test.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from pulumi_ivschat.local.handlers import targets
from pulumi_ivschat.local.handlers.environment import FUNCTION_TIMEOUT, Program
from pulumi_ivschat.local.handlers.functions import FunctionTarget
from pulumi_ivschat.local.handlers.http_function import HttpTarget
from pulumi_ivschat.local.handlers.python_runtime import answer_to
from pulumi_ivschat.model.arns import FunctionArn

if TYPE_CHECKING:
    from typing_extensions import Self

_POLL: Final = 0.005
"""Seconds until the server of a function ends after the block."""

Invoke: TypeAlias = Callable[[dict[str, Any]], Any]
"""Takes what a runtime is given, and returns its answer: `{"answer": …}` or `{"error": {"errorType", "errorMessage", …}}`."""


@contextmanager
def served(handler: Callable[[Any, Any], Any] | str, arn: str) -> Iterator[str]:
    """
    Yield the address at which a function is served as the Lambda function *arn*.

    *handler* is a Python function, or a text as `targets.parse` reads one. Raises ValueError if it cannot be loaded, and
    TypeError for any other value.
    """
    function = FunctionArn.parse(arn)
    if function is None:
        msg = f"{arn!r} is not the ARN of a Lambda function"
        raise ValueError(msg)
    if isinstance(handler, str):
        with _of_text(handler, function, arn) as url:
            yield url
        return
    if not callable(handler):
        msg = f"a review handler is a function (event, context), or a text: {targets.FORMS}"
        raise TypeError(msg)
    variables = Program((), Path.cwd(), getattr(handler, "__name__", ""), "python").variables(function)
    with _listening(lambda given: answer_to(handler, given, variables), arn) as url:
        yield url


@contextmanager
def _of_text(text: str, function: FunctionArn, arn: str) -> Iterator[str]:
    target = targets.parse(text)
    if isinstance(target, HttpTarget):
        yield target.url
        return
    assert isinstance(target, FunctionTarget)  # noqa: S101 - for type checkers: there are no others
    with FunctionProcess(target.program, function) as process, _listening(process.invoke, arn) as url:
        yield url


@contextmanager
def _listening(invoke: Invoke, arn: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = _answered(invoke(_given(event, arn)))
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # the service may be reset meanwhile
                self.wfile.write(body)

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - named by http.server
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[_POLL], name="review-handler", daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


def _given(event: Any, arn: str) -> dict[str, Any]:
    deadline = int((time.time() + FUNCTION_TIMEOUT) * 1000)
    return {"event": event, "requestId": str(uuid.uuid4()), "arn": arn, "deadline": deadline}


def _answered(answer: Any) -> bytes:
    """Return what Lambda's Runtime Interface Emulator answers: the function's own answer, or its error."""
    return json.dumps(answer["error"] if "error" in answer else answer["answer"]).encode()


class FunctionProcess:
    """A process that has loaded a function, for a block; it is replaced if it ends."""

    def __init__(self, program: Program, function: FunctionArn) -> None:
        self._program = program
        self._function = function

    def __enter__(self) -> Self:
        """Load the function; raise ValueError with its error if that fails."""
        self._start()
        if error := self._answer().get("error"):
            self._end()
            details = "\n".join(filter(None, [error["errorMessage"], error.get("trace")]))
            msg = f"the review handler {self._program.handler} cannot be loaded: {error['errorType']}: {details}"
            raise ValueError(msg)
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, and those that it has started."""
        self._end()

    def invoke(self, given: dict[str, Any]) -> Any:
        """Return the runtime's answer to one event."""
        if self._process.poll() is not None:
            self._end()
            self._start()
            if "error" in (loaded := self._answer()):
                return loaded
        with suppress(BrokenPipeError):  # then it has no answer either
            self._process.stdin.write(json.dumps(given).encode() + b"\n")
            self._process.stdin.flush()
        return self._answer()

    def _start(self) -> None:
        reading, writing = os.pipe()
        self._answers = os.fdopen(reading, "rb")
        try:
            self._process = self._spawn(writing)
        finally:
            os.close(writing)

    def _spawn(self, writing: int) -> Any:
        return subprocess.Popen(  # noqa: S603 - the function that the test names
            [*self._program.command, str(writing)],
            stdin=subprocess.PIPE,
            pass_fds=(writing,),
            cwd=self._program.root,
            env=self._program.variables(self._function),
            start_new_session=True,
        )

    def _answer(self) -> dict[str, Any]:
        line = self._answers.readline()
        if line.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(line)
            return answer
        code = self._process.wait()
        return {"error": {"errorType": "ExitError", "errorMessage": f"its process ended with exit code {code}"}}

    def _end(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.stdin.close()
        self._process.wait()
        self._answers.close()
