"""A Node.js function's process, as Lambda's: the styles of calling, the context, and when it has answered."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from pulumi_ivschat.local.handlers import Handler, HandlerError
from tests.local.handlers.conftest import LAMBDA, answer, event, running

FUNCTIONS = """\
const styles = {};
exports.handler = (event, context, callback) => styles[event.Content](event, context, callback);
styles.async = async (event) => ({ is: event.Content });
styles.promise = (event) => Promise.resolve({ is: event.Content });
styles.callback = (event, context, callback) => callback(null, { is: event.Content });
styles.later = (event, context, callback) => { setTimeout(() => callback(null, { is: event.Content }), 5); };
styles.done = (event, context) => context.done(null, { is: event.Content });
styles.succeed = (event, context) => context.succeed({ is: event.Content });
styles.nothing = async () => {};
styles.twice = (event, context, callback) => { callback(null, 1); callback(null, 2); };

let order = [];
styles.waits = (event, context, callback) => {
  order = [];
  setTimeout(() => order.push("timer"), 5);
  callback(null, order);
};
styles.hurries = (event, context, callback) => {
  context.callbackWaitsForEmptyEventLoop = false;
  setTimeout(() => {}, 100_000);
  callback(null, "at once");
};

styles.thrown = () => { throw new Error("no"); };
styles.rejected = () => Promise.reject(new Error("no"));
styles.calledBack = (event, context, callback) => callback(new Error("no"));
styles.text = (event, context, callback) => callback("no");
styles.failed = (event, context) => context.fail(new Error("no"));
styles.doneWrong = (event, context) => context.done(new Error("no"));
styles.unhandled = async () => { Promise.reject(new Error("no")); await new Promise((go) => setTimeout(go, 1000)); };
styles.silent = () => {};
styles.never = () => new Promise(() => {});

styles.context = async (event, { getRemainingTimeInMillis, ...context }) =>
  ({ ...context, remaining: getRemainingTimeInMillis() });
"""


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("functions") / "index.js"
    file.write_text(FUNCTIONS)
    return str(file)


def outcomes(functions: str, *names: str) -> dict[str, Any]:
    """Return what functions of one process answer, each to two events, or how they fail."""

    async def outcome(handler: Handler, name: str) -> Any:
        try:
            return await handler.invoke(event(name), LAMBDA)
        except HandlerError as error:
            return error.reason

    async def main() -> list[Any]:
        async with running(f"{functions}:handler") as handler:
            answers = [(await outcome(handler, name), await outcome(handler, name)) for name in names]
        assert all(first == second for first, second in answers)
        return [first for first, _ in answers]

    return dict(zip(names, asyncio.run(main()), strict=True))


def test_every_style_of_calling_answers(functions: str) -> None:
    styles = ["async", "promise", "callback", "later", "done", "succeed"]

    assert outcomes(functions, *styles, "nothing", "twice") == {
        **{style: {"is": style} for style in styles},
        "nothing": None,
        "twice": 1,
    }


def test_a_callback_answers_when_the_event_loop_is_empty_or_at_once_if_the_function_asks_for_that(
    functions: str,
) -> None:
    assert outcomes(functions, "waits", "hurries") == {"waits": ["timer"], "hurries": "at once"}


def test_every_style_of_failing_fails(functions: str) -> None:
    styles = ["thrown", "rejected", "calledBack", "failed", "doneWrong", "unhandled"]
    no_answer = "NoAnswer: no callback was called, and no promise settled"

    assert outcomes(functions, *styles, "text", "silent", "never") == {
        **dict.fromkeys(styles, "Error: no"),
        "text": "string: no",
        "silent": no_answer,
        "never": no_answer,
    }


def test_the_context_has_lambdas_members(functions: str) -> None:
    context = answer(f"{functions}:handler", arn=f"{LAMBDA}:7", content="context")

    assert re.fullmatch("[0-9a-f-]{36}", context.pop("awsRequestId"))
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[7\][0-9a-f]{32}", context.pop("logStreamName"))
    assert 0 < context.pop("remaining") <= 3000
    assert context == {
        "callbackWaitsForEmptyEventLoop": True,
        "functionName": "review",
        "functionVersion": "7",
        "invokedFunctionArn": f"{LAMBDA}:7",
        "memoryLimitInMB": "128",
        "logGroupName": "/aws/lambda/review",
    }
