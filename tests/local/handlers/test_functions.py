"""The environments of a function: how many there are, and what becomes of those that crash or hang."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.local.handlers import HandlerError, functions
from pulumi_ivschat.local.handlers.functions import MOST_ENVIRONMENTS
from tests.local.handlers.conftest import LAMBDA, LONG, event, running, until

FUNCTIONS = """\
import os, pathlib, sys, time

def handler(event, context):
    content = event["Content"]
    if content == "exit": sys.exit()
    if content == "hang": time.sleep(100)
    if content == "late":
        time.sleep(1)
        pathlib.Path("late").touch()
    if content == "meet":
        pathlib.Path(str(os.getpid())).touch()
        while len(list(pathlib.Path().iterdir())) < 4: time.sleep(0.01)
    return os.getpid()
"""


@pytest.fixture
def function(tmp_path: Path) -> str:
    (tmp_path / "review.py").write_text(FUNCTIONS)
    return f"{tmp_path}/review.py:handler"


async def invoke(handler: Any, *contents: str) -> list[Any]:
    calls = [handler.invoke(event(content), LAMBDA) for content in contents]
    return await asyncio.gather(*calls, return_exceptions=True)


def test_one_environment_is_used_again_and_events_at_the_same_time_have_one_each(function: str) -> None:
    async def main() -> None:
        async with running(function) as handler:
            [first], [second] = await invoke(handler, "hello"), await invoke(handler, "hello")
            assert first == second
            # each waits for the other two
            assert len(set(await invoke(handler, "meet", "meet", "meet"))) == 3

    asyncio.run(main())


def test_more_events_than_there_may_be_environments_wait_their_turn(function: str) -> None:
    async def main() -> list[Any]:
        async with running(function) as handler:
            return await invoke(handler, *["hello"] * MOST_ENVIRONMENTS * 3)

    answers = asyncio.run(main())
    assert all(isinstance(each, int) for each in answers)
    assert len(set(answers)) <= MOST_ENVIRONMENTS


def test_a_crashed_environment_is_replaced(function: str) -> None:
    async def main() -> None:
        async with running(function) as handler:
            [before], [crash], [after] = [await invoke(handler, each) for each in ("hello", "exit", "hello")]
            assert isinstance(crash, HandlerError)
            assert isinstance(after, int)
            assert before != after

    asyncio.run(main())


def test_any_number_of_hung_events_leave_the_function_usable(function: str) -> None:
    async def main() -> None:
        async with running(function, timeout=0.2) as handler:
            hung = await invoke(handler, *["hang"] * MOST_ENVIRONMENTS * 2)
            assert {str(each) for each in hung} == {"it took over 200 ms"}
            while not isinstance((await invoke(handler, "hello"))[0], int):
                pass  # a busy machine may need longer than 200 ms

    asyncio.run(asyncio.wait_for(main(), LONG))


def test_an_event_that_is_no_longer_waited_for_goes_on_if_nobody_needs_its_place(function: str, tmp_path: Path) -> None:
    async def main() -> None:
        async with running(function, timeout=0.05) as handler:
            [late] = await invoke(handler, "late")
            assert str(late) == "it took over 50 ms"
            await until((tmp_path / "late").exists)

    asyncio.run(asyncio.wait_for(main(), LONG))


def test_environments_that_are_not_used_any_more_end(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with running(function) as handler:
            used: Callable[[], int] = lambda: len(handler._idle)  # type: ignore[attr-defined]  # noqa: E731, SLF001
            await invoke(handler, "meet", "meet", "meet")
            assert used() == 3
            monkeypatch.setattr(functions, "IDLE_SECONDS", 0.0)
            await invoke(handler, "hello")
            assert used() == 0

    asyncio.run(main())


def test_a_call_in_flight_ends_with_the_handler(function: str) -> None:
    async def main() -> Any:
        async with running(function) as handler:
            call = asyncio.create_task(handler.invoke(event("hang"), LAMBDA))
            await asyncio.sleep(0.05)
        return await asyncio.wait_for(asyncio.gather(call, return_exceptions=True), LONG)

    [ended] = asyncio.run(main())
    assert str(ended) == "its process ended with SIGKILL"
