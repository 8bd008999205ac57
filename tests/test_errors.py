"""Errors: from AWS's answers to what people read."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from pulumi_ivschat import errors
from pulumi_ivschat.errors import Conflict, IvsChatError, ResourceNotFound, bug, from_answer, looking_up
from pulumi_ivschat.model.service_model import operations

ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


def answer(code: str, message: str = "no", status: int = 400, **members: Any) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}, **members}


@pytest.mark.parametrize(
    "code", sorted({error.name for operation in operations().values() for error in operation.errors})
)
def test_every_modelled_error_has_a_class_of_its_own(code: str) -> None:
    error = from_answer(answer(code), "UpdateRoom", ARN)

    assert type(error) is not IvsChatError
    assert (error.code, error.operation, error.subject, error.message) == (code, "UpdateRoom", ARN, "no")


def test_an_error_shows_what_failed_and_then_what_to_do() -> None:
    error = from_answer(answer("AccessDeniedException", "You may not"), "UpdateRoom", ARN)

    assert str(error) == (
        f"UpdateRoom {ARN}: AccessDeniedException: You may not\n"
        f"Allow ivschat:UpdateRoom on {ARN} in the IAM policy of these credentials, then run again."
    )


DENIED = "User: arn:aws:iam::000000000000:user/ann is not authorized to perform: ivschat:TagResource on resource: "
EVERY_ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/*"


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        (DENIED + EVERY_ROOM, f"Allow ivschat:TagResource on {EVERY_ROOM} in the IAM policy of these credentials"),
        (
            f"{DENIED}{ARN} because no identity-based policy allows the ivschat:TagResource action",
            f"Allow ivschat:TagResource on {ARN} in the IAM policy of these credentials, then run again.",
        ),
        (
            f"{DENIED}{ARN} with an explicit deny in an identity-based policy",
            f"An IAM policy denies ivschat:TagResource on {ARN}: take that out, or use other credentials, then run again.",
        ),
    ],
)
def test_what_to_allow_is_the_action_and_the_resource_that_aws_names(message: str, remedy: str) -> None:
    assert remedy in str(from_answer(answer("AccessDeniedException", message), "CreateRoom", "lobby"))


def test_fields_and_limit_of_the_answer_are_reported() -> None:
    fields = [{"name": "uri", "message": "invalid lambda permission"}, {"name": "name", "message": "too long"}]

    assert "no; uri: invalid lambda permission; name: too long" in str(
        from_answer(answer("ValidationException", fieldList=fields), "CreateRoom", "lobby")
    )
    assert "no; limit 5" in str(from_answer(answer("ThrottlingException", limit=5), "GetRoom", ARN))


@pytest.mark.parametrize(
    ("code", "status", "retryable"),
    [
        ("ThrottlingException", 429, True),
        ("InternalServerException", 500, True),
        ("ServiceUnavailable", 503, True),
        ("ConflictException", 409, True),
        ("AccessDeniedException", 403, False),
        ("ValidationException", 400, False),
        ("UnheardOf", 418, False),
    ],
)
def test_an_error_knows_whether_the_same_call_may_succeed_later(code: str, status: int, retryable: bool) -> None:  # noqa: FBT001
    assert from_answer(answer(code, status=status), "GetRoom", ARN).retryable is retryable


@pytest.mark.parametrize(
    ("message", "remedy"),
    [
        ("Credential should be scoped to a valid region.", "check ivschat:region"),
        ("Signature expired: 20260101T000000Z is now earlier than …", "Set this machine's clock"),
        ("Signature not yet current: …", "Set this machine's clock"),
        ("The request signature we calculated does not match …", "Check the AWS credentials"),
    ],
)
def test_a_refused_signature_shows_which_of_its_causes_to_look_at(message: str, remedy: str) -> None:
    assert remedy in str(from_answer(answer("InvalidSignatureException", message), "GetRoom", ARN))


@pytest.mark.parametrize(("status", "remedy"), [(503, "AWS failed on its side"), (407, "a proxy")])
def test_a_page_instead_of_an_error_is_reported_in_one_line(status: int, remedy: str) -> None:
    error = from_answer(answer(str(status), "<html>\n<body>No\n" + "x" * 500, status), "GetRoom", ARN)

    first, then = str(error).splitlines()
    assert first == f"GetRoom {ARN}: {status}: this is not an answer of AWS's: <html> <body>No {'x' * 44}"
    assert remedy in then


def test_what_a_lookup_does_not_find_is_not_said_to_come_back() -> None:
    with pytest.raises(ResourceNotFound) as caught, looking_up():
        raise from_answer(answer("ResourceNotFoundException"), "GetRoom", ARN)

    assert str(caught.value) == (
        f"GetRoom {ARN}: ResourceNotFoundException: no\nCheck the ARN, the account and the region."
    )


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("\x1b]0;owned\x07\x1b[2J", r"\x1b]0;owned\x07\x1b[2J"),
        ("\u202eevil\u2066 \x9b31m \x00", r"\u202eevil\u2066 \x9b31m \x00"),
        ("one\r\nerror: two\u2028three\tfour", "one error: two three four"),
        ("Grüße, 世界", "Grüße, 世界"),
    ],
)
def test_the_words_of_an_endpoint_are_one_line_that_cannot_act_on_a_terminal(words: str, shown: str) -> None:
    error = from_answer(answer(f"Odd\x1b{words}", words), "GetRoom", f"{ARN}\x07")

    [line] = str(error).splitlines()
    assert line.endswith(f": {shown}")
    assert not {"\x1b", "\x07", "\u202e", "\x9b", "\x00"} & {*str(error)}


def test_a_message_without_an_end_is_cut() -> None:
    assert len(str(from_answer(answer("Odd", "x" * 100_000), "GetRoom", ARN))) < 2200


def test_a_remedy_keeps_its_lines_and_cannot_act_on_a_terminal() -> None:
    assert str(IvsChatError("no", remedy="one\ntwo \x1b[2J")) == "no\none\ntwo \\x1b[2J"


def test_an_answer_without_anything_is_still_an_error() -> None:
    assert str(from_answer({}, "GetRoom", ARN)) == f"GetRoom {ARN}"


def test_the_tree_in_the_docstring_names_every_error() -> None:
    classes = [
        name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, IvsChatError)
    ]

    assert [name for name in classes if name not in (errors.__doc__ or "")] == []


def test_an_error_survives_a_pickle() -> None:
    error = from_answer(answer("ThrottlingException"), "GetRoom", ARN)

    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301  our own bytes


def test_an_evolved_error_has_the_same_class_and_other_facts_and_the_first_one_stays() -> None:
    first = Conflict("busy", operation="UpdateRoom", subject="lobby", code="ConflictException")

    other = first.evolved(message="busy; used by hall", remedy="Wait.")

    assert type(other) is Conflict
    assert str(other) == "UpdateRoom lobby: ConflictException: busy; used by hall\nWait."
    assert other.args == ("busy; used by hall",)
    assert first.message == "busy"


@pytest.mark.parametrize(
    ("raised", "shown"),
    [(ValueError("canary-4711"), "ValueError"), (OSError(28, "No space left"), "OSError (No space left)")],
)
def test_a_bug_shows_its_place_and_only_words_of_the_operating_system(raised: Exception, shown: str) -> None:
    with pytest.raises(type(raised), match=r"canary|space") as error:
        raise raised

    assert bug(error.value).message.startswith(f"{shown} at test_errors.py:")
    assert "canary" not in str(bug(error.value))
