"""
Functions that review messages, as AWS Lambda runs them, on this machine.

A `Target` is the substitute for a Lambda function. It is a Python or Node.js function, which runs in processes of its own, or an
HTTP address. A `Handler` is a target at work: it invokes the function, and owns its processes. `local`, `cli` and
`testing` call it. It imports the words at the package's root, and nothing else of the package.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Protocol

from pulumi_ivschat.model.arns import FunctionArn

TIMEOUT: Final = 0.2
"""Seconds that AWS gives a review handler (service-quotas.html)."""


class HandlerError(Exception):
    """Raised when a function does not return a usable answer; *details* is its traceback, or more of its own text."""

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.details = details


class Handler(Protocol):
    """A function that can be invoked; all of it happens in one event loop."""

    async def start(self) -> None:
        """Load the function; raise HandlerError if that fails."""
        ...

    async def invoke(self, event: Mapping[str, Any], arn: str) -> Any:
        """Return the function's answer to an event; raise HandlerError if it has none within its time."""
        ...

    def close(self) -> None:
        """End everything that runs; nothing is invoked after that."""
        ...

    async def wait_closed(self) -> None:
        """Wait for the end of what `close` ended."""
        ...


class Target(Protocol):
    """A substitute for a Lambda function."""

    def handler(self, function: FunctionArn, timeout: float) -> Handler:
        """Return a handler that gives the function *timeout* seconds for each event."""
        ...
