"""The page of the component ChatTokens, which the schema does not have: from the docstrings of the Python API."""

from __future__ import annotations

import inspect
from textwrap import dedent
from typing import Any, Final

from pulumi_ivschat.model.native import TYPE_PREFIX, schema
from pulumi_ivschat.plugin import docstrings
from pulumi_ivschat.program import chat_tokens
from tools.docs.markdown import code, definitions, page
from tools.docs.resource_pages import error_table, properties
from tools.docs.search_words import entries

_NAME: Final = "ChatTokens"
_MODULE: Final = "program.chat_tokens"
_FUNCTION: Final = f"{TYPE_PREFIX}createChatToken"
_TYPES: Final = {
    "room": "Room or string, **required**",
    "grants": "map of ChatGrantArgs",
    "room_arn": "string",
    "region": "string",
    "issuer_policy": "string",
    "tokens": "map of CreateChatTokenResult, secret",
}


def component_pages() -> dict[str, str]:
    """Return the text of the component's page by its path on the site."""
    return {"reference/chat-tokens.md": _page()}


def _page() -> str:
    function = schema()["functions"][_FUNCTION]
    of_the_room = {"roomArn"}
    grant = {key: spec for key, spec in function["inputs"]["properties"].items() if key not in of_the_room}
    return page(
        _NAME,
        entries("chat tokens in a stack", "chattokens", "smoke test"),
        inspect.getdoc(chat_tokens.ChatTokens) or "",
        "The component is part of the Python API. Other languages call the function `createChatToken`: see {doc}`functions`.",
        "A token opens one connection and expires after about a minute. Issue tokens at run time, with {doc}`python-runtime`, "
        "and use these for smoke tests of what the program deploys.",
        "## Example",
        code("python", python_example()),
        "## Inputs",
        _described("ChatTokensArgs"),
        "### ChatGrantArgs",
        properties(grant, set(function["inputs"]["required"]) - of_the_room),
        "## Outputs",
        "The tokens are not in the state of any resource, so an expired token is not drift. Every `up` creates new ones. In a preview "
        "they are unknown.",
        _described(_NAME),
        "### CreateChatTokenResult",
        properties(function["outputs"]["properties"]),
        "## Import",
        "A component has nothing in AWS that you could import.",
        "## Errors",
        "An invalid grant is reported in the preview, at its property: `grants.ann.user_id`. {doc}`errors` lists why each error is "
        "raised, and what to do. AWS answers CreateChatToken with these:",
        error_table(["CreateChatToken"]),
    )


def _described(name: str) -> str:
    words = docstrings.attributes(_MODULE, name)
    annotated: dict[str, Any] = getattr(chat_tokens, name).__annotations__
    return definitions((key, _TYPES[key], words[key]) for key in annotated)


def python_example() -> str:
    """Return a whole program, with the lines in the docstring of the component's module."""
    docstring = inspect.getdoc(chat_tokens) or ""
    lines = dedent("\n".join(line for line in docstring.splitlines() if line.startswith("    ")))
    return f'import pulumi\n\nfrom pulumi_ivschat import ChatTokens, Room\n\nlobby = Room("lobby")\n{lines}'
