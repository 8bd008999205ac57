"""Policies as documents, and what they say together about a request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.local import iam_policies
from pulumi_ivschat.local.iam_policies import Access, Decision

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
ALLOWED, IMPLICIT, EXPLICIT = Decision.ALLOWED, Decision.IMPLICIT_DENY, Decision.EXPLICIT_DENY
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def decided(*statements: dict[str, Any], action: str = "ivschat:GetRoom", region: str = "us-west-2") -> Decision:
    """Return what a policy of these statements says about a request on a room."""
    policy = iam_policies.read({"Version": "2012-10-17", "Statement": list(statements)})
    return iam_policies.decision([policy], Access(action, ROOM, {"aws:requestedregion": [region]}))


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("ivschat:GetRoom", ALLOWED),
        ("IVSChat:getroom", ALLOWED),
        ("ivschat:Get*", ALLOWED),
        ("ivschat:?etRoom", ALLOWED),
        ("*:GetRoom", ALLOWED),
        ("*", ALLOWED),
        (["ivschat:ListRooms", "ivschat:GetRoom"], ALLOWED),
        ("ivschat:GetRooms", IMPLICIT),
        ("ivschat:Get", IMPLICIT),
        ("ivs:GetRoom", IMPLICIT),
        ("ivschat:[A-Z]etRoom", IMPLICIT),
    ],
)
def test_an_action_is_matched_by_its_pattern_in_any_case(action: Any, expected: Decision) -> None:
    assert decided({**ALL, "Action": action}) is expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (ROOM, ALLOWED),
        ("*", ALLOWED),
        ("arn:aws:ivschat:*:*:room/*", ALLOWED),
        ("arn:aws:ivschat:us-west-?:000000000000:room/abcdef??????", ALLOWED),
        (["arn:aws:s3:::x", ROOM], ALLOWED),
        (ROOM.upper().replace("ARN", "arn"), IMPLICIT),
        (f"{ROOM}x", IMPLICIT),
        (ROOM[:-1], IMPLICIT),
        ("arn:aws:ivschat:us-west-2:000000000000:logging-configuration/*", IMPLICIT),
        ("arn:aws:ivschat:eu-west-1:*:room/*", IMPLICIT),
    ],
)
def test_a_resource_is_matched_by_its_pattern(resource: Any, expected: Decision) -> None:
    assert decided({**ALL, "Resource": resource}) is expected


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ({"Effect": "Allow", "NotAction": "ivschat:Delete*", "Resource": "*"}, ALLOWED),
        ({"Effect": "Allow", "NotAction": ["ivschat:Delete*", "ivschat:get*"], "Resource": "*"}, IMPLICIT),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::*"}, ALLOWED),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:ivschat:*"}, IMPLICIT),
    ],
)
def test_not_action_and_not_resource_are_about_all_others(statement: dict[str, Any], expected: Decision) -> None:
    assert decided(statement) is expected


def test_what_nothing_allows_is_not_allowed() -> None:
    assert decided() is IMPLICIT
    assert iam_policies.decision([], Access("ivschat:GetRoom", ROOM)) is IMPLICIT


@pytest.mark.parametrize("order", [1, -1])
def test_an_explicit_deny_wins_everywhere_that_it_stands(order: int) -> None:
    statements = [ALL, {**ALL, "Effect": "Deny", "Action": "ivschat:GetRoom"}][::order]

    assert decided(*statements) is EXPLICIT
    assert decided(*statements, action="ivschat:ListRooms") is ALLOWED


def test_policies_of_one_key_speak_together() -> None:
    policies = [
        iam_policies.read({"Statement": {"Effect": effect, "Action": f"ivschat:{action}", "Resource": "*"}})
        for effect, action in [("Allow", "Get*"), ("Allow", "ListRooms"), ("Deny", "GetLogging*")]
    ]

    actions = ["GetRoom", "ListRooms", "GetLoggingConfiguration", "DeleteRoom"]
    found = [iam_policies.decision(policies, Access(f"ivschat:{action}", ROOM)) for action in actions]
    assert found == [ALLOWED, ALLOWED, EXPLICIT, IMPLICIT]


def test_a_statement_is_about_requests_in_which_its_condition_holds() -> None:
    condition = {"StringEquals": {"aws:RequestedRegion": "us-west-2"}}
    allow = {**ALL, "Condition": condition}

    assert decided(allow, region="us-west-2") is ALLOWED
    assert decided(allow, region="eu-west-1") is IMPLICIT
    assert decided(ALL, {**allow, "Effect": "Deny"}, region="us-west-2") is EXPLICIT


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "the policy must be an object"),
        ({"Statements": []}, "the policy: Statements is not known here; there are Version, Id, Statement"),
        ({"Version": "2026-01-31", "Statement": []}, "Version must be one of 2012-10-17, 2008-10-17"),
        ({"Version": "2012-10-17"}, "Statement must be an object, or a list of objects"),
        ({"Statement": ["x"]}, "Statement[0] must be an object"),
        ({"Statement": [ALL, {**ALL, "Principal": "*"}]}, "Statement[1]: Principal is not known here"),
        ({"Statement": {**ALL, "Effect": "Permit"}}, "Statement[0].Effect must be Allow or Deny"),
        ({"Statement": {**ALL, "Effect": ["Allow"]}}, "Statement[0].Effect must be Allow or Deny"),
        ({"Statement": {"Effect": "Allow", "Resource": "*"}}, "must have one of Action and NotAction"),
        ({"Statement": {**ALL, "NotAction": "*"}}, "must have one of Action and NotAction"),
        ({"Statement": {**ALL, "NotResource": "*"}}, "must have one of Resource and NotResource"),
        ({"Statement": {**ALL, "Action": []}}, "Statement[0].Action must be a text, or a list of texts"),
        ({"Statement": {**ALL, "Action": [1]}}, "Statement[0].Action must be a text, or a list of texts"),
        ({"Statement": {**ALL, "Action": "GetRoom"}}, "Statement[0].Action cannot be 'GetRoom'"),
        ({"Statement": {**ALL, "Resource": "room/*"}}, "Statement[0].Resource cannot be 'room/*'"),
        ({"Statement": {**ALL, "Resource": "arn:aws:x:${aws:username}"}}, "policy variables are not known here"),
        ({"Statement": {**ALL, "Condition": {"X": {"aws:TagKeys": "a"}}}}, "Statement[0].Condition.X: this operator"),
        ({"Statement": [], "Id": float("nan")}, "not JSON compliant"),
        ({"Statement": [], "Id": "\ud800"}, "surrogates not allowed"),
    ],
)
def test_a_document_of_another_form_is_refused(document: Any, says: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        iam_policies.read(document)

    assert says in str(raised.value)


PASS_ROLE = {
    "Effect": "Allow",
    "Action": "iam:PassRole",
    "Resource": "arn:aws:iam::*:role/*",
    "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
}


@pytest.mark.parametrize(
    "statement",
    [
        PASS_ROLE,
        {**PASS_ROLE, "Effect": "Deny"},
        {
            **PASS_ROLE,
            "Action": ["iam:CreateServiceLinkedRole"],
            "Condition": {"StringLike": {"iam:AWSServiceName": "x"}},
        },
        {
            **PASS_ROLE,
            "Action": ["dynamodb:GetItem", "dynamodb:Query"],
            "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}},
        },
        {**PASS_ROLE, "Action": "s3:*", "Resource": "arn:aws:s3:::x/${aws:username}/*"},
        {**PASS_ROLE, "Action": "ivs:*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
        {**PASS_ROLE, "Action": "ivschat:Fly"},
        {"Effect": "Deny", "NotAction": "ivschat:*", "Resource": "*", "Condition": {"X": {"y:z": "a"}}},
        {"Effect": "Deny", "NotAction": ["s3:*", "*:*"], "Resource": "*"},
    ],
)
def test_a_statement_about_no_action_of_ivs_chat_has_no_say(statement: dict[str, Any]) -> None:
    assert decided(ALL, statement) is ALLOWED
    assert decided(statement) is IMPLICIT


@pytest.mark.parametrize(
    "actions",
    [
        {"Action": "*"},
        {"Action": "ivs*:*"},
        {"Action": "*:?etRoom"},
        {"Action": ["iam:PassRole", "ivschat:GetRoom"]},
        {"Action": "IVSChat:get*"},
        {"NotAction": "iam:*"},
        {"NotAction": ["ivschat:Get*", "ivschat:List*"]},
    ],
)
def test_a_statement_that_may_be_about_ivs_chat_must_be_known_here(actions: dict[str, Any]) -> None:
    others = {name: value for name, value in PASS_ROLE.items() if name != "Action"}

    with pytest.raises(ValueError, match="iam:PassedToService is not known here"):
        decided({**others, **actions})


def test_an_option_names_a_key_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "policy=1.json"
    file.write_text(json.dumps({"Statement": ALL}))

    key_id, policy = iam_policies.from_option(f"deployer={file}")

    assert (key_id, policy.document) == ("deployer", {"Statement": ALL})


@pytest.mark.parametrize("text", ["", "deployer", "=policy.json", "deployer="])
def test_another_form_of_an_option_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a policy is given as KEY_ID=FILE"):
        iam_policies.from_option(text)


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, '{"Statement": 1}'])
def test_a_file_that_holds_no_policy_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text(content)

    with pytest.raises(ValueError, match=f"{tmp_path}/policy.json holds no policy: "):
        iam_policies.from_option(f"deployer={tmp_path}/policy.json")
