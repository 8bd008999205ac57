"""Blocking things and an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest

from pulumi_ivschat.cli.daemon_threads import called, each


async def collected(items: Iterator[int]) -> list[int]:
    return [item async for item in each(items)]


def test_a_call_gives_or_raises_what_its_function_does() -> None:
    assert asyncio.run(called(lambda: 4711)) == 4711
    with pytest.raises(ZeroDivisionError):
        asyncio.run(called(lambda: 1 // 0))


def test_all_items_arrive_in_order() -> None:
    assert asyncio.run(collected(iter(range(1000)))) == list(range(1000))


def test_what_the_items_raise_is_raised_after_them() -> None:
    with pytest.raises(ZeroDivisionError):
        asyncio.run(collected(1 // number for number in (1, 0)))


def test_a_few_items_are_taken_ahead_and_no_more() -> None:
    taken = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    async def first() -> None:
        async for _ in each(items()):
            await asyncio.sleep(0.2)
            return

    asyncio.run(first())

    assert 1 < len(taken) < 150


def test_a_process_ends_though_a_thread_waits(run_python: Callable[[str], str]) -> None:
    code = """
import asyncio, threading
from pulumi_ivschat.cli.daemon_threads import called
try:
    asyncio.run(asyncio.wait_for(called(threading.Event().wait), 0.1))
except (TimeoutError, asyncio.TimeoutError):
    print("over")
"""
    assert run_python(code) == "over"
