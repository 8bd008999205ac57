"""Failures as the user of the CLI sees them: a line or two that show what to do, and an end."""

from __future__ import annotations

import re
import socket
from typing import Any

import pytest

from tests.conftest import ENGINEER, LocalService
from tests.engine.conftest import Stack

ROOM = 'Room("lobby")'


def clean(output: str) -> str:
    """Return the output, which holds no traceback and no name of a file of ours."""
    assert "Traceback" not in output
    assert ".py" not in output
    return output


_REMEDIES: dict[str, tuple[dict[str, Any], str]] = {
    "AccessDeniedException": ({}, "Allow ivschat:CreateRoom in the IAM policy"),
    "PendingVerification": ({}, "ask AWS Support"),
    "ServiceQuotaExceededException": ({"limit": 5}, "raise the quota"),
    "ThrottlingException": ({"limit": 5}, "(ivschat:maxAttempts)"),
    "ValidationException": (
        {"reason": "FIELD_VALIDATION_FAILED", "fieldList": [{"name": "name", "message": "not today"}]},
        "name: not today",
    ),
    "InternalServerException": ({}, "AWS failed on its side"),
    "ExpiredTokenException": ({}, "sign in again"),
    "UnheardOfException": ({}, "UnheardOfException"),
}


@pytest.mark.oldest_sdk
def test_each_error_of_aws_is_shown_with_its_remedy_and_leaves_nothing(stack: Stack, service: LocalService) -> None:
    for code, (members, _) in _REMEDIES.items():
        times = 2 if code == "ExpiredTokenException" else 1  # other credentials are looked for once
        service.fault("CreateRoom", error=code, members=members, count=times)
    program = f"for number in range({len(_REMEDIES)}):\n    Room(f'room-{{number}}')"
    stack.config(maxAttempts="1").program(program)

    output = clean(stack.up("--parallel", "1", "--continue-on-error", code=1))

    shown = re.findall(r"CreateRoom room-\d: (\w+): A fault that was asked for", output)
    assert {*shown} == _REMEDIES.keys()
    assert [remedy for _, remedy in _REMEDIES.values() if remedy not in output] == []
    assert service.client().list_rooms()["rooms"] == []
    stack.up()
    assert len(service.client().list_rooms()["rooms"]) == len(_REMEDIES)


def test_a_denied_read_or_delete_keeps_the_state_and_an_update_of_a_missing_room_shows_how_to_recreate_it(
    stack: Stack, service: LocalService
) -> None:
    stack.program(ROOM).up()
    for operation, command in (("GetRoom", stack.refresh), ("DeleteRoom", stack.destroy)):
        service.fault(operation, error="AccessDeniedException", count=None)
        assert f"Allow ivschat:{operation} on arn:aws" in clean(command(code=1))
        service.clear_faults()
    assert len(stack.resources()) == 1

    service.client().delete_room(identifier=stack.resource("lobby")["id"])
    output = clean(stack.program('Room("lobby", maximum_message_length=1)').up(code=1))
    assert "ResourceNotFoundException" in output
    assert "`pulumi up --refresh`" in output
    stack.up("--refresh")


@pytest.mark.long
@pytest.mark.nightly
def test_an_update_that_fails_half_way_is_finished_by_the_next(stack: Stack, service: LocalService) -> None:
    stack.program(ROOM).up()
    service.fault("TagResource", error="InternalServerException", count=None)
    program = 'Room("lobby", maximum_message_length=1, tags={"team": "chat"})'
    clean(stack.config(maxAttempts="1").program(program).up(code=1))

    service.clear_faults()
    stack.apply(program)

    [room] = service.client().list_rooms()["rooms"]
    assert room["tags"]["team"] == "chat"


def test_an_endpoint_out_of_reach_is_reported(stack: Stack) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        output = clean(stack.config(endpointUrl=url, maxAttempts="2").program(ROOM).up(code=1))

    assert "Could not connect to the endpoint URL" in output
    assert "ivschat:endpointUrl" in output


@pytest.mark.early
@pytest.mark.long
def test_an_endpoint_that_never_answers_ends_in_an_error(stack: Stack, service: LocalService) -> None:
    service.fault("CreateRoom", hang=True, count=None)

    output = clean(stack.config(maxAttempts="1").program(ROOM).up(code=1))

    assert "Read timeout on endpoint URL" in output


def test_a_region_without_the_service_fails_the_preview_with_those_that_have_it(stack: Stack) -> None:
    output = stack.config(region="us-east-9", maxAttempts="1").program(ROOM).preview(code=1)

    assert "ivschat:region us-east-9 is not a region of IVS Chat (did you mean us-east-1?)" in clean(output)
    assert "us-west-2" in clean(output)

    stack.config(skipRegionValidation="true")
    assert "serves another region: check ivschat:region" in clean(stack.up(code=1))


LOCAL_KEY = "set AWS_ACCESS_KEY_ID=local and AWS_SECRET_ACCESS_KEY=local"


@pytest.mark.parametrize(
    ("variables", "message", "remedy"),
    [
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "Unable to locate credentials", LOCAL_KEY),
        ({"AWS_SECRET_ACCESS_KEY": "wrong"}, "InvalidSignatureException", LOCAL_KEY),
    ],
)
def test_credentials_that_do_not_do_are_reported_with_what_to_check(
    stack: Stack, variables: dict[str, str], message: str, remedy: str
) -> None:
    output = clean(stack.program(ROOM).up(code=1, environment=variables))

    assert message in output
    assert remedy in output


def test_a_profile_that_does_not_exist_is_reported(stack: Stack) -> None:
    output = clean(stack.config(profile="nobody").program(ROOM).up(code=1))

    assert "The config profile (nobody) could not be found" in output
    assert "ivschat:profile" in output


def test_a_stack_without_region_shows_where_to_set_one(stack: Stack) -> None:
    output = clean(stack.config(region=None).program(ROOM).preview(code=1))

    assert "region is not set: `pulumi config set ivschat:region us-west-2`" in output


def test_settings_that_do_not_exist_or_do_not_fit_are_reported_all_at_once(stack: Stack, service: LocalService) -> None:
    stack.config(regoin="x", maxAttempts="0", retryMode="legacy", endpointUrl="localhost", ownerTag="perhaps")

    output = clean(stack.config(defaultTags="[]", appName="a b").program(ROOM).preview(code=1))

    for problem in (
        "unknown setting ivschat:regoin (did you mean ivschat:region?)",
        "ivschat:maxAttempts must be a whole number from 1 to 20",
        "ivschat:retryMode must be standard or adaptive",
        "ivschat:endpointUrl must be an http(s) URL, or local",
        "ivschat:ownerTag must be true or false",
        "ivschat:defaultTags must be a JSON object",
        "ivschat:appName must be 1 to 50",
        "The settings are ivschat:region",
    ):
        assert problem in output
    assert service.calls() == []


_MFA = """
[profile base]
aws_access_key_id = AKIAFAKE
aws_secret_access_key = fake
[profile ops]
role_arn = arn:aws:iam::000000000000:role/ops
source_profile = base
mfa_serial = arn:aws:iam::000000000000:mfa/me
"""
_ROLE = {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token", "AWS_ROLE_ARN": "arn:aws:iam::000000000000:role/ops"}


@pytest.mark.long
def test_credentials_that_cannot_be_had_end_in_an_error_and_leave_nothing_pending(stack: Stack) -> None:
    file = stack.directory / "aws-config"
    for variables, config, message in (
        ({"AWS_PROFILE": "ops"}, _MFA, "profile ops (or its source_profile) asks for an MFA code"),
        (_ROLE, "", "no credentials from AWS_WEB_IDENTITY_TOKEN_FILE: /nowhere/token: No such file"),
        ({}, "[profile ops", "Unable to parse config file"),
    ):
        file.write_text(config)
        environment = {"AWS_CONFIG_FILE": str(file), **dict.fromkeys(ENGINEER, ""), **variables}
        assert message in clean(stack.program(ROOM).up(code=1, environment=environment))

    assert "pending_operations" not in stack.deployment()
    stack.up()
