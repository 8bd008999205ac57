"""Functions that an application gives: what is async is recognized, and awaited if that is possible."""

from __future__ import annotations

import asyncio
import functools
import inspect
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from pulumi_ivschat import callbacks
from pulumi_ivschat.errors import Invalid


def plain(user: str) -> bool:
    """Say no."""
    return user == "mallory"


async def coroutine(user: str) -> bool:
    """Say no."""
    await asyncio.sleep(0)
    return user == "mallory"


async def with_prefix(_: str, user: str) -> bool:
    """Say no."""
    return user == "mallory"


class Rule:
    """An object that is called as an async function."""

    async def __call__(self, user: str) -> bool:
        """Say no."""
        return user == "mallory"

    async def method(self, user: str) -> bool:
        """Say no."""
        return user == "mallory"


ASYNC: list[Callable[[str], Awaitable[bool]]] = [
    coroutine,
    functools.partial(with_prefix, "x"),
    functools.partial(functools.partial(with_prefix), "x"),
    Rule(),
    Rule().method,
    functools.partial(Rule()),
    lambda user: coroutine(user),  # noqa: PLW0108  a plain function that returns a coroutine
]


@pytest.mark.parametrize("function", ASYNC)
def test_an_async_function_is_awaited_and_cannot_be_asked_at_once(function: Callable[[str], Any]) -> None:
    assert asyncio.run(callbacks.awaited(function, "alice")) is False
    assert asyncio.run(callbacks.awaited(function, "mallory")) is True
    with pytest.raises(Invalid, match="refuse is an async function, which `issue` cannot await: use `issue_async`"):
        callbacks.answer(function, "alice", "refuse")


def test_a_plain_function_is_asked_in_place_or_in_a_thread() -> None:
    threads: list[int] = []

    def seen(user: str) -> bool:
        threads.append(threading.get_ident())
        return plain(user)

    assert callbacks.answer(seen, "mallory", "refuse") is True
    assert asyncio.run(callbacks.awaited(seen, "alice")) is False
    assert threads[0] == threading.get_ident() != threads[1]


def generator(user: str) -> Iterator[str]:
    """Yield, where a bool is wanted."""
    yield user


def test_a_generator_is_recognized() -> None:
    async def yields(user: str) -> Any:
        yield user

    assert callbacks.is_generator(generator)
    assert callbacks.is_generator(functools.partial(yields))
    assert not any(map(callbacks.is_generator, [plain, coroutine, {""}.__contains__, Rule(), None]))


def test_an_async_form_keeps_signature_and_result() -> None:
    form = callbacks.async_form(plain)

    assert inspect.iscoroutinefunction(form)
    assert inspect.signature(form) == inspect.signature(plain)
    assert (form.__name__, form.__doc__) == ("plain_async", "Do as `plain`, in a thread, while the event loop goes on.")
    assert asyncio.run(form("mallory")) is True
