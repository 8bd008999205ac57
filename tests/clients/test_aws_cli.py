"""The AWS CLI, version 1."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

Aws: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]

_NOWHERE = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


def _output(ran: subprocess.CompletedProcess[str]) -> Any:
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout or "{}")


def test_a_life_of_a_room(aws: Aws, requests: Callable[[], list[str]]) -> None:
    room = _output(aws("create-room", "--name", "lobby", "--tags", "team=live"))
    arn = room["arn"]
    updated = _output(aws("update-room", "--identifier", arn, "--maximum-message-length", "200"))
    _output(aws("tag-resource", "--resource-arn", arn, "--tags", '{"b k/é": "x"}'))
    _output(aws("untag-resource", "--resource-arn", arn, "--tag-keys", "team"))

    assert (updated["maximumMessageLength"], updated["createTime"]) == (200, room["createTime"])
    assert _output(aws("list-tags-for-resource", "--resource-arn", arn)) == {"tags": {"b k/é": "x"}}
    assert [each["arn"] for each in _output(aws("list-rooms"))["rooms"]] == [arn]
    _output(aws("delete-room", "--identifier", arn))
    assert _output(aws("list-rooms"))["rooms"] == []
    assert requests() == [
        "CreateRoom",
        "UpdateRoom",
        "TagResource",
        "UntagResource",
        "ListTagsForResource",
        "ListRooms",
        "DeleteRoom",
        "ListRooms",
    ]


def test_a_logging_configuration(aws: Aws) -> None:
    destination = "s3={bucketName=some-bucket}"

    logging = _output(aws("create-logging-configuration", "--destination-configuration", destination))

    assert logging["destinationConfiguration"] == {"s3": {"bucketName": "some-bucket"}}
    assert logging["state"] == "ACTIVE"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["get-room", "--identifier", _NOWHERE],
            "(ResourceNotFoundException) when calling the GetRoom operation",
        ),
        (["create-room", "--maximum-message-length", "501"], "(ValidationException) when calling the CreateRoom"),
        (
            ["send-event", "--event-name", "later", "--room-identifier", _NOWHERE],
            "(ResourceNotFoundException) when calling the SendEvent",
        ),
        (["list-rooms", "--region", "us-east-2"], "(InvalidSignatureException) when calling the ListRooms"),
    ],
)
def test_errors_show_their_code(arguments: list[str], says: str, aws: Aws) -> None:
    ran = aws(*arguments)

    assert ran.returncode != 0
    assert says in ran.stderr
