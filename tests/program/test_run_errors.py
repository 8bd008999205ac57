"""Errors of ours in a program: Pulumi's own kind, and nothing in them but the text."""

from __future__ import annotations

import pulumi
import pytest

from pulumi_ivschat.errors import Conflict, Invalid, IvsChatError
from pulumi_ivschat.program.run_errors import as_run_error


def test_an_error_of_ours_is_one_that_pulumi_shows_without_traceback() -> None:
    message = "unknown room"
    with pytest.raises(pulumi.RunError) as caught, as_run_error("ChatTokens smoke: "):
        raise Invalid(message, operation="CreateChatToken", remedy="Make one.")

    assert str(caught.value) == "ChatTokens smoke: CreateChatToken: unknown room\nMake one."
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("kind", [IvsChatError, Conflict])
def test_a_program_can_catch_it_by_its_class_and_ask_for_its_facts(kind: type[IvsChatError]) -> None:
    message = "in use"
    with pytest.raises(kind) as caught, as_run_error():
        raise kind(message, operation="DeleteRoom", subject="lobby", code="ConflictException")

    error = caught.value
    assert isinstance(error, pulumi.RunError)
    assert (error.message, error.operation, error.subject, error.code) == (
        message,
        "DeleteRoom",
        "lobby",
        "ConflictException",
    )
    assert error.retryable is kind.retryable
    assert error.remedy == kind.remedy_template.format(subject="lobby")


def test_any_other_error_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), as_run_error():
        raise ZeroDivisionError
