"""The IAM policy of a run on AWS: it reads all rooms of a region, and changes only what carries the run's tag."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi_ivschat import iam
from verify.marks import NOTHING, TAG

_READ: Final = ("GetRoom", "ListRooms", "ListTagsForResource", "GetLoggingConfiguration", "ListLoggingConfigurations")
_READ_ELSEWHERE: Final = ("GetRoom", "ListTagsForResource")
_CREATE: Final = ("CreateRoom", "CreateLoggingConfiguration", "TagResource")
_CHANGE: Final = (
    "UpdateRoom",
    "DeleteRoom",
    "CreateChatToken",
    "SendEvent",
    "DeleteMessage",
    "DisconnectUser",
    "UpdateLoggingConfiguration",
    "DeleteLoggingConfiguration",
    "TagResource",
    "UntagResource",
)
_TYPES: Final = ("room", "logging-configuration")
_DELIVERY: Final = "DeliverLogs"
"""The statement of `iam.deployer_policy` about CloudWatch; those about S3 and Firehose are not needed for a log group."""


def policy(account: str = "*", region: str = "*", *, logs: bool = False) -> str:
    """
    Return the policy as JSON; *logs* adds what AWS does in the caller's name for a CloudWatch log group.

    Creating needs the tag in the request, and changing needs it on the resource. A room that does not exist has no tags, so
    questions about one use the same id, which the policy allows by itself. One question reads a room of another region.
    """
    of_region = _arns(region, account, "*")
    statements = [
        _statement("Read", _READ, of_region),
        _statement("ReadInOtherRegions", _READ_ELSEWHERE, [f"arn:aws:ivschat:*:{account}:room/*"]),
        _statement("CreateWithTheTag", _CREATE, of_region, {"Null": {f"aws:RequestTag/{TAG}": "false"}}),
        _statement("ChangeWhatHasTheTag", _CHANGE, of_region, {"Null": {f"aws:ResourceTag/{TAG}": "false"}}),
        _statement("AskAboutNothing", _CHANGE, _arns(region, account, NOTHING)),
        *(_delivery(account, region) if logs else []),
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def _arns(region: str, account: str, name: str) -> list[str]:
    return [f"arn:aws:ivschat:{region}:{account}:{each}/{name}" for each in _TYPES]


def _statement(
    sid: str, operations: Sequence[str], resources: Sequence[str], condition: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    actions = [f"ivschat:{operation}" for operation in operations]
    statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": [*resources]}
    return {**statement, "Condition": condition} if condition else statement


def _delivery(account: str, region: str) -> list[dict[str, Any]]:
    document = json.loads(iam.deployer_policy(account=account, region=region, logging_configurations=True))
    return [statement for statement in document["Statement"] if statement["Sid"] == _DELIVERY]
