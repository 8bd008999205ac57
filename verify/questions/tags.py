"""Tags: what adds, overwrites and removes them, and which are refused."""

from __future__ import annotations

from typing import Any, Final

from verify.question import assumed, documented
from verify.run import Run

_INVALID: Final = "ValidationException 400"


def _tags(run: Run) -> dict[str, str]:
    tags: dict[str, str] = run.must("ListTagsForResource", resourceArn=run.scratch)["tags"]
    return {key: value for key, value in tags.items() if key not in run.tags}


@documented(
    "TagResource",
    source="TagResource",
    expected={"added": {"a": "1", "b": "2"}, "overwritten": {"a": "1", "b": "3"}, "removed": {"b": "3"}},
)
def tags_are_added_overwritten_and_removed(run: Run) -> Any:
    """Do TagResource and UntagResource keep the other tags?"""
    run.must("TagResource", resourceArn=run.scratch, tags={"a": "1", "b": "2"})
    added = _tags(run)
    run.must("TagResource", resourceArn=run.scratch, tags={"b": "3"})
    overwritten = _tags(run)
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["a"])
    removed = _tags(run)
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["b"])
    return {"added": added, "overwritten": overwritten, "removed": removed}


@documented("GetRoom", source="GetRoomResponse.tags", expected=True)
def a_room_shows_its_tags(run: Run) -> bool:
    """Does GetRoom have the tags that TagResource adds?"""
    run.must("TagResource", resourceArn=run.scratch, tags={"shown": "é"})
    shown = run.must("GetRoom", identifier=run.scratch)["tags"]
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["shown"])
    return bool(shown == {**run.tags, "shown": "é"})


@documented("UntagResource", source="UntagResource", expected="ok 200")
def untag_of_a_key_that_is_not_there(run: Run) -> str:
    """Is UntagResource of a key that is not there an error?"""
    return run.call("UntagResource", resourceArn=run.scratch, tagKeys=["nothing"]).outcome


@assumed("Does TagResource or UntagResource move `updateTime`?", expected={"tag": False, "untag": False})
def tags_move_the_update_time(run: Run) -> Any:
    """Does TagResource or UntagResource move `updateTime`?"""
    before = run.must("GetRoom", identifier=run.scratch)["updateTime"]
    run.must("TagResource", resourceArn=run.scratch, tags={"moved": "1"})
    tagged = run.must("GetRoom", identifier=run.scratch)["updateTime"]
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["moved"])
    untagged = run.must("GetRoom", identifier=run.scratch)["updateTime"]
    return {"tag": tagged != before, "untag": untagged != tagged}


@documented(
    "Tags",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    expected={
        "key of 129": _INVALID,
        "value of 257": _INVALID,
        "empty key": _INVALID,
        "empty value": "ok 200",
        "aws: key": _INVALID,
        "51 tags": _INVALID,
    },
)
def tags_that_are_refused(run: Run) -> Any:
    """Which tags are refused?"""
    given = {
        "key of 129": {"k" * 129: "v"},
        "value of 257": {"key": "v" * 257},
        "empty key": {"": "v"},
        "empty value": {"key": ""},
        "aws: key": {"aws:key": "v"},
        "51 tags": {f"key{number}": "v" for number in range(51)},
    }
    seen = {word: run.call("TagResource", resourceArn=run.scratch, tags=tags).outcome for word, tags in given.items()}
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["key"])
    return seen


@assumed(
    "Characters of tags", expected={"key": _INVALID, "value": _INVALID, "AWS: key": _INVALID, "_.:/=+-@ é": "ok 200"}
)
def characters_of_tags(run: Run) -> Any:
    """Which characters may tags have, and is aws: reserved in capitals too?"""
    given = {
        "key": {"a!b": "v"},
        "value": {"key": "a!b"},
        "AWS: key": {"AWS:key": "v"},
        "_.:/=+-@ é": {"_.:/=+-@ é": "_.:/=+-@ é"},
    }
    seen = {word: run.call("TagResource", resourceArn=run.scratch, tags=tags).outcome for word, tags in given.items()}
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["key", "_.:/=+-@ é"])
    return seen


@assumed("More than 50 tags after TagResource", expected={"50": "ok 200", "51": _INVALID})
def more_than_50_tags_together(run: Run) -> Any:
    """May a resource have more than 50 tags after TagResource?"""
    most = {f"key{number}": "v" for number in range(50 - len(run.tags))}
    filled = run.call("TagResource", resourceArn=run.scratch, tags=most).outcome
    more = run.call("TagResource", resourceArn=run.scratch, tags={"one-more": "v"}).outcome
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=[*most])
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["one-more"])
    return {"50": filled, "51": more}


@assumed("`aws:` keys in UntagResource", expected=_INVALID)
def untag_of_a_reserved_key(run: Run) -> str:
    """Is UntagResource of a key that begins with aws: refused?"""
    return run.call("UntagResource", resourceArn=run.scratch, tagKeys=["aws:key"]).outcome


@assumed("CreateRoom with a tag that is refused", expected={"create": _INVALID, "left": 0})
def a_create_with_a_refused_tag_makes_nothing(run: Run) -> Any:
    """Does a CreateRoom with a tag that is refused make a room?"""
    name = run.name("refused")
    created = run.call("CreateRoom", name=name, tags={**run.tags, "aws:key": "v"}).outcome
    return {"create": created, "left": len(run.must("ListRooms", name=name)["rooms"])}


@documented("TagKeyList", source="TagKeyList", expected={"51 keys": _INVALID, "key of 129": _INVALID})
def keys_that_untag_refuses(run: Run) -> Any:
    """Which lists of keys does UntagResource refuse?"""
    lists = {"51 keys": [f"key{number}" for number in range(51)], "key of 129": ["k" * 129]}
    return {
        word: run.call("UntagResource", resourceArn=run.scratch, tagKeys=keys).outcome for word, keys in lists.items()
    }


@documented(
    "Tags",
    source="https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html",
    expected={"create": {"Team": "a", "team": "b"}},
)
def tag_keys_are_case_sensitive(run: Run) -> Any:
    """Are tag keys that differ in case two keys?"""
    run.must("TagResource", resourceArn=run.scratch, tags={"Team": "a", "team": "b"})
    both = _tags(run)
    run.must("UntagResource", resourceArn=run.scratch, tagKeys=["Team", "team"])
    return {"create": both}


@assumed("UntagResource without keys", expected=_INVALID)
def untag_without_keys(run: Run) -> str:
    """What does UntagResource answer to no keys?"""
    return run.call("UntagResource", resourceArn=run.scratch, tagKeys=[]).outcome
