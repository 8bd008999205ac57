"""Errors that quote a secret hide it, and leave AWS's own words readable."""

from __future__ import annotations

import pytest

from pulumi_ivschat.aws.redaction import without

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
FIXED = (
    """
1 validation error detected: Value at 'attributes' failed to satisfy constraint: Member must not be null
2 validation errors detected: Value at 'userId' failed to satisfy constraint: Member must have length less than or equal to \
128; Value at 'capabilities' failed to satisfy constraint: Member must satisfy enum value set: [SEND_MESSAGE]
Value at 'roomIdentifier' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9]+
User: arn:aws:sts::000000000000:assumed-role/issuer/host is not authorized to perform: ivschat:CreateChatToken on \
resource: ROOM because no identity-based policy allows the ivschat:CreateChatToken action
A room with the ARN ROOM doesn't exist in this account, so a token can't be created for it
Rate exceeded; limit 5
The security token included in the request is expired
""".strip()
    .replace("ROOM", ROOM)
    .splitlines()
)
ORDINARY = [
    "a",
    "1",
    "5",
    "128",
    "is",
    "a room",
    "error",
    "Value",
    "Member",
    "user",
    "attributes",
    "userId",
    "not",
    "'",
    ".",
]


@pytest.mark.parametrize("secret", ORDINARY)
@pytest.mark.parametrize("message", FIXED)
def test_awss_own_text_stays_as_it_is(message: str, secret: str) -> None:
    assert without(message, [secret], ROOM) == message


@pytest.mark.parametrize(
    "secret", [*ORDINARY, "alice", "it's", "x' at 'y", "4711", "ä", "a=b", "{}", "alice bob", "\\n", "(.*"]
)
@pytest.mark.parametrize(
    "form",
    [
        "1 validation error detected: Value '{}' at 'userId' failed to satisfy constraint: Member must not be null",
        "1 validation error detected: Value '{{other={}, b=c}}' at 'attributes' failed to satisfy constraint: Member must…",
        "1 validation error detected: Value '{}' at 'userId.member' failed to satisfy constraint: Member must not be null",
    ],
)
def test_a_value_that_aws_quotes_is_hidden_whatever_it_is(form: str, secret: str) -> None:
    shown = without(form.format(secret), [secret], ROOM)

    before, _, after = form.partition("{}" if "{{" not in form else "{{")
    assert shown.startswith(f"{before}[secret]")
    assert shown.endswith(form.partition(" at ")[2])
    assert after


@pytest.mark.parametrize(
    ("message", "secret", "shown"),
    [
        ('"a" is not a value', "a", '"[secret]" is not a value'),
        ("a map {k=a, a=b} is a problem", "a", "a map {k=[secret], [secret]=b} is a problem"),
        ("tried userId=a for a room", "a", "tried userId=[secret] for a room"),
        ("user a is banned from a room", "a", "user [secret] is banned from a room"),
        ("userId: user is not a user", "user", "userId: [secret] is not a user"),
        ("at 'attributes.a.member' a value", "a", "at 'attributes.[secret].member' a value"),
        ("user 7 has 7 sessions", "7", "user [secret] has 7 sessions"),
        ("alice may not; @alice, 'alice'", "alice", "[secret] may not; @[secret], '[secret]'"),
        ("malice is not alice", "alice", "malice is not [secret]"),
        ("session-4711abcdefx", "4711abcdef", "session-[secret]x"),
        ("wait for Ärger", "Ärger", "wait for [secret]"),
    ],
)
def test_only_the_secret_is_hidden(message: str, secret: str, shown: str) -> None:
    assert without(message, [secret], ROOM) == shown


def test_a_value_that_aws_has_shortened_is_hidden() -> None:
    message = "Value 'canary-47…' at 'userId' failed to satisfy constraint: Member must have length less than 128"

    assert without(message, ["canary-4711"], ROOM) == message.replace("canary-47…", "[secret]")


def test_secrets_that_overlap_are_hidden_together() -> None:
    assert without("of canary-1 canary-2", ["canary-1", "1 canary-2", "canary-1 canary"], ROOM) == "of [secret]"
    assert without("no secret", ["", "other"], ROOM) == "no secret"
