"""
A function of this machine, in processes as AWS Lambda has execution environments: one for each event at the same time.

A process that crashes is replaced. If IVS Chat has stopped waiting for an event, its process continues until Lambda's timeout, as
on AWS. It is killed earlier if another event needs its place. So no number of hung events stops a function.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.local.handlers import Handler, HandlerError
from pulumi_ivschat.local.handlers.environment import Environment, Program
from pulumi_ivschat.local.handlers.places import Places
from pulumi_ivschat.model.arns import FunctionArn

MOST_ENVIRONMENTS: Final = 8
IDLE_SECONDS: Final = 60.0
"""After which an environment that is not used ends."""


@attrs.frozen
class FunctionTarget:
    """A Python or Node.js function."""

    program: Program

    def handler(self, function: FunctionArn, timeout: float) -> Handler:
        """Return a handler that runs the function in processes."""
        return LocalFunction(self.program, function, timeout)


class LocalFunction:
    """The environments of one function."""

    def __init__(self, program: Program, function: FunctionArn, timeout: float) -> None:
        self._new = functools.partial(Environment, program, function)
        self._timeout = timeout
        self._places = Places(MOST_ENVIRONMENTS)
        self._all: set[Environment] = set()
        self._idle: list[Environment] = []
        self._abandoned: list[Environment] = []

    async def start(self) -> None:
        """Load the function in a first environment."""
        self._idle.append(await self._started())

    async def invoke(self, event: Mapping[str, Any], arn: str) -> Any:
        """Invoke the function in an environment that is free, or in a new one; starting it takes none of the time."""
        if self._places.full and self._abandoned:
            self._abandoned.pop(0).kill()
        await self._places.take()
        try:
            environment = self._warm() or await self._started()
        except BaseException:
            self._places.leave()
            raise
        call = asyncio.create_task(environment.invoke(event, arn))
        call.add_done_callback(functools.partial(self._ended, environment))
        return await self._within_time(call, environment)

    def _warm(self) -> Environment | None:
        while self._idle:
            environment = self._idle.pop()
            if environment.usable:
                return environment
        return None

    async def _within_time(self, call: asyncio.Task[Any], environment: Environment) -> Any:
        await asyncio.wait({call}, timeout=self._timeout)
        if call.done():
            return call.result()
        if self._places.wanted:
            environment.kill()
        else:
            self._abandoned.append(environment)
        raise late(self._timeout)

    def close(self) -> None:
        """Kill all environments."""
        for environment in self._all:
            environment.kill()

    async def wait_closed(self) -> None:
        """Wait for their ends."""
        await asyncio.gather(*(environment.wait_closed() for environment in self._all))

    async def _started(self) -> Environment:
        self._all = {environment for environment in self._all if not environment.gone}
        environment = self._new()
        self._all.add(environment)
        try:
            await environment.start()
        except BaseException:
            environment.kill()
            raise
        return environment

    def _ended(self, environment: Environment, call: asyncio.Task[Any]) -> None:
        """Take an environment back after a call, and end those that have not been used for long."""
        if call.cancelled():
            environment.kill()
        else:
            call.exception()  # nobody else asks for that of an abandoned call
        if environment in self._abandoned:
            self._abandoned.remove(environment)
        self._idle.append(environment)
        self._end_unused()
        self._places.leave()

    def _end_unused(self) -> None:
        for environment in self._idle:
            if environment.used < time.monotonic() - IDLE_SECONDS:
                environment.kill()
        self._idle = [environment for environment in self._idle if environment.usable]


def late(timeout: float) -> HandlerError:
    """Return the error of an event that took longer than AWS waits."""
    return HandlerError(f"it took over {timeout * 1000:g} ms")
