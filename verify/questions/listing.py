"""Lists: order, pages, page tokens and filters."""

from __future__ import annotations

from typing import Any, Final

from verify.question import assumed, documented
from verify.run import Run

_INVALID: Final = "ValidationException 400"


def _three(run: Run) -> tuple[str, list[str]]:
    """Return the name that three rooms share, and their ARNs, oldest first."""
    return run.kept("three", lambda: _made(run, run.name("listed")))


def _made(run: Run, name: str) -> tuple[str, list[str]]:
    return name, [run.new_room(name=name)["arn"] for _ in range(3)]


def _page(run: Run, **members: Any) -> tuple[list[str], str | None]:
    page = run.must("ListRooms", **members)
    return [room["arn"] for room in page["rooms"]], page.get("nextToken")


def _places(arns: list[str], listed: list[str]) -> list[int]:
    return [arns.index(arn) for arn in listed]


@documented("ListRooms", source="ListRooms", expected=[2, 1, 0])
def rooms_are_listed_newest_first(run: Run) -> Any:
    """In which order are rooms listed, with a filter for their name?"""
    name, arns = _three(run)
    return _places(arns, _page(run, name=name)[0])


@documented("ListRooms", source="ListRooms", expected=[0, 2, 1])
def an_updated_room_is_listed_first(run: Run) -> Any:
    """Is a room that was updated listed first?"""
    name, arns = _three(run)
    run.must("UpdateRoom", identifier=arns[0], maximumMessageLength=100)
    listed = _places(arns, _page(run, name=name)[0])
    for arn in arns[1:]:
        run.must("UpdateRoom", identifier=arn, maximumMessageLength=100)
    return listed


@documented("ListRooms", source="ListRoomsResponse.nextToken", expected={"pages": [[2, 1], [0]], "more": [True, False]})
def rooms_are_listed_in_pages(run: Run) -> Any:
    """Do pages have as many rooms as asked for, and does the last one have no token?"""
    name, arns = _three(run)
    first, token = _page(run, name=name, maxResults=2)
    second, end = _page(run, name=name, maxResults=2, nextToken=token)
    return {"pages": [_places(arns, first), _places(arns, second)], "more": [bool(token), bool(end)]}


@documented("RoomSummary", source="RoomSummary", expected={"rate": False, "length": False, "tags": True, "times": True})
def members_of_a_listed_room(run: Run) -> Any:
    """Which members does a listed room have?"""
    [room, *_] = run.must("ListRooms", name=_three(run)[0])["rooms"]
    return {
        "rate": "maximumMessageRatePerSecond" in room,
        "length": "maximumMessageLength" in room,
        "tags": room.get("tags") == run.tags,
        "times": {"createTime", "updateTime"} <= room.keys(),
    }


@assumed(
    "Parts of names, and other cases, in the `name` filter of ListRooms", expected={"part of it": 0, "other case": 0}
)
def the_filter_for_names_is_exact(run: Run) -> Any:
    """Does the filter for names find parts of names, or other cases?"""
    name, _ = _three(run)
    given = {"part of it": name[:-1], "other case": name.upper()}
    return {word: len(_page(run, name=each)[0]) for word, each in given.items()}


@assumed("Rooms that were changed while a client pages through ListRooms", expected=[[2], [1]])
def rooms_that_change_between_pages(run: Run) -> Any:
    """Which rooms does a client see that pages while the last one is updated?"""
    name, arns = _three(run)
    first, token = _page(run, name=name, maxResults=1)
    run.must("UpdateRoom", identifier=arns[0], maximumMessageLength=101)
    pages = [_places(arns, first)]
    while token:
        listed, token = _page(run, name=name, maxResults=1, nextToken=token)
        pages.append(_places(arns, listed))
    for arn in arns[1:]:
        run.must("UpdateRoom", identifier=arn, maximumMessageLength=101)
    return pages


@assumed(
    "A page token that is used twice, with another size or filter, altered, or made up",
    expected={
        "again": "ok 200",
        "other size": "ok 200",
        "altered": _INVALID,
        "other filter": _INVALID,
        "made up": _INVALID,
    },
)
def page_tokens_that_are_refused(run: Run) -> Any:
    """Which page tokens are refused?"""
    name, _ = _three(run)
    token = str(_page(run, name=name, maxResults=1)[1])
    altered = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]
    _page(run, name=name, maxResults=1, nextToken=token)
    given: dict[str, dict[str, Any]] = {
        "again": {"name": name, "nextToken": token},
        "other size": {"name": name, "maxResults": 2, "nextToken": token},
        "altered": {"name": name, "nextToken": altered},
        "other filter": {"name": "x", "nextToken": token},
        "made up": {"nextToken": "abc"},
    }
    return {word: run.call("ListRooms", **members).outcome for word, members in given.items()}


@assumed("An empty `nextToken`", expected=[2, 1, 0])
def an_empty_page_token(run: Run) -> Any:
    """Which page does an empty page token mean?"""
    name, arns = _three(run)
    return _places(arns, _page(run, name=name, nextToken="")[0])


@assumed("An empty `name` filter in ListRooms", expected={"only rooms without a name": True, "ours among them": True})
def an_empty_filter_for_names(run: Run) -> Any:
    """Which rooms does an empty filter for names find?"""
    unnamed = run.kept("unnamed", lambda: run.new_room(name=None))["arn"]
    rooms = run.must("ListRooms", name="")["rooms"]
    only = all(not room.get("name") for room in rooms)
    return {"only rooms without a name": only, "ours among them": unnamed in [room["arn"] for room in rooms]}


@assumed("Several filters in ListRooms", expected={"both": [0], "name": 3, "logging": 1, "listed": 1})
def several_filters(run: Run) -> Any:
    """Must all filters hold?"""
    name, arns = _three(run)
    logging = run.logging_configuration
    run.must("UpdateRoom", identifier=arns[0], loggingConfigurationIdentifiers=[logging])
    both = _page(run, name=name, loggingConfigurationIdentifier=logging)[0]
    listed = run.must("ListRooms", loggingConfigurationIdentifier=logging)["rooms"]
    seen = {
        "both": _places(arns, both),
        "name": len(_page(run, name=name)[0]),
        "logging": len(listed),
        "listed": sum(room.get("loggingConfigurationIdentifiers") == [logging] for room in listed),
    }
    run.must("UpdateRoom", identifier=arns[0], loggingConfigurationIdentifiers=[])
    return seen


@assumed("A filter by a logging configuration that does not exist", expected={"outcome": "ok 200", "rooms": 0})
def a_filter_by_nothing(run: Run) -> Any:
    """What does a filter find by a logging configuration that does not exist?"""
    arn = f"{run.scratch.rpartition(':')[0]}:logging-configuration/aB3dE6gH9jK2"
    seen = run.call("ListRooms", loggingConfigurationIdentifier=arn)
    return {"outcome": seen.outcome, "rooms": len(seen.members.get("rooms", []))}
