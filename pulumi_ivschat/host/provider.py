"""
The provider that Pulumi's dynamic host runs: from its requests to the life of a resource, and back.

The host has four threads, and one process for all resource types of an operation.
"""

from __future__ import annotations

import contextlib
import functools
import sys
import traceback
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from pulumi_ivschat.errors import IvsChatError, bug
from pulumi_ivschat.model import native
from pulumi_ivschat.model.properties import PROVIDER_KEY, known, with_unknowns
from pulumi_ivschat.model.validation import Failure
from pulumi_ivschat.operations import engine_watch, garbage
from pulumi_ivschat.operations.managed_resource import ManagedResource
from pulumi_ivschat.operations.operation import Operation, of_process, share_paces
from pulumi_ivschat.plain_text import plain_lines

_P = ParamSpec("_P")
_R = TypeVar("_R")


def _raising_ours(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Raise nothing but IvsChatErrors: SystemExit and KeyboardInterrupt would hang the CLI (docs/dynamic-resources.md, Errors)."""

    @functools.wraps(method)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            with engine_watch.CALLS.running():
                return method(*args, **kwargs)
        except IvsChatError:
            raise
        except BaseException as error:  # noqa: BLE001  whatever it is, the engine gets an answer
            raise bug(error) from None

    return wrapper


class Provider(ResourceProvider):
    """Pulumi's view of one resource type. The operation belongs to the process and is never pickled."""

    _resource: ManagedResource

    def __init__(self, name: str) -> None:
        self._name = name

    @_raising_ours
    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration; raise SettingsError if it is wrong."""
        if _is_host():
            engine_watch.end_with_engine()
            engine_watch.end_without_unloading()
            garbage.search_seldom()
            share_paces()
        _show_errors_plainly()
        # The request has no public way to ask which keys there are, and an unknown key is an error.
        config = {**req.config._props}  # noqa: SLF001
        self.take_part(of_process(config))

    def take_part(self, operation: Operation) -> None:
        """Work within an operation of the engine."""
        self._resource = ManagedResource.of(self._name, operation)

    @_raising_ours
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Return canonical inputs and all failures."""
        checked = self._resource.check(known(news), known(olds))
        return CheckResult(with_unknowns(checked.inputs), [_check_failure(failure) for failure in checked.failures])

    @_raising_ours
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """
        Compare by meaning.

        A change is answered with `changes=None`, so that the engine shows it property by property (docs/dynamic-resources.md,
        Previews). The engine would drop a change that no property shows, so that is answered with `changes=True`. An update
        repairs a state that another version of the pickle has written (docs/dynamic-resources.md, The pickle).
        """
        difference = self._resource.diff(id_, self._state(olds), known(news))
        stale = olds.get(PROVIDER_KEY) != news.get(PROVIDER_KEY)
        if difference.unseen or not difference.changed:
            return DiffResult(changes=difference.unseen or stale)
        return DiffResult(changes=None, replaces=difference.replaces)

    @_raising_ours
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create, and return ARN and outputs; warn if something else has its owner tag already."""
        inputs = known(props)
        created = CreateResult(*self._resource.create(inputs))
        if warning := self._resource.warning(inputs):
            with contextlib.suppress(Exception):
                pulumi.log.warn(warning)
        return created

    @_raising_ours
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Return outputs and inputs as AWS has them; an empty id says *gone* (docs/dynamic-resources.md, Gone)."""
        reading = self._resource.read(id_, self._state(props))
        return ReadResult(id_, reading.state, reading.inputs) if reading else ReadResult("", {})

    @_raising_ours
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Change what differs, and return all outputs."""
        return UpdateResult(self._resource.update(id_, self._state(olds), known(news)))

    @_raising_ours
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete."""
        self._resource.delete(id_, self._state(props))

    def _state(self, outputs: dict[str, Any]) -> Any:
        """Return a state as lifecycles take it, also if the native plug-in wrote it: its resources may become ours."""
        spec = native.resource(self._name) if PROVIDER_KEY not in outputs else {}
        return native.inward(known(outputs), spec)


def _is_host() -> bool:
    """Return whether this process is Pulumi's dynamic host, and not a program or a test."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    return spec is not None and spec.name == "pulumi.dynamic.__main__"


def _check_failure(failure: Failure) -> CheckFailure:
    """Report without the engine's own field for the property, whose value the engine would print, also of a secret."""
    return CheckFailure("", plain_lines(str(failure)))


class PlainTraceback:
    """The `traceback` module, as the dynamic host is to see it: an IvsChatError is its message and no more."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    @staticmethod
    def format_exc() -> str:
        """Return the message of an IvsChatError, and a traceback of anything else."""
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, IvsChatError) else traceback.format_exc()


def _show_errors_plainly() -> None:
    """Keep the host, where it answers errors with `traceback.format_exc()` (newer SDKs), from doing so for ours."""
    host = sys.modules["__main__"]
    if hasattr(host, "_abort_with_traceback"):
        host.traceback = PlainTraceback()  # type: ignore[attr-defined]
