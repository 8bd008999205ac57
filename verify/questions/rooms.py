"""Rooms: defaults, what an update changes, and what is left after a delete."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from verify.question import assumed, documented
from verify.run import Run


def _plain(run: Run) -> Any:
    """Return CreateRoom's answer for a room that no question changes."""
    return run.kept("plain", run.new_room)


@documented("CreateRoom", source="CreateRoomRequest.maximumMessageLength", expected={"rate": 10, "length": 500})
def defaults_of_a_room(run: Run) -> Any:
    """Which values does a room get that is made with a name and tags only?"""
    made = _plain(run)
    return {"rate": made.get("maximumMessageRatePerSecond"), "length": made.get("maximumMessageLength")}


@assumed(
    "Members of a room that was made with a name and tags only",
    expected={"handler": False, "logging": False, "same time": True},
)
def members_that_a_room_does_not_have(run: Run) -> Any:
    """Which members and times does a room have that is made with a name and tags only?"""
    made = _plain(run)
    return {
        "handler": "messageReviewHandler" in made,
        "logging": "loggingConfigurationIdentifiers" in made,
        "same time": made["createTime"] == made["updateTime"],
    }


@documented("CreateRoom", source="CreateRoom", expected={"length": 3, "rate": 4, "tag": "1", "logging": 1})
def members_that_a_room_is_made_with(run: Run) -> Any:
    """Does a room have the limits, tags and logging configurations that CreateRoom is given?"""
    logging = [run.logging_configuration]
    limits = {"maximumMessageLength": 3, "maximumMessageRatePerSecond": 4}
    made = run.new_room(**limits, tags={"made": "1"}, loggingConfigurationIdentifiers=logging)
    run.must("DeleteRoom", identifier=made["arn"])
    return {
        "length": made["maximumMessageLength"],
        "rate": made["maximumMessageRatePerSecond"],
        "tag": made["tags"].get("made"),
        "logging": made.get("loggingConfigurationIdentifiers", []).count(logging[0]),
    }


@documented(
    "CreateRoom", source="RoomArn", expected={"parts": 6, "type": "room", "id length": 12, "id is the end": True}
)
def arn_of_a_room(run: Run) -> Any:
    """Which form do the ARN and the id of a room have?"""
    room = run.must("GetRoom", identifier=run.scratch)
    end, _, last = room["arn"].rpartition(":")[2].partition("/")
    return {
        "parts": len(room["arn"].split(":")),
        "type": end,
        "id length": len(room["id"]),
        "id is the end": last == room["id"],
    }


@assumed("GetRoom right after CreateRoom", expected=True)
def get_answers_what_create_answered(run: Run) -> bool:
    """Does GetRoom answer the same members as CreateRoom?"""
    made = _plain(run)
    return bool(run.must("GetRoom", identifier=made["arn"]) == made)


@assumed("`name` of a room or logging configuration made without one", expected="")
def name_of_a_room_without_one(run: Run) -> Any:
    """Which name does a room have that is made without one?"""
    return run.kept("unnamed", lambda: run.new_room(name=None)).get("name", "omitted")


@assumed("Members that an update is not given", expected={"length": 77, "rate": 10, "tagged": True})
def update_keeps_what_it_does_not_name(run: Run) -> Any:
    """Does UpdateRoom keep the members that it is not given?"""
    changed = run.must("UpdateRoom", identifier=run.scratch, maximumMessageLength=77)
    run.must("UpdateRoom", identifier=run.scratch, maximumMessageLength=500)
    tagged = changed.get("tags") == run.tags
    rate = changed["maximumMessageRatePerSecond"]
    return {"length": changed["maximumMessageLength"], "rate": rate, "tagged": tagged}


@documented(
    "UpdateRoom",
    source="UpdateRoomResponse.updateTime",
    expected={"moved": True, "created stays": True, "as answered": True},
)
def update_moves_the_update_time(run: Run) -> Any:
    """Does UpdateRoom move `updateTime`, and nothing else of the times?"""
    before = run.must("GetRoom", identifier=run.scratch)
    changed = run.must("UpdateRoom", identifier=run.scratch, maximumMessageLength=78)
    after = run.must("GetRoom", identifier=run.scratch)
    return {
        "moved": changed["updateTime"] > before["updateTime"],
        "created stays": changed["createTime"] == before["createTime"],
        "as answered": after["updateTime"] == changed["updateTime"],
    }


@assumed("Fractions of a second in `updateTime`", expected=True)
def fractions_of_the_update_time(run: Run) -> bool:
    """Are times as fine as milliseconds, and not finer?"""
    times = [run.must("UpdateRoom", identifier=run.scratch, maximumMessageLength=79)["updateTime"] for _ in range(2)]
    return all(_in_milliseconds(time) for time in times)


def _in_milliseconds(time: datetime) -> bool:
    return time.microsecond % 1000 == 0


@assumed("Does an update without a change move `updateTime`?", expected=True)
def update_without_a_change_moves_the_update_time(run: Run) -> bool:
    """Does an UpdateRoom that changes no value move `updateTime`?"""
    before = run.must("GetRoom", identifier=run.scratch)
    run.must("UpdateRoom", identifier=run.scratch, name=before["name"])
    return bool(run.must("GetRoom", identifier=run.scratch)["updateTime"] > before["updateTime"])


@documented("UpdateRoom", source="RoomName", expected={"name": ""})
def a_name_can_be_removed(run: Run) -> Any:
    """Can UpdateRoom make a name empty?"""
    changed = run.must("UpdateRoom", identifier=run.scratch, name="")
    run.must("UpdateRoom", identifier=run.scratch, name=run.name())
    return {"name": changed.get("name", "omitted")}


@documented("RoomName", source="UpdateRoomRequest.name", expected="ok 200")
def names_need_not_be_unique(run: Run) -> str:
    """May two rooms have the same name?"""
    name = _plain(run)["name"]
    outcome = run.call("UpdateRoom", identifier=run.scratch, name=name).outcome
    run.must("UpdateRoom", identifier=run.scratch, name=run.name())
    return outcome


@documented(
    "DeleteRoom",
    source="DeleteRoom",
    expected={"delete": "ok 204", "get": "ResourceNotFoundException 404"},
)
def a_deleted_room_is_gone(run: Run) -> Any:
    """What do DeleteRoom, and GetRoom after it, answer?"""
    arn = run.new_room()["arn"]
    deleted = run.call("DeleteRoom", identifier=arn).outcome
    return {"delete": deleted, "get": run.call("GetRoom", identifier=arn).outcome}
