"""
One execution environment: a process that has loaded a function, and runs it with one event at a time.

Its standard input brings the events, and a pipe of its own takes the answers, one JSON document on a line. The function's
output goes to the log. The process ends if its standard input does, so none outlives a service that is killed.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat.local.handlers import HandlerError
from pulumi_ivschat.model.arns import FunctionArn

FUNCTION_TIMEOUT: Final = 3.0
"""Seconds that Lambda gives a function by default; IVS Chat stops waiting for it long before."""

_LOAD_TIMEOUT: Final = 10.0
_LAST_MOMENTS: Final = 1.0
_LARGEST_ANSWER: Final = 6 * 1024 * 1024
_LONGEST_LINE: Final = 64 * 1024
_MEMORY_MB: Final = "128"
_NEW, _RUNS, _KILLED = "new", "runs", "killed"
_LOG: Final = logging.getLogger("pulumi_ivschat.local")
_CONTROLS: Final = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}


@attrs.frozen
class Program:
    """
    How a function is run.

    Attributes:
        command: the runtime and what it loads; the descriptor that takes the answers is added to it.
        root: the working directory, which is Lambda's task root.
        handler: the function as people name it, such as `review.py:handler`.
        execution_env: Lambda's name of the runtime.
    """

    command: tuple[str, ...]
    root: Path
    handler: str
    execution_env: str

    def variables(self, function: FunctionArn) -> dict[str, str]:
        """Return the environment variables: the service's own, and Lambda's."""
        return {
            **os.environ,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{self.execution_env}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": _MEMORY_MB,
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": _version(function),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": f"{time.strftime('%Y/%m/%d')}/[{_version(function)}]{uuid.uuid4().hex}",
            "AWS_REGION": function.region,
            "LAMBDA_TASK_ROOT": str(self.root),
            "TZ": ":UTC",
            "_HANDLER": self.handler,
        }


def _version(function: FunctionArn) -> str:
    qualifier = function.qualifier or ""
    return qualifier if qualifier.isdecimal() else "$LATEST"


class Environment:
    """A process that runs a function. `start` it, then `invoke` it with one event at a time."""

    def __init__(self, program: Program, function: FunctionArn) -> None:
        self._program = program
        self._function = function
        self._process: asyncio.subprocess.Process | None = None
        self._answers: asyncio.StreamReader
        self._pipe: asyncio.BaseTransport
        self._printed: asyncio.Task[None]
        self._state = _NEW
        self.used = time.monotonic()

    @property
    def usable(self) -> bool:
        """Whether the process can be invoked."""
        return self._state is _RUNS and self._process is not None and self._process.returncode is None

    @property
    def gone(self) -> bool:
        """Whether no process is left."""
        return self._state is _KILLED if self._process is None else self._process.returncode is not None

    async def start(self) -> None:
        """Load the function; raise HandlerError if that fails."""
        reading, writing = os.pipe()
        try:
            await self._read_answers(reading)
            self._process = await self._spawn(writing)
        except OSError as error:
            msg = f"{self._program.command[0]} cannot be run: {error.strerror}"
            raise HandlerError(msg) from error
        finally:
            os.close(writing)
        killed, self._state = self._state is _KILLED, _RUNS
        self._printed = asyncio.create_task(self._log_output(self._process))
        if killed:
            self.kill()
        await self._answer(_LOAD_TIMEOUT, "it was not loaded within {seconds:g} s")

    async def invoke(self, event: Mapping[str, Any], arn: str) -> Any:
        """Return the function's answer; raise HandlerError if it fails or takes over Lambda's time."""
        self.used = time.monotonic()
        deadline = int((time.time() + FUNCTION_TIMEOUT) * 1000)
        given = {"event": event, "requestId": str(uuid.uuid4()), "arn": arn, "deadline": deadline}
        assert self._process is not None  # noqa: S101 - for type checkers
        assert self._process.stdin is not None  # noqa: S101
        self._process.stdin.write(json.dumps(given).encode() + b"\n")
        return await self._answer(FUNCTION_TIMEOUT, "it did not end within {seconds:g} s")

    def kill(self) -> None:
        """End the process, and those that it has started."""
        if self._process is not None and self.usable:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._state = _KILLED

    async def wait_closed(self) -> None:
        """Wait for the end of a process that was killed, and of its pipes."""
        if self._process is None:
            return
        await asyncio.wait({self._printed, asyncio.ensure_future(self._process.wait())}, timeout=_LAST_MOMENTS)
        self._pipe.close()
        self._process._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001 - a process that left the group may hold them

    async def _read_answers(self, reading: int) -> None:
        loop = asyncio.get_running_loop()
        self._answers = asyncio.StreamReader(limit=_LARGEST_ANSWER)
        file = os.fdopen(reading, "rb", buffering=0)
        self._pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(self._answers), file)

    async def _spawn(self, writing: int) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._program.command,
            str(writing),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=(writing,),
            cwd=self._program.root,
            env=self._program.variables(self._function),
            start_new_session=True,  # Ctrl-C is for the service
        )

    async def _answer(self, seconds: float, late: str) -> Any:
        try:
            line = await asyncio.wait_for(self._answers.readline(), seconds)
        except asyncio.TimeoutError:
            self.kill()
            raise HandlerError(late.format(seconds=seconds)) from None
        except ValueError:
            self.kill()
            msg = f"its answer is over {_LARGEST_ANSWER // 1024**2} MB"
            raise HandlerError(msg) from None
        if not line.endswith(b"\n"):
            raise HandlerError(await self._ending())
        answer = json.loads(line)
        if answer.get("last"):
            self.kill()
        if "error" in answer:
            raise _failed(answer["error"])
        return answer["answer"]

    async def _ending(self) -> str:
        assert self._process is not None  # noqa: S101 - for type checkers
        exiting = asyncio.ensure_future(self._process.wait())
        await asyncio.wait({exiting}, timeout=_LAST_MOMENTS)
        code = self._process.returncode
        self.kill()
        if code is None:
            return "it closed the pipe that takes its answers"
        return f"its process ended with {f'exit code {code}' if code >= 0 else signal.Signals(-code).name}"

    async def _log_output(self, process: asyncio.subprocess.Process) -> None:
        """Log what the function prints, line by line."""
        assert process.stdout is not None  # noqa: S101 - for type checkers
        rest = b""
        while printed := await process.stdout.read(_LONGEST_LINE):
            *lines, rest = (rest + printed).split(b"\n")
            if len(rest) >= _LONGEST_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._log_line(line)
        if rest:
            self._log_line(rest)

    def _log_line(self, line: bytes) -> None:
        _LOG.warning("%s: %s", self._function.name, plain(line.decode(errors="replace")))


def plain(text: str) -> str:
    """Return a text without control characters, which a terminal would obey; line ends and tabs stay."""
    return text.translate(_CONTROLS)


def _failed(error: Mapping[str, Any]) -> HandlerError:
    kind, message, trace = (str(error.get(name) or "") for name in ("errorType", "errorMessage", "trace"))
    first, *more = message.splitlines() or [""]
    return HandlerError(f"{kind}: {first}" if first else kind, trace or "\n".join(more))
