"""Tokens, events and moderation from the shell."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Invoke
from tests.conftest import LocalService

CANARY = "canary-4711"


@pytest.fixture
def lobby(service: LocalService) -> str:
    """Give the ARN of a room."""
    return service.client().create_room(name="lobby")["arn"]


def test_a_token_is_all_that_is_printed(lobby: str, invoke: Invoke) -> None:
    result = invoke("token", lobby, "--user", "alice", "--capability", "send_message", "--attribute", "name=A=B")

    assert (result.exit_code, result.stderr) == (0, "")
    assert len(result.stdout.split()) == 1


def test_in_json_a_token_is_what_the_messaging_sdk_wants(lobby: str, invoke: Invoke) -> None:
    printed = json.loads(invoke("token", lobby, "--user", "alice", "--minutes", "5", "--json").stdout)

    assert set(printed) == {"token", "sessionExpirationTime", "tokenExpirationTime"}


@pytest.mark.parametrize(
    ("options", "code", "told"),
    [
        (["--user", ""], 1, "user_id must be at least 1 characters"),
        (["--user", CANARY * 20], 1, "user_id must be at most 128 characters"),
        (["--user", "a", "--minutes", "181"], 1, "session_duration_in_minutes must be at most 180, not 181"),
        (["--user", "a", "--capability", "FLY"], 2, "'FLY' is not one of"),
        ([], 2, "Missing option '--user'"),
    ],
)
def test_what_aws_would_refuse_is_told_and_no_secret_with_it(
    lobby: str, invoke: Invoke, options: list[str], code: int, told: str
) -> None:
    result = invoke("token", lobby, *options)

    assert result.exit_code == code
    assert told in result.stderr
    assert CANARY not in result.output
