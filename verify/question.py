"""
A question: what it asks, what is expected, and the verdict on an answer.

    @assumed("Does TagResource or UntagResource move `updateTime`?", expected=False)
    def tags_move_the_update_time(run: Run) -> bool: ...

The function's name is the question's name. It returns JSON that is the same for each run: no id, name, ARN or time.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from verify.run import Run

Ask = Callable[["Run"], Any]


class NotTried(Exception):
    """Raised by a question that cannot be asked here; the message is the reason."""


class Verdict(enum.Enum):
    """The result of a question."""

    DOCUMENTED = "as documented"
    ASSUMED = "as assumed"
    RECORDED = "as recorded"
    DIFFERS_HERE = "known to differ here"
    DIFFERENT = "different"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@attrs.frozen
class Question:
    """
    A question to the service.

    *topic* is a row of the table of unknowns in docs/local-service.md, or the part of AWS's documentation that *basis* means.
    """

    name: str
    words: str
    topic: str
    basis: Verdict
    expected: Any
    ask: Ask = attrs.field(repr=False)
    source: str = ""
    """Of what is documented: see `documented`."""
    here: Any = None
    """The local service's answer, if it differs from AWS's on purpose."""


@attrs.frozen
class Result:
    """The answer to a question: what was seen, the texts of AWS's errors on the way, and the verdict."""

    question: Question
    verdict: Verdict
    seen: Any = None
    texts: tuple[str, ...] = ()
    reason: str = ""
    """Why it was not tried, or how it failed."""


QUESTIONS: Final[dict[str, Question]] = {}
"""By name, in the order in which they are asked."""


def documented(topic: str, *, source: str, expected: Any) -> Callable[[Ask], Ask]:
    """
    Register a function as a question to which the answer is documented, under a topic.

    The *source* is an operation or shape of botocore's service model, `Shape.member`, the address of a page of AWS, or the path
    of a page of this project, for its own deployments.
    """
    return _registering(topic, Verdict.DOCUMENTED, expected, source=source)


def assumed(row: str, *, expected: Any, here: Any = None) -> Callable[[Ask], Ask]:
    """
    Register a function as a question to which the answer is assumed, in a row of the docs' table.

    *here* is the local service's answer, if it differs on purpose from what is known of AWS.
    """
    return _registering(row, Verdict.ASSUMED, expected, here=here)


def _registering(topic: str, basis: Verdict, expected: Any, source: str = "", here: Any = None) -> Callable[[Ask], Ask]:
    def register(ask: Ask) -> Ask:
        name = ask.__name__
        if name in QUESTIONS:
            msg = f"there are two questions {name}"
            raise ValueError(msg)
        words = (ask.__doc__ or "").strip()
        QUESTIONS[name] = Question(name, words, topic, basis, expected, ask, source, here)
        return ask

    return register


def asked(run: Run, questions: Mapping[str, Question], recorded: Mapping[str, Any] | None = None) -> Iterator[Result]:
    """
    Ask the questions one by one, and yield the results.

    With *recorded* answers, by name, these are expected instead; a question without one is not asked.
    """
    for name, question in questions.items():
        if recorded is None:
            yield answer(run, question)
        elif name in recorded:
            yield answer(run, attrs.evolve(question, basis=Verdict.RECORDED, expected=recorded[name], here=None))


def answer(run: Run, question: Question) -> Result:
    """Ask one question; an exception, or a call that the caller's own policy denies, is a failure and not an answer."""
    run.begin()
    try:
        seen = question.ask(run)
    except NotTried as reason:
        return Result(question, Verdict.NOT_TRIED, reason=str(reason))
    except Exception as error:  # noqa: BLE001 - the other questions are asked all the same
        failure = run.redacted(f"{type(error).__name__}: {error}")
        return Result(question, Verdict.FAILED, texts=run.texts(), reason=failure)
    finally:
        run.end()
    shown = run.redacted(seen)
    # Recorded answers are redacted, so both sides are compared that way.
    if shown == run.redacted(question.expected):
        return Result(question, question.basis, shown, run.texts())
    if question.here is not None and run.endpoint.url and shown == run.redacted(question.here):
        return Result(question, Verdict.DIFFERS_HERE, shown, run.texts())
    if denials := run.denials():
        return Result(question, Verdict.FAILED, shown, run.texts(), f"your policy does not allow a call: {denials[0]}")
    return Result(question, Verdict.DIFFERENT, shown, run.texts())
