"""The functions that an application gives us, plain or async, and the async forms of our own."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from pulumi_ivschat.errors import Invalid

_P = ParamSpec("_P")
_R = TypeVar("_R")


def is_async(function: Any) -> bool:
    """Return whether calling *function*, or an object that is called as one, returns a coroutine."""
    return _is(inspect.iscoroutinefunction, function)


def is_generator(function: Any) -> bool:
    """Return whether calling *function* returns a generator, which is true whatever it yields."""
    return _is(inspect.isgeneratorfunction, function) or _is(inspect.isasyncgenfunction, function)


def answer(function: Callable[[str], Any], user_id: str, name: str) -> Any:
    """Return the result of *function*, *name* to people, for a user; raise Invalid if that must be awaited."""
    if not is_async(function):
        found = function(user_id)
        if not inspect.isawaitable(found):
            return found
        if inspect.iscoroutine(found):
            found.close()  # or Python warns that nobody has awaited it
    msg = f"{name} is an async function, which `issue` cannot await: use `issue_async`"
    raise Invalid(msg)


async def awaited(function: Callable[[str], Any], user_id: str) -> Any:
    """Return the result of *function* for a user; it runs on the event loop if it is async, else in a thread."""
    found = function(user_id) if is_async(function) else await in_thread(function)(user_id)
    return await found if inspect.isawaitable(found) else found


def in_thread(function: Callable[_P, _R]) -> Callable[_P, Coroutine[Any, Any, _R]]:
    """Return the async form of a function: it runs in a thread, while the event loop goes on."""

    async def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        import asyncio  # noqa: PLC0415  who calls this has loaded it

        return await asyncio.to_thread(function, *args, **kwargs)

    return call


def async_form(function: Callable[_P, _R]) -> Callable[_P, Coroutine[Any, Any, _R]]:
    """Return the async form of a function of ours, with its signature and a name that ends in `_async`."""
    form = functools.update_wrapper(in_thread(function), function)
    form.__name__ = form.__qualname__ = f"{function.__name__}_async"
    form.__doc__ = f"Do as `{function.__name__}`, in a thread, while the event loop goes on."
    return form


def _is(kind: Callable[[Any], bool], function: Any) -> bool:
    while isinstance(function, functools.partial):
        function = function.func
    return kind(function) or kind(getattr(function, "__call__", None))  # noqa: B004  the method, not whether there is one
