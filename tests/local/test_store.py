"""The store alone: what is kept, in which order, through restarts, crashes and threads."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.local.store import LOGGING_CONFIGURATION, ROOM, Home, Page, Position, Store

HOME = Home("000000000000", "us-west-2")


def _room(name: str, time: str = "2026-01-31T08:00:00.000Z", home: Home = HOME) -> dict[str, Any]:
    arn = home.new_arn(ROOM)
    return {"arn": arn, "id": arn[-12:], "name": name, "updateTime": time, "tags": {}}


def _put(store: Store, *rooms: dict[str, Any]) -> None:
    for room in rooms:
        store.put(HOME, ROOM, room)


def _names(store: Store, **filters: str) -> list[str]:
    return [members["name"] for members in store.page(HOME, ROOM, filters, None, 100).resources]


@pytest.fixture
def store() -> Any:
    store = Store(None)
    yield store
    store.close()


def test_what_is_put_is_given_back(store: Store) -> None:
    room = _room("lobby é")

    _put(store, room)

    assert store.get(room["arn"]) == room
    assert store.get("arn:other") is None


def test_ids_are_twelve_letters_or_digits() -> None:
    identity = HOME.new_arn(ROOM).rpartition("/")[2]

    assert len(identity) == 12
    assert identity.isalnum()
    assert identity.isascii()


def test_the_newest_update_comes_first_and_the_last_written_wins_a_tie(store: Store) -> None:
    early, late, tie = _room("early"), _room("late", "2026-01-31T08:00:01.000Z"), _room("tie")

    _put(store, late, early, tie)

    assert _names(store) == ["late", "tie", "early"]
    _put(store, early)
    assert _names(store) == ["late", "early", "tie"]


def test_a_page_begins_after_a_position(store: Store) -> None:
    _put(store, *(_room(name) for name in "abc"))
    first = store.page(HOME, ROOM, {}, None, 1)

    rest = store.page(HOME, ROOM, {}, first.end, 10)

    assert [members["name"] for members in rest.resources] == ["b", "a"]
    assert rest.end is None
    assert store.page(HOME, ROOM, {}, Position("2000-01-01T00:00:00.000Z", 1), 10) == Page([])


def test_new_tags_leave_a_resource_in_its_place(store: Store) -> None:
    first, second = _room("first"), _room("second")
    _put(store, first, second)

    store.put_tags(first["arn"], {"a": "ü"})

    assert _names(store) == ["second", "first"]
    assert (store.get(first["arn"]) or {})["tags"] == {"a": "ü"}


def test_homes_and_types_are_apart(store: Store) -> None:
    elsewhere = Home("000000000000", "eu-west-1")
    store.put(elsewhere, ROOM, _room("elsewhere", home=elsewhere))
    store.put(HOME, LOGGING_CONFIGURATION, _room("logging"))
    _put(store, _room("here"))

    assert _names(store) == ["here"]
    assert store.count(HOME, ROOM) == store.count(elsewhere, ROOM) == store.count(HOME, LOGGING_CONFIGURATION) == 1
    assert store.count(Home("1", "us-west-2"), ROOM) == 0


def test_a_filter_by_name_takes_the_name_as_it_is(store: Store) -> None:
    _put(store, _room("a"), _room("A"), _room("a%"), _room("' OR 1=1"))

    assert _names(store, name="a") == ["a"]
    assert _names(store, name="' OR 1=1") == ["' OR 1=1"]


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    def interrupted() -> None:
        with store.transaction():
            _put(store, _room("a"))
            with store.transaction():
                _put(store, _room("b"))
            raise KeyError

    with pytest.raises(KeyError):
        interrupted()

    assert _names(store) == []


def test_threads_do_not_get_into_each_other_s_transactions(store: Store) -> None:
    room = {**_room("a"), "count": 0}
    _put(store, room)

    def count() -> None:
        for _ in range(50):
            with store.transaction():
                current = store.get(room["arn"]) or {}
                _put(store, {**current, "count": current["count"] + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (store.get(room["arn"]) or {})["count"] == 200


def test_a_file_keeps_everything_and_its_page_key(tmp_path: Path) -> None:
    room = _room("kept")
    before = Store(tmp_path / "store.sqlite")
    _put(before, room)
    key = before.page_key
    before.close()

    after = Store(tmp_path / "store.sqlite")

    assert (after.get(room["arn"]), after.page_key) == (room, key)
    assert len(key) == 64
    after.close()


def test_a_clear_leaves_nothing(store: Store) -> None:
    room = _room("a")
    _put(store, room)

    store.clear()

    assert _names(store) == []
    assert store.get(room["arn"]) is None


def test_a_killed_process_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    code = f"""
import os, pathlib, signal
from pulumi_ivschat.local.store import Home, Store
store, home = Store(pathlib.Path({str(path)!r})), Home("0", "r")
for number in range(100):
    store.put(home, "room", {{"arn": str(number), "updateTime": "t"}})
with store.transaction():
    store.put(home, "room", {{"arn": "unfinished", "updateTime": "t"}})
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9

    store = Store(path)

    assert store.count(Home("0", "r"), "room") == 100
    assert store.get("unfinished") is None
    store.close()


def test_a_chat_token_is_used_once_over_restarts_too_and_forgotten_when_it_is_dead(tmp_path: Path) -> None:
    first = Store(tmp_path / "store.sqlite")
    assert first.use_token("one", expires=100.0, now=50.0)
    assert not first.use_token("one", expires=100.0, now=51.0)
    first.clear()
    first.close()

    second = Store(tmp_path / "store.sqlite")

    assert not second.use_token("one", expires=100.0, now=99.0)
    assert second.use_token("one", expires=100.0, now=100.0)
    second.close()


def test_what_is_due_becomes_what_it_was_to_become(store: Store) -> None:
    def logging(name: str, **members: Any) -> str:
        arn = HOME.new_arn(LOGGING_CONFIGURATION)
        made = {"arn": arn, "name": name, "updateTime": "2026-01-31T08:00:00.000Z", "tags": {}, **members}
        store.put(HOME, LOGGING_CONFIGURATION, made)
        return arn

    due, later = "2026-01-31T08:00:01.000Z", "2026-01-31T08:00:01.001Z"
    made = logging("made", state="CREATING", becomes="ACTIVE", due=due)
    going = logging("going", state="DELETING", becomes=None, due=due)
    waiting = logging("waiting", state="CREATING", becomes="ACTIVE", due=later)
    settled = logging("settled", state="ACTIVE")

    store.settle(datetime.fromisoformat(due.replace("Z", "+00:00")))

    found = {arn: store.get(arn) for arn in (made, waiting, settled)}
    assert [members and members["state"] for members in found.values()] == ["ACTIVE", "CREATING", "ACTIVE"]
    assert {"becomes", "due"} & (found[made] or {}).keys() == set()
    assert store.get(going) is None


def test_the_logging_of_a_room_keeps_its_order_without_deleted_configurations(store: Store) -> None:
    arns = [HOME.new_arn(LOGGING_CONFIGURATION) for _ in range(3)]
    for arn in arns[1:]:
        store.put(HOME, LOGGING_CONFIGURATION, {"arn": arn, "updateTime": "2026-01-31T08:00:00.000Z"})
    room = {**_room("lobby"), "loggingConfigurationIdentifiers": [arns[2], arns[0], arns[1]]}
    _put(store, room)

    assert [each["arn"] for each in store.logging_of(room["arn"])] == [arns[2], arns[1]]
    assert store.logging_of(HOME.new_arn(ROOM)) == []


def test_a_rewritten_resource_stays_in_its_place(store: Store) -> None:
    first, second = _room("first"), _room("second")
    _put(store, first, second)

    store.rewrite({**first, "name": "other"})

    assert _names(store) == ["second", "other"]


def test_a_text_is_looked_for_in_the_resources_of_every_home(store: Store) -> None:
    lobby = {**_room("lobby"), "tags": {"Team": "Chat"}}
    quiz = {**_room("Quiz"), "description": "chat"}
    _put(store, lobby)
    store.put(Home("111111111111", "eu-west-1"), ROOM, quiz)

    assert store.search(ROOM, "", 10) == (2, [quiz, lobby])
    assert store.search(ROOM, "", 1) == (2, [quiz])
    assert store.search(ROOM, "QUIZ", 10) == (1, [quiz])
    assert store.search(ROOM, "chat", 10) == (1, [lobby])
    assert store.search(ROOM, lobby["arn"], 10) == store.search(ROOM, lobby["id"], 10) == (1, [lobby])
    assert store.search(ROOM, "eu-west", 10) == store.search(ROOM, "111111111111", 10) == (1, [quiz])
    assert store.search(ROOM, "%", 10) == store.search(LOGGING_CONFIGURATION, "", 10) == (0, [])
