"""
IAM policy documents, as JSON, with the least that each part of the work needs.

    issuer_policy(room_arn)       what a server that issues chat tokens for these rooms may do
    moderator_policy(room_arn)    what one that sends events, deletes messages and disconnects users may do
    deployer_policy(account=…)    what `pulumi up`, `refresh` and `destroy` of rooms and their tags may do
    lookup_policy(account=…)      what lookups may do: read, and list
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.model import service_model, validation
from pulumi_ivschat.model.arns import RESOURCES

_VERBS: Final = ("Create", "Get", "Update", "Delete")
_LIST_TAGS: Final = "ListTagsForResource"
_TAG_OPERATIONS: Final = ("TagResource", "UntagResource", _LIST_TAGS)
_VERSION: Final = "2012-10-17"


def issuer_policy(*room_arns: str) -> str:
    """Return the policy document for issuing chat tokens for these rooms, and for nothing else."""
    return _document(_issuing(_rooms(room_arns)))


def moderator_policy(*room_arns: str) -> str:
    """Return the policy document for sending events, deleting messages and disconnecting users in these rooms."""
    operations = ["SendEvent", "DeleteMessage", "DisconnectUser"]
    return _document(_statement("ModerateChat", operations, _rooms(room_arns)))


def deployer_policy(
    *, account: str = "*", region: str = "*", logging_configurations: bool = False, chat_tokens: bool = False
) -> str:
    """
    Return the policy document for deploying rooms and their tags with this package, in one account and region or in all.

    It holds the operations that this package calls, and no more. *logging_configurations* adds those of logging
    configurations, and what AWS does in the caller's name at their destinations: the actions that CloudFormation's handler of
    AWS::IVSChat::LoggingConfiguration lists, without s3:PutBucketPolicy, which could open any bucket to anybody: a bucket
    has its policy already, or you allow that for the one bucket. Omit the destinations that you do not have.
    *chat_tokens* adds what a program with ChatTokens needs.
    """
    types = [name for name in RESOURCES if logging_configurations or name != "LoggingConfiguration"]
    arns = {name: _all_of(RESOURCES[name], account, region) for name in types}
    managing = [
        _statement(f"Manage{name}s", [*(f"{verb}{name}" for verb in _VERBS), f"List{name}s"], [arns[name]])
        for name in types
    ]
    issuing = [_issuing([arns["Room"]])] if chat_tokens else []
    routing = _routing(account, region) if logging_configurations else []
    return _document(*managing, _statement("Tag", _TAG_OPERATIONS, [*arns.values()]), *routing, *issuing)


def _issuing(rooms: Sequence[str]) -> dict[str, Any]:
    return _statement("IssueChatTokens", ["CreateChatToken"], rooms)


def lookup_policy(*, account: str = "*", region: str = "*") -> str:
    """Return the policy document for looking up rooms, logging configurations and tags, in one account and region or in all."""
    return _document(
        *(
            _statement(f"LookUp{name}s", [f"Get{name}", f"List{name}s", _LIST_TAGS], [_all_of(path, account, region)])
            for name, path in RESOURCES.items()
        )
    )


def _all_of(path: str, account: str, region: str) -> str:
    _validate(account, r"\d{12}|\*", "account must be 12 digits, or *")
    _validate(region, r"[a-z0-9-]+|\*", "region must be a region such as us-west-2, or *")
    return f"arn:aws:ivschat:{region}:{account}:{path}/*"


def _routing(account: str, region: str) -> Iterator[dict[str, Any]]:
    logs = [f"logs:{verb}LogDelivery" for verb in ("Create", "Get", "Update", "Delete")]
    policies = ["PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups"]
    yield _allowed("DeliverLogs", [*logs, "logs:ListLogDeliveries", *(f"logs:{each}" for each in policies)], ["*"])
    yield _allowed("DeliverLogsToS3", ["s3:GetBucketPolicy"], ["arn:aws:s3:::*"])
    streams = f"arn:aws:firehose:{region}:{account}:deliverystream/*"
    yield _allowed("DeliverLogsToFirehose", ["firehose:TagDeliveryStream"], [streams])
    role = f"arn:aws:iam::{account}:role/aws-service-role/delivery.logs.amazonaws.com/AWSServiceRoleForLogDelivery"
    yield _allowed("DeliverLogsByRole", ["iam:CreateServiceLinkedRole"], [role])


def _rooms(arns: Sequence[str]) -> list[str]:
    problems = [] if arns else ["there is no room: name one ARN at least"]
    for number, arn in enumerate(arns):
        problems += map(str, validation.failures(service_model.shape("RoomArn"), arn, f"room_arns[{number}]"))
    if problems:
        raise Invalid("; ".join(problems))
    return [*dict.fromkeys(arns)]


def _validate(value: str, form: str, problem: str) -> None:
    if not re.fullmatch(form, value):
        raise Invalid(problem)


def _statement(sid: str, operations: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return _allowed(sid, [f"ivschat:{operation}" for operation in operations], resources)


def _allowed(sid: str, actions: Sequence[str], resources: Sequence[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": [*actions], "Resource": [*resources]}


def _document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": _VERSION, "Statement": statements})
