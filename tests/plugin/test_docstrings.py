"""Docstrings as the schema has them."""

from __future__ import annotations

from pulumi_ivschat.plugin import docstrings


def test_an_attribute_and_a_class_have_their_words() -> None:
    words = docstrings.attributes("program.room", "MessageReviewHandlerArgs")

    assert words[""] == "The Lambda function that reviews each message before it is delivered."
    assert words["uri"].startswith("ARN of the function")


def test_a_functions_summary_has_no_errors_of_python() -> None:
    summary = docstrings.summary("program.lookups", "get_logging_configuration")

    assert summary == "Look up a logging configuration, by its ARN."


def test_examples_names_and_literals_of_python_are_not_in_it() -> None:
    text = 'A room.\n\n    Room("lobby")\n\nIts `room_id` is `{"a_b": …}`, else None.'

    assert docstrings.plain(text) == 'A room.\n\nIts `roomId` is `{"aB": …}`, else null.'
