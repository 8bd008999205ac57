"""Policies at work: each operation's actions, resource and condition keys, over signed requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import attrs
import pytest

from pulumi_ivschat.local import iam_policies
from pulumi_ivschat.local.access_keys import AccessKey, by_id
from pulumi_ivschat.local.authorization import AttachedPolicies
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.settings import Settings
from pulumi_ivschat.model.service_model import operations

Call: TypeAlias = Callable[..., dict[str, Any]]
Allow: TypeAlias = Callable[..., None]

HOME = "arn:aws:ivschat:us-west-2:000000000000"
ABSENT = f"{HOME}:room/abcdefghijkl"
DESTINATION = {"s3": {"bucketName": "archive"}}
KEY = AccessKey("ann", "not-a-secret", "000000000000")


@pytest.fixture
def service(service: Service) -> Service:
    """Let the service know ann's key too."""
    settings = attrs.evolve(service.settings, access_keys={**service.settings.access_keys, KEY.id: KEY})
    return attrs.evolve(service, settings=settings)


@pytest.fixture
def allow(service: Service) -> Allow:
    """Return a function that lets ann do these actions on these resources, under a condition, and nothing else."""

    def allowed(actions: str, resource: str = "*", condition: Any = None, *more: dict[str, Any]) -> None:
        named = [f"ivschat:{action}" for action in actions.split()]
        statement = {"Effect": "Allow", "Action": named, "Resource": resource, "Condition": condition or {}}
        service.policies.put(KEY.id, [iam_policies.read({"Statement": [statement, *more]})])

    return allowed


@pytest.fixture
def denied(refused: Call) -> Callable[..., str]:
    """Return a function that calls as ann what she may not, and returns the message."""

    def answered(operation: str, members: Any = None, **shown: Any) -> str:
        answer = refused(operation, members, key=KEY, **shown)
        assert (answer["status"], answer["code"]) == (403, "AccessDeniedException"), answer
        return str(answer["message"])

    return answered


@pytest.fixture
def made(call: Call) -> dict[str, dict[str, Any]]:
    """Make a room and a logging configuration; return an input that is right for each operation."""
    room = call("CreateRoom", {"tags": {"team": "chat"}})["arn"]
    logging = call("CreateLoggingConfiguration", {"destinationConfiguration": DESTINATION, "tags": {"team": "ops"}})[
        "arn"
    ]
    inputs: dict[str, dict[str, Any]] = {
        "CreateLoggingConfiguration": {"destinationConfiguration": DESTINATION},
        "CreateChatToken": {"roomIdentifier": room, "userId": "bob"},
        "SendEvent": {"roomIdentifier": room, "eventName": "goal"},
        "DeleteMessage": {"roomIdentifier": room, "id": "abcdefghijkl"},
        "DisconnectUser": {"roomIdentifier": room, "userId": "bob"},
        "TagResource": {"resourceArn": room, "tags": {"a": "1"}},
        "UntagResource": {"resourceArn": room, "tagKeys": ["a"]},
        "ListTagsForResource": {"resourceArn": room},
    }
    verbs = ("Get", "Update", "Delete")
    of_rooms = {f"{verb}Room": {"identifier": room} for verb in verbs}
    return {**inputs, **of_rooms, **{f"{verb}LoggingConfiguration": {"identifier": logging} for verb in verbs}}


def _resource(operation: str, members: dict[str, Any]) -> str:
    named = [value for name, value in members.items() if "dentifier" in name or name == "resourceArn"]
    every = "logging-configuration/*" if "LoggingConfiguration" in operation else "room/*"
    return str(named[0]) if named else f"{HOME}:{every}"


@pytest.mark.parametrize("operation", operations())
def test_an_operation_is_an_action_on_the_resource_that_it_names_or_on_all_of_its_type(
    operation: str, made: dict[str, Any], allow: Allow, call: Call, denied: Callable[..., str]
) -> None:
    members = made.get(operation, {})
    others = " ".join(operations().keys() - {operation})

    allow(others)
    assert denied(operation, members) == (
        f"User: arn:aws:iam::000000000000:user/ann is not authorized to perform: ivschat:{operation} on resource: "
        f"{_resource(operation, members)} because no identity-based policy allows the ivschat:{operation} action"
    )
    allow(operation, _resource(operation, members))
    call(operation, members, key=KEY)


def test_the_error_of_an_explicit_deny_names_the_deny(allow: Allow, denied: Callable[..., str]) -> None:
    allow("*", "*", None, {"Effect": "Deny", "Action": "ivschat:ListRooms", "Resource": "*"})

    assert denied("ListRooms").endswith(f"on resource: {HOME}:room/* with an explicit deny in an identity-based policy")


def test_a_key_without_policies_may_do_everything(call: Call) -> None:
    call("CreateRoom", {"tags": {"a": "1"}}, key=KEY)


def test_a_policy_is_for_its_key_only(allow: Allow, call: Call, denied: Callable[..., str]) -> None:
    allow("GetRoom")

    denied("ListRooms")
    call("ListRooms")


def test_whether_a_resource_exists_is_reported_only_to_who_may_ask(
    allow: Allow, refused: Call, denied: Callable[..., str]
) -> None:
    allow("ListRooms")
    assert ABSENT in denied("GetRoom", {"identifier": ABSENT})

    allow("GetRoom", "*", {"StringEquals": {"aws:ResourceTag/team": "chat"}})
    assert ABSENT in denied("GetRoom", {"identifier": ABSENT})

    allow("GetRoom")
    assert refused("GetRoom", {"identifier": ABSENT}, key=KEY)["code"] == "ResourceNotFoundException"


def test_no_policy_opens_another_account(
    allow: Allow, call: Call, denied: Callable[..., str], other_account: AccessKey
) -> None:
    room = call("CreateRoom", {"tags": {"team": "chat"}}, key=other_account)["arn"]

    allow("*")
    denied("GetRoom", {"identifier": room})
    allow("*", "*", {"StringEquals": {"aws:ResourceTag/team": "chat"}})
    assert "because no identity-based policy" in denied("GetRoom", {"identifier": room})


def test_making_something_with_tags_is_tagging_too(
    made: dict[str, Any], allow: Allow, call: Call, denied: Callable[..., str]
) -> None:
    logging = {**made["CreateLoggingConfiguration"], "tags": {"a": "1"}}
    allow("CreateRoom CreateLoggingConfiguration")

    call("CreateRoom", {"tags": {}}, key=KEY)
    assert f"ivschat:TagResource on resource: {HOME}:room/*" in denied("CreateRoom", {"tags": {"a": "1"}})
    assert f"{HOME}:logging-configuration/*" in denied("CreateLoggingConfiguration", logging)

    allow("CreateRoom CreateLoggingConfiguration TagResource")
    call("CreateRoom", {"tags": {"a": "1"}}, key=KEY)
    call("CreateLoggingConfiguration", logging, key=KEY)


@pytest.fixture
def may(made: dict[str, Any], ask: Callable[..., Answer]) -> Callable[..., bool]:
    """Return a function that shows whether ann may call an operation with these members beside what it needs."""

    def asked(operation: str, **members: Any) -> bool:
        answer = ask(operation, {**made.get(operation, {}), **members}, key=KEY)
        assert answer.status in {200, 403}, answer.body
        return answer.status == 200

    return asked


@pytest.mark.parametrize(
    ("condition", "asked", "allowed"),
    [
        ({"StringEquals": {"aws:ResourceTag/team": "chat"}}, ("GetRoom", {}), True),
        ({"StringEquals": {"aws:ResourceTag/team": "chat"}}, ("GetLoggingConfiguration", {}), False),
        ({"StringNotEquals": {"aws:ResourceTag/team": "chat"}}, ("GetLoggingConfiguration", {}), True),
        ({"StringEquals": {"aws:RequestTag/a": "1"}}, ("TagResource", {"tags": {"a": "1"}}), True),
        ({"StringEquals": {"aws:RequestTag/a": "1"}}, ("TagResource", {"tags": {"a": "2"}}), False),
        ({"StringEquals": {"aws:RequestTag/a": "1"}}, ("CreateRoom", {"tags": {"A": "1"}}), True),
        ({"StringEquals": {"aws:RequestTag/a": "1"}}, ("CreateRoom", {}), False),
        ({"ForAllValues:StringLike": {"aws:TagKeys": "a*"}}, ("TagResource", {"tags": {"ab": ""}}), True),
        ({"ForAllValues:StringLike": {"aws:TagKeys": "a*"}}, ("TagResource", {"tags": {"ab": "", "b": ""}}), False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}, ("UntagResource", {"tagKeys": ["a"]}), True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}}, ("UntagResource", {"tagKeys": ["b"]}), False),
        ({"Null": {"aws:TagKeys": "true"}}, ("CreateRoom", {}), True),
        ({"Null": {"aws:TagKeys": "true"}}, ("CreateRoom", {"tags": {"a": "1"}}), False),
        ({"StringEquals": {"aws:ResourceTag/a": "1"}}, ("CreateRoom", {"tags": {"a": "1"}}), False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/ann"}}, ("GetRoom", {}), True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/bob"}}, ("GetRoom", {}), False),
        ({"StringEquals": {"aws:username": "ann", "aws:PrincipalAccount": "000000000000"}}, ("GetRoom", {}), True),
        ({"StringEquals": {"aws:ResourceAccount": "000000000000"}}, ("GetRoom", {}), True),
        ({"Bool": {"aws:SecureTransport": "false"}}, ("GetRoom", {}), False),
        ({"DateLessThan": {"aws:CurrentTime": "2026-01-31T08:01:00Z"}}, ("GetRoom", {}), True),
        ({"NumericGreaterThan": {"aws:EpochTime": 1769846460}}, ("GetRoom", {}), False),
    ],
)
def test_conditions_see_tags_principal_and_time(
    condition: Any,
    asked: Any,
    allowed: bool,  # noqa: FBT001
    allow: Allow,
    may: Callable[..., bool],
) -> None:
    operation, members = asked
    allow(f"{operation} TagResource", "*", condition)

    assert may(operation, **members) is allowed


def test_conditions_see_the_tags_and_the_time_there_are_now(
    made: dict[str, Any], allow: Allow, call: Call, denied: Callable[..., str], pass_time: Callable[[float], None]
) -> None:
    allow("GetRoom", "*", {"StringEquals": {"aws:ResourceTag/team": "chat"}})
    call("TagResource", {**made["TagResource"], "tags": {"team": "ops"}})
    denied("GetRoom", made["GetRoom"])

    allow("GetRoom", "*", {"DateLessThan": {"aws:CurrentTime": "2026-01-31T08:01:00Z"}})
    call("GetRoom", made["GetRoom"], key=KEY)
    pass_time(60)
    denied("GetRoom", made["GetRoom"])


def test_conditions_see_the_region_that_is_asked(allow: Allow, call: Call, denied: Callable[..., str]) -> None:
    allow("ListRooms", "*", {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})

    call("ListRooms", key=KEY, region="eu-west-1")
    denied("ListRooms", region="us-west-2")


def test_who_may_not_spends_nothing_and_changes_nothing(
    made: dict[str, Any], allow: Allow, call: Call, denied: Callable[..., str]
) -> None:
    allow("GetRoom")

    for operation in ("DeleteRoom", "UpdateRoom", "TagResource", "DeleteLoggingConfiguration"):
        denied(operation, made[operation])

    assert call("GetRoom", made["GetRoom"])["tags"] == {"team": "chat"}
    assert len(call("ListLoggingConfigurations")["loggingConfigurations"]) == 1


def test_a_reset_brings_the_first_policies_back() -> None:
    first, second = (iam_policies.read({"Id": each, "Statement": []}) for each in ("first", "second"))
    attached = AttachedPolicies(Settings(access_keys=by_id([KEY]), policies={KEY.id: [first]}))

    attached.put(KEY.id, [second, first])
    assert attached.of(KEY.id) == [second, first]
    assert attached.documents() == {KEY.id: [second.document, first.document]}

    attached.reset()
    assert (attached.of(KEY.id), attached.of("local")) == ([first], ())


def test_there_are_no_policies_for_a_key_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="a policy is for an access key, and 'bob' is not one"):
        AttachedPolicies(Settings()).put("bob", [])
