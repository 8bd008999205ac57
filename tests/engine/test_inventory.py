"""A refresh of many rooms: from pages, in few calls, and as exact as one by one."""

from __future__ import annotations

import collections

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

ROOMS = 60
PROGRAM = f'[Room(f"r-{{n}}", tags={{"n": str(n)}}) for n in range({ROOMS})]'


def test_a_refresh_reads_pages_and_finds_exactly_what_has_changed(stack: Stack, service: LocalService) -> None:
    stack.program(PROGRAM).up()
    before = len(service.calls())
    stack.drift(code=0)
    calls = collections.Counter(service.calls()[before:])
    assert calls.keys() == {"GetRoom", "ListRooms"}
    assert sum(calls.values()) < ROOMS / 3

    client = service.client()
    rooms = {resource["outputs"]["name"]: resource["id"] for resource in stack.resources()}
    client.update_room(identifier=rooms["r-7"], maximumMessageLength=7)
    client.tag_resource(resourceArn=rooms["r-8"], tags={"n": "other"})
    client.delete_room(identifier=rooms["r-9"])

    shown = stack.drift()
    changed = {name for name in rooms if f"::{name}]" in shown}
    assert changed == {"r-7", "r-8", "r-9"}


@pytest.mark.long
def test_reading_ahead_can_be_switched_off(stack: Stack, service: LocalService) -> None:
    stack.config(readAhead="false").program('[Room(f"r-{n}") for n in range(10)]').up()
    before = len(service.calls())

    stack.drift(code=0)

    assert service.calls()[before:] == ["GetRoom"] * 10
