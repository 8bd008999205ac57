"""IAM policy documents: the operations that are called, on the resources that they are about, and no more."""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat import iam, lifecycle, listing, lookups
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
    return {action.removeprefix("ivschat:") for statement in statements(document) for action in statement["Action"]}


def linted(document: str) -> subprocess.CompletedProcess[str]:
    """Let parliament, which knows AWS's actions and the resources of each, look for mistakes in a document."""
    command = [sys.executable, "-m", "parliament.cli", "--json"]
    return subprocess.run(command, check=False, input=document, capture_output=True, text=True)


@pytest.mark.parametrize(
    "document",
    [
        iam.issuer_policy(ROOM, OTHER),
        iam.moderator_policy(ROOM),
        iam.deployer_policy(),
        iam.deployer_policy(account="000000000000", region="us-west-2", logging_configurations=True, chat_tokens=True),
    ],
)
def test_a_linter_of_policies_finds_nothing(document: str) -> None:
    ran = linted(document)

    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "issue"),
    [
        ("CreateChatToken", "CreateChatTokens", "UNKNOWN_ACTION"),
        (":room/", ":stage/", "RESOURCE_MISMATCH"),
        ("Allow", "Permit", "MALFORMED"),
    ],
)
def test_the_linter_would_find_a_mistake(right: str, wrong: str, issue: str) -> None:
    assert issue in linted(iam.issuer_policy(ROOM).replace(right, wrong)).stdout


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


def test_deploying_is_allowed_what_the_life_cycles_call_and_no_more() -> None:
    source = "".join(file.read_text() for file in Path(lifecycle.__file__).parent.glob("*.py"))
    verbs = {f"{verb}Room" for verb in re.findall(r'_call\(\s*"(\w+)"', source)}
    tags = set(re.findall(r'control_plane\.call\(\s*"(\w+)"', source))

    looks = {"ListRooms"}  # leftovers.py
    assert allowed(iam.deployer_policy()) == verbs | tags | looks


def test_a_program_with_chat_tokens_may_issue_them_too() -> None:
    assert allowed(iam.deployer_policy(chat_tokens=True)) - allowed(iam.deployer_policy()) == {"CreateChatToken"}


def test_looking_up_is_allowed_what_lookups_call_and_no_more() -> None:
    source = Path(lookups.__file__).read_text() + Path(listing.__file__).read_text()

    assert allowed(iam.lookup_policy()) == set(re.findall(r'"((?:Get|List)\w+)",', source)) & operations().keys()


def test_every_allowed_operation_exists() -> None:
    rooms = [iam.issuer_policy(ROOM), iam.moderator_policy(ROOM)]
    documents = [*rooms, iam.deployer_policy(logging_configurations=True), iam.lookup_policy()]

    assert set().union(*map(allowed, documents)) <= operations().keys()


@pytest.mark.parametrize(
    "policy", [functools.partial(iam.deployer_policy, logging_configurations=True), iam.lookup_policy]
)
def test_a_policy_can_be_kept_to_an_account_and_a_region(policy: Callable[..., str]) -> None:
    document = policy(account="000000000000", region="us-west-2")

    resources = {resource for statement in statements(document) for resource in statement["Resource"]}
    assert resources == {
        "arn:aws:ivschat:us-west-2:000000000000:room/*",
        "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/*",
    }


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (iam.issuer_policy, "there is no room"),
        (lambda: iam.issuer_policy("*"), "room_arn must be in the form"),
        (lambda: iam.moderator_policy(ROOM, "lobby"), "room_arn must be in the form"),
        (lambda: iam.deployer_policy(account="me"), "account must be 12 digits"),
        (lambda: iam.deployer_policy(region="Oregon"), "region must be"),
        (lambda: iam.lookup_policy(account="me"), "account must be 12 digits"),
    ],
)
def test_what_is_no_room_account_or_region_is_refused(make: Callable[[], str], told: str) -> None:
    with pytest.raises(Invalid, match=told):
        make()
