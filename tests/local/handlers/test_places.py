"""Places: the order in which waiting events get one."""

from __future__ import annotations

import asyncio

import pytest

from pulumi_ivschat.local.handlers import HandlerError
from pulumi_ivschat.local.handlers.places import Places


def test_events_get_places_in_their_order() -> None:
    async def main() -> list[int]:
        places, order = Places(2), list[int]()

        async def take(number: int) -> None:
            await places.take()
            order.append(number)

        tasks = [asyncio.create_task(take(number)) for number in range(5)]
        for _ in range(3):
            await asyncio.sleep(0)
            places.leave()
        await asyncio.gather(*tasks)
        assert (places.full, places.wanted) == (True, False)
        return order

    assert asyncio.run(main()) == [0, 1, 2, 3, 4]


def test_an_event_waits_for_a_limited_time_and_then_leaves_the_queue() -> None:
    async def main() -> None:
        places = Places(1, patience=0.01)
        await places.take()
        with pytest.raises(HandlerError, match=r"busy with other messages for 0\.01 s"):
            await places.take()
        assert not places.wanted
        places.leave()
        assert not places.full

    asyncio.run(main())


def test_an_event_that_is_cancelled_keeps_no_place() -> None:
    async def main() -> None:
        places = Places(1)
        await places.take()
        waiting = asyncio.create_task(places.take())
        await asyncio.sleep(0)
        places.leave()
        waiting.cancel()
        await asyncio.wait({waiting})
        assert not places.full

    asyncio.run(main())
