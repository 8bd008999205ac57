"""Readers of the feed: quick ones, slow ones, late ones."""

from __future__ import annotations

import asyncio

from pulumi_ivschat.local.feed import CALL, FRAME, RESET, SKIPPED, Feed


def _numbers(feed: Feed, after: int) -> list[int]:
    return [event.number for event in feed.after(after)]


def test_a_late_reader_gets_what_is_kept() -> None:
    feed = Feed(size=3)
    for _ in range(5):
        feed.add(FRAME, {})

    assert _numbers(feed, 0) == [3, 4, 5]
    assert _numbers(feed, 4) == [5]
    assert _numbers(feed, 5) == []


def test_nothing_is_read_from_a_new_feed() -> None:
    assert Feed().after(0) == []


def test_a_slow_reader_gets_the_number_of_events_it_missed() -> None:
    feed = Feed(size=3)
    for _ in range(6):
        feed.add(FRAME, {})

    first, *others = feed.after(1)

    assert (first.kind, first.data) == (SKIPPED, {"count": 2})
    assert [event.number for event in others] == [4, 5, 6]


def test_a_reader_that_missed_nothing_gets_no_gap() -> None:
    feed = Feed(size=3)
    for _ in range(5):
        feed.add(FRAME, {})

    assert [event.kind for event in feed.after(2)] == [FRAME] * 3


def test_every_reader_gets_each_event_once_as_it_happens() -> None:
    feed = Feed()

    async def read() -> list[int]:
        return [event.number async for events in feed.follow(0) for event in events]

    async def happen() -> list[list[int]]:
        readers = [asyncio.create_task(read()) for _ in range(2)]
        for _ in range(3):
            await asyncio.sleep(0)
            feed.add(CALL, {})
            feed.add(FRAME, {})
        await asyncio.sleep(0.01)
        feed.close()
        return await asyncio.gather(*readers)

    assert asyncio.run(happen()) == [[1, 2, 3, 4, 5, 6]] * 2


def test_a_closed_feed_sends_its_readers_away_at_once() -> None:
    feed = Feed()

    async def read() -> None:
        reader = asyncio.create_task(anext(feed.follow(0), None))
        await asyncio.sleep(0)
        feed.close()
        assert await asyncio.wait_for(reader, 1) is None

    asyncio.run(read())


def test_a_cleared_feed_has_a_reset_event_and_continues_counting() -> None:
    feed = Feed()
    feed.add(FRAME, {"content": "gone"})

    feed.clear()

    assert [(event.number, event.kind) for event in feed.after(0)] == [(2, RESET)]


def test_a_feed_is_complete_until_it_drops_an_event_and_again_from_the_next_clear() -> None:
    feed = Feed(size=2)
    seen = [feed.is_complete()]
    for _ in range(3):
        feed.add(FRAME, {})
        seen.append(feed.is_complete())
    feed.clear()
    seen.append(feed.is_complete())

    assert seen == [True, True, True, False, True]
