"""Chat logging: which records come about, where they go, and what a bad disk does to chat."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from pulumi_ivschat.local.log_delivery import LogDelivery, place
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.settings import Settings
from pulumi_ivschat.local.store import Store
from tests.local.conftest import Time

Call: TypeAlias = Callable[..., dict[str, Any]]
S3 = {"s3": {"bucketName": "archive"}}
CLOUD_WATCH_LOGS = {"cloudWatchLogs": {"logGroupName": "/chat/logs"}}
FIREHOSE = {"firehose": {"deliveryStreamName": "stream"}}
ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


@pytest.fixture
def service(time: Time, tmp_path: Path) -> Iterator[Service]:
    """Yield a service that delivers logs."""
    service = Service(Store(None), Settings(logs=tmp_path / "logs"), clock=time)
    yield service
    service.close()


@pytest.fixture
def delivered(service: Service, tmp_path: Path) -> Callable[[], dict[str, list[dict[str, Any]]]]:
    """Return a function that gives all records by the folder of their destination."""

    def found() -> dict[str, list[dict[str, Any]]]:
        assert service.delivery is not None
        service.delivery.flush()
        logs = tmp_path / "logs"
        return {
            str(file.parent.relative_to(logs)): [json.loads(line) for line in file.read_text().splitlines()]
            for file in sorted(logs.rglob("*.jsonl"))
        }

    return found


def logged_room(call: Call, *destinations: dict[str, Any]) -> str:
    made = [call("CreateLoggingConfiguration", {"destinationConfiguration": each})["arn"] for each in destinations]
    return str(call("CreateRoom", {"loggingConfigurationIdentifiers": made})["arn"])


def test_a_record_has_awss_form(call: Call, delivered: Call) -> None:
    room = logged_room(call, S3)

    call("SendEvent", {"roomIdentifier": room, "eventName": "goal", "attributes": {"größe": "1"}})

    [record] = delivered()["000000000000/us-west-2/s3/archive"]
    assert record == {
        "event_timestamp": "2026-01-31T08:00:00.123Z",
        "type": "EVENT",
        "version": "1.0",
        "payload": {
            "Type": "EVENT",
            "Id": record["payload"]["Id"],
            "RequestId": "",
            "Attributes": {"größe": "1"},
            "EventName": "goal",
            "SendTime": "2026-01-31T08:00:00.123Z",
        },
    }


def test_every_destination_of_the_room_gets_every_record_and_no_other_any(call: Call, delivered: Call) -> None:
    room = logged_room(call, S3, CLOUD_WATCH_LOGS, FIREHOSE)
    other = logged_room(call, {"s3": {"bucketName": "other"}})
    silent = logged_room(call)

    for number in range(3):
        call("SendEvent", {"roomIdentifier": room, "eventName": f"{number}"})
    call("SendEvent", {"roomIdentifier": silent, "eventName": "unheard"})
    call("SendEvent", {"roomIdentifier": other, "eventName": "other"})

    home = "000000000000/us-west-2"
    assert {folder: [each["payload"]["EventName"] for each in records] for folder, records in delivered().items()} == {
        f"{home}/s3/archive": ["0", "1", "2"],
        f"{home}/cloudWatchLogs/%2Fchat%2Flogs": ["0", "1", "2"],
        f"{home}/firehose/stream": ["0", "1", "2"],
        f"{home}/s3/other": ["other"],
    }


def test_two_configurations_with_one_destination_deliver_once(call: Call, delivered: Call) -> None:
    room = logged_room(call, S3, S3)

    call("SendEvent", {"roomIdentifier": room, "eventName": "goal"})

    assert [len(records) for records in delivered().values()] == [1]


def test_a_record_goes_where_it_was_to_go_when_it_came_about(call: Call, delivered: Call) -> None:
    room = logged_room(call, S3)

    call("SendEvent", {"roomIdentifier": room, "eventName": "last"})
    call("DeleteRoom", {"identifier": room})

    assert [each["payload"]["EventName"] for each in delivered()["000000000000/us-west-2/s3/archive"]] == ["last"]


def test_only_what_clients_get_is_recorded(service: Service, call: Call, delivered: Call) -> None:
    room = logged_room(call, S3)
    assert service.delivery is not None

    for kind in ("joined", "left", "MESSAGE"):
        service.delivery.observe(room, {"Type": kind, "SendTime": "2026-01-31T08:00:00Z"})

    assert [each["type"] for each in delivered()["000000000000/us-west-2/s3/archive"]] == ["MESSAGE"]


def test_a_configuration_that_is_not_active_gets_nothing(
    time: Time, call: Call, service: Service, delivered: Call
) -> None:
    room = logged_room(call, S3)
    [configuration] = service.store.logging_of(room)
    service.store.rewrite(
        {**configuration, "state": "CREATING", "becomes": "ACTIVE", "due": "2026-01-31T08:00:02.000Z"}
    )

    call("SendEvent", {"roomIdentifier": room, "eventName": "early"})
    time.turn(2)
    service.chat.send_event(room, "in time", None)

    assert [each["payload"]["EventName"] for each in delivered()["000000000000/us-west-2/s3/archive"]] == ["in time"]


@pytest.mark.parametrize(
    "name", [".", "..", "../../etc/passwd", "/", "/etc/passwd", "a/../..", "...", "#", "x" * 512, "/" * 512]
)
def test_no_name_leads_out_of_the_directory(name: str, tmp_path: Path) -> None:
    arn = ROOM.replace("room/", "logging-configuration/")
    destination = {"arn": arn, "destinationConfiguration": {"cloudWatchLogs": {"logGroupName": name}}}

    path = tmp_path / place(ROOM, destination)

    assert path.resolve().relative_to(tmp_path.resolve()).parts == path.relative_to(tmp_path).parts
    assert len(path.relative_to(tmp_path).parts) == 5
    path.parent.mkdir(parents=True)
    path.touch()


def test_names_that_differ_have_folders_that_differ() -> None:
    arn = ROOM.replace("room/", "logging-configuration/")
    names = ["x" * 512, "x" * 511, "a/b", "a.b", "a-b", ".", "..", "/"]

    def folder(name: str) -> str:
        return place(ROOM, {"arn": arn, "destinationConfiguration": {"s3": {"bucketName": name}}}).parent.name

    assert len({folder(name) for name in names}) == len(names)


def test_a_disk_that_takes_nothing_is_reported_once_and_chat_goes_on(
    call: Call, delivered: Call, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    room = logged_room(call, S3)
    (tmp_path / "logs").write_text("not a directory")

    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            call("SendEvent", {"roomIdentifier": room, "eventName": "lost"})
            assert delivered() == {}

    assert len(re.findall("Chat log records .* are lost", caplog.text)) == 1

    (tmp_path / "logs").unlink()
    call("SendEvent", {"roomIdentifier": room, "eventName": "back"})
    assert [each["payload"]["EventName"] for each in delivered()["000000000000/us-west-2/s3/archive"]] == ["back"]


def test_a_disk_that_is_too_slow_loses_records_and_holds_nobody_up(
    call: Call, service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pulumi_ivschat.local.log_delivery.MOST_WAITING", 1)
    room = logged_room(call, S3)
    monkeypatch.setattr(LogDelivery, "_write_all", lambda _: None)
    slow = LogDelivery(service.store, service.clock, tmp_path)

    for _ in range(3):
        slow.observe(room, {"Type": "EVENT", "SendTime": "2026-01-31T08:00:00Z"})

    assert "the disk is too slow" in caplog.text


def test_what_has_no_utf_8_is_written_as_an_escape(call: Call, service: Service, delivered: Call) -> None:
    room = logged_room(call, S3)
    assert service.delivery is not None

    service.delivery.observe(room, {"Type": "EVENT", "SendTime": "2026-01-31T08:00:00Z", "EventName": "\ud800"})

    assert delivered()["000000000000/us-west-2/s3/archive"][0]["payload"]["EventName"] == "\ud800"


def test_what_was_taken_is_written_before_the_end(call: Call, service: Service, tmp_path: Path) -> None:
    room = logged_room(call, S3)

    for number in range(2000):
        service.chat.send_event(room, str(number), None)
    service.close()

    [file] = (tmp_path / "logs").rglob("*.jsonl")
    names = [json.loads(line)["payload"]["EventName"] for line in file.read_text().splitlines()]
    assert names == [str(number) for number in range(2000)]


def test_a_reset_leaves_what_was_delivered(call: Call, service: Service, delivered: Call) -> None:
    room = logged_room(call, S3)
    call("SendEvent", {"roomIdentifier": room, "eventName": "goal"})

    service.reset()

    assert len(delivered()) == 1


def test_without_a_directory_nothing_is_delivered(time: Time) -> None:
    service = Service(Store(None), Settings(), clock=time)

    assert service.delivery is None
    service.close()
