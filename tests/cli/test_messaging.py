"""Tokens, events and moderation from the shell."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Invoke, Join

CANARY = "canary-4711"


def test_a_token_is_all_that_is_printed(lobby: str, invoke: Invoke) -> None:
    result = invoke("token", lobby, "--user", "alice", "--capability", "send_message", "--attribute", "name=A=B")

    assert (result.exit_code, result.stderr) == (0, "")
    assert len(result.stdout.split()) == 1


def test_in_json_a_token_is_what_the_messaging_sdk_wants(lobby: str, invoke: Invoke) -> None:
    printed = json.loads(invoke("token", lobby, "--user", "alice", "--minutes", "5", "--json").stdout)

    assert set(printed) == {"token", "sessionExpirationTime", "tokenExpirationTime"}


@pytest.mark.parametrize(
    ("options", "code", "shown"),
    [
        (["--user", ""], 1, "user_id must be at least 1 characters"),
        (["--user", CANARY * 20], 1, "user_id must be at most 128 characters"),
        (["--user", "a", "--minutes", "181"], 1, "session_duration_in_minutes must be at most 180"),
        (["--user", "a", "--capability", "FLY"], 2, "'FLY' is not one of"),
        ([], 2, "Missing option '--user'"),
    ],
)
def test_what_aws_would_refuse_is_reported_and_no_secret_with_it(
    lobby: str, invoke: Invoke, options: list[str], code: int, shown: str
) -> None:
    result = invoke("token", lobby, *options)

    assert result.exit_code == code
    assert shown in result.stderr
    assert CANARY not in result.output


def test_events_deletions_and_disconnections_reach_who_is_in_the_room(lobby: str, invoke: Invoke, join: Join) -> None:
    bob = join(lobby, "bob")

    sent = invoke("send-event", "lobby", "app:hello", "--attribute", "from=ops", "--attribute", "to=")
    event_id = bob.sees("* app:hello from=ops to=").split()[1]
    deleted = invoke("delete-message", "lobby", "abcdefghijkl", "--reason", "spam")
    bob.sees("* message abcdefghijkl was deleted: spam")
    disconnected = invoke("disconnect-user", "lobby", "bob", "--reason", "rude")

    assert sent.stdout == f"Sent, as event {event_id}.\n"
    assert deleted.stdout.endswith(" asks clients to remove it.\n")
    assert disconnected.stdout == "Disconnected.\n"
    assert bob.ends() == 4
    assert bob.sees("* bob was disconnected: rude")


def test_in_json_they_print_what_the_api_answers(lobby: str, invoke: Invoke) -> None:
    sent = json.loads(invoke("send-event", lobby, "app:hello", "--json").stdout)
    deleted = json.loads(invoke("delete-message", lobby, "abcdefghijkl", "--json").stdout)

    assert [len(sent.pop("id")), len(deleted.pop("id"))] == [12, 12]
    assert sent == deleted == json.loads(invoke("disconnect-user", lobby, "bob", "--json").stdout) == {}


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (["send-event", "x" * 101], "SendEvent: event_name must be at most 100 characters"),
        (["send-event", "aws:own"], "ValidationException"),
        (["delete-message", "short"], "DeleteMessage: message_id must be at least 12 characters"),
        (["disconnect-user", CANARY * 20], "DisconnectUser: user_id must be at most 128 characters"),
    ],
)
def test_what_is_refused_is_reported_in_a_line(lobby: str, invoke: Invoke, command: list[str], shown: str) -> None:
    name, value = command

    result = invoke(name, lobby, value)

    assert result.exit_code == 1
    assert shown in result.stderr
    assert CANARY not in result.output
