"""IAM policy documents: the operations that are called, on the resources that they are about, and no more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat import iam, lifecycle
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.service_model import operations

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
OTHER = "arn:aws:ivschat:eu-west-1:000000000000:room/mnopqrstuvwx"


def statements(document: str) -> list[dict[str, Any]]:
    policy: dict[str, Any] = json.loads(document)
    assert policy.keys() == {"Version", "Statement"}
    assert policy["Version"] == "2012-10-17"
    found: list[dict[str, Any]] = policy["Statement"]
    return found


def allowed(document: str) -> set[str]:
    return {action.removeprefix("ivschat:") for action in actions(document) if action.startswith("ivschat:")}


def actions(document: str) -> set[str]:
    return {action for statement in statements(document) for action in statement["Action"]}


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (iam.issuer_policy, {"CreateChatToken"}),
        (iam.moderator_policy, {"SendEvent", "DeleteMessage", "DisconnectUser"}),
    ],
)
def test_a_policy_for_rooms_is_for_exactly_these(policy: Callable[..., str], actions: set[str]) -> None:
    [statement] = statements(policy(ROOM, OTHER, ROOM))

    assert allowed(policy(ROOM)) == actions
    assert (statement["Effect"], statement["Resource"]) == ("Allow", [ROOM, OTHER])


def called(pattern: str, modules: str = "*.py") -> set[str]:
    source = "".join(file.read_text() for file in Path(lifecycle.__file__).parent.glob(modules))
    return set(re.findall(pattern, source))


def test_deploying_is_allowed_what_the_life_cycles_call_and_no_more() -> None:
    verbs, others = called(r'_call\(\s*"(\w+)"'), called(r'control_plane\.call\(\s*"(\w+)"')
    of_logging = called(r'control_plane\.call\(\s*"(\w+)"', "log_routing.py")

    rooms = {f"{verb}Room" for verb in verbs} | others - of_logging
    assert allowed(iam.deployer_policy()) == rooms
    logging = {f"{verb}LoggingConfiguration" for verb in verbs} | of_logging
    assert allowed(iam.deployer_policy(logging_configurations=True)) == rooms | logging


def test_deploying_logging_configurations_is_allowed_what_cloudformations_handler_needs() -> None:
    assert {
        action for action in actions(iam.deployer_policy(logging_configurations=True)) if "ivschat" not in action
    } == {
        "firehose:TagDeliveryStream", "iam:CreateServiceLinkedRole", "logs:CreateLogDelivery", "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "s3:GetBucketPolicy", "s3:PutBucketPolicy",
    }  # fmt: skip


def test_every_allowed_operation_exists() -> None:
    documents = [iam.issuer_policy(ROOM), iam.moderator_policy(ROOM), iam.deployer_policy(logging_configurations=True)]

    assert set().union(*map(allowed, documents)) <= operations().keys()


def test_deploying_can_be_kept_to_an_account_and_a_region() -> None:
    document = iam.deployer_policy(account="000000000000", region="us-west-2", logging_configurations=True)

    resources = {resource for statement in statements(document) for resource in statement["Resource"]}
    assert resources == {
        "arn:aws:ivschat:us-west-2:000000000000:room/*",
        "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/*",
        "*",  # log deliveries have no ARNs
        "arn:aws:s3:::*",
        "arn:aws:firehose:us-west-2:000000000000:deliverystream/*",
        "arn:aws:iam::000000000000:role/aws-service-role/delivery.logs.amazonaws.com/AWSServiceRoleForLogDelivery",
    }


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (iam.issuer_policy, "there is no room"),
        (lambda: iam.issuer_policy("*"), "room_arn must be in the form"),
        (lambda: iam.moderator_policy(ROOM, "lobby"), "room_arn must be in the form"),
        (lambda: iam.deployer_policy(account="me"), "account must be 12 digits"),
        (lambda: iam.deployer_policy(region="Oregon"), "region must be"),
    ],
)
def test_what_is_no_room_account_or_region_is_refused(make: Callable[[], str], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        make()
