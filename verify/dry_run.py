"""The calls that each question makes, as its code names them: nothing is called to list them."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any, Final

from pulumi_ivschat.model.service_model import operations
from verify.question import Question

_OF_A_RUN: Final[Mapping[str, tuple[str, ...]]] = {
    "new_room": ("CreateRoom",),
    "room": ("CreateRoom once",),
    "scratch": ("CreateRoom once",),
    "gone": ("CreateRoom once", "DeleteRoom once"),
    "token": ("CreateChatToken",),
    "client": ("CreateChatToken", "a chat connection"),
    "handshake": ("a chat connection",),
    "begun_logging_configuration": ("CreateLoggingConfiguration",),
    "new_logging_configuration": ("CreateLoggingConfiguration", "GetLoggingConfiguration"),
    "logging_configuration": ("CreateLoggingConfiguration once",),
    "settled": ("GetLoggingConfiguration",),
    "project": ("the Pulumi engine's calls",),
}
"""By the name of a member of `Run`: the calls behind it."""


def listing(questions: Mapping[str, Question]) -> str:
    """Return a line for each question: its name, and the operations that it calls."""
    return "\n".join(f"{name}: {', '.join(calls(question))}" for name, question in questions.items())


def calls(question: Question) -> list[str]:
    """Return the operations that a question names in its code, and in the functions of its module that it uses."""
    return [*dict.fromkeys(_named(question.ask, set()))]


def _named(function: Callable[..., Any], seen: set[str]) -> Iterator[str]:
    module = sys.modules[function.__module__]
    body = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(body, ast.FunctionDef)  # noqa: S101 - questions are functions
    for node in (each for statement in body.body for each in ast.walk(statement)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _of_text(node.value)
        elif isinstance(node, ast.Attribute):
            yield from _OF_A_RUN.get(node.attr, ())
        elif isinstance(node, ast.Name):
            yield from _OF_A_RUN.get(node.id, ())
            yield from _of_function(module, node.id, seen)


def _of_text(text: str) -> Iterator[str]:
    if text.lstrip("/") in operations():
        yield text.lstrip("/")


def _of_function(module: ModuleType, name: str, seen: set[str]) -> Iterator[str]:
    function = getattr(module, name, None)
    if inspect.isfunction(function) and function.__module__ == module.__name__ and name not in seen:
        seen.add(name)
        yield from _named(function, seen)
