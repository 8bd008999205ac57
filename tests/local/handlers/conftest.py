"""Functions as people write them, each run by the real runtime in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from pulumi_ivschat.local.handlers import Handler, targets
from pulumi_ivschat.model.arns import FunctionArn

LAMBDA = "arn:aws:lambda:us-west-2:000000000000:function:review"
LONG = 30.0
"""Seconds that no test waits, however slow the machine is."""


def event(content: str = "hello") -> Mapping[str, Any]:
    """Return the part of an event that these functions look at."""
    return {"Content": content}


@asynccontextmanager
async def running(target: str, timeout: float = LONG, arn: str = LAMBDA) -> AsyncIterator[Handler]:
    """Load a function, and end it."""
    function = FunctionArn.parse(arn)
    assert function is not None
    handler = targets.parse(target).handler(function, timeout)
    try:
        await handler.start()
        yield handler
    finally:
        handler.close()
        await handler.wait_closed()


def answer(target: str, arn: str = LAMBDA, content: str = "hello") -> Any:
    """Return what a function answers to one event."""

    async def asked() -> Any:
        async with running(target, arn=arn) as handler:
            return await handler.invoke(event(content), arn)

    return asyncio.run(asked())


async def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition."""
    while not condition():  # noqa: ASYNC110 - it is not this loop's
        await asyncio.sleep(0.01)
