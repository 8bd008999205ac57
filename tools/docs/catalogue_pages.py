"""Pages of lists that the code has: functions, settings, errors, policies, commands."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_ivschat import errors, iam, settings
from pulumi_ivschat.native import TYPE_PREFIX, schema
from pulumi_ivschat.plugin.examples import EXAMPLES
from tools.docs.markdown import code, definitions, page, tabs
from tools.docs.resource_pages import properties

_ROOM = "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl"


def catalogue_pages() -> dict[str, str]:
    """Return the text of each page by its path on the site."""
    return {
        "reference/functions.md": _functions(),
        "reference/settings.md": _settings(),
        "reference/errors.md": _errors(),
        "reference/iam-policies.md": _policies(),
        "reference/command-line.md": _command_line(),
    }


def _functions() -> str:
    sections = [part for each, spec in schema()["functions"].items() for part in _function(each, spec)]
    return page(
        "Functions",
        "Lookups, tokens and policies in a program. In Python they are `get_room`, `get_room_output` and so on: see "
        "{doc}`python-program`. An output of these names is written in snake_case there.",
        *sections,
    )


def _function(name: str, spec: Mapping[str, Any]) -> Iterator[str]:
    short = name.removeprefix(TYPE_PREFIX)
    yield f"## {short}"
    yield str(spec["description"]).partition("{{%")[0].strip()
    example = EXAMPLES[short]
    yield tabs(("TypeScript", code("typescript", example.typescript)), ("YAML", code("yaml", example.yaml)))
    for role in ("inputs", "outputs"):
        yield f"**{role.capitalize()}**"
        yield properties(spec[role]["properties"], spec[role]["required"] if role == "inputs" else (), python=False)


def _settings() -> str:
    rows = re.findall(r"^\| (\w+) +\| (.+?) +\| (.+?) +\|$", settings.__doc__ or "", re.MULTILINE)
    return page(
        "Settings",
        "Set one with `pulumi config set ivschat:region us-west-2`. An unknown key or a bad value is an error that lists "
        "the valid ones.",
        definitions(
            (f"ivschat:{key}", f"default: {default}", f"{_capitalised(about)}.") for key, about, default in rows[1:]
        ),
        "In other languages a `pulumi:providers:ivschat` resource takes the same settings, without `ivschat:`. In Python code, "
        "{doc}`python-settings` has them as a class.",
    )


def _capitalised(text: str) -> str:
    return text[0].upper() + text[1:]


def _errors() -> str:
    kinds = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, errors.IvsChatError)]
    return page(
        "Errors",
        "The text of an error is one line with what failed, and one with what to do. In code, `except "
        "pulumi_ivschat.IvsChatError` catches all of them.",
        *(part for kind in kinds for part in _error(kind)),
        "## In code",
        "```{eval-rst}\n.. autoclass:: pulumi_ivschat.errors.IvsChatError\n   :members:\n```",
    )


def _error(kind: type[errors.IvsChatError]) -> Iterator[str]:
    if kind is errors.IvsChatError:
        return
    why, _, advice = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")
    remedy = kind.remedy_template.format(operation="OPERATION", subject="the resource", on=" on ARN")
    yield f"## {kind.__name__}"
    yield f"**Why:** {_capitalised(re.sub('^Raised (when|while) ', '', why))}"
    yield f"**What to do:** {remedy or advice}"
    codes = ", ".join(f"`{each}`" for each, found in errors.CLASSES_BY_CODE.items() if found is kind)
    base = kind.__base__
    facts = [
        f"AWS's codes: {codes}." if codes else "",
        "The same call may succeed later." if kind.retryable else "",
        f"A kind of `{base.__name__}`." if base and base is not errors.IvsChatError else "",
    ]
    yield " ".join(filter(None, facts))


def _policies() -> str:
    made = {
        "issuer_policy(ROOM_ARN)": (iam.issuer_policy, iam.issuer_policy(_ROOM)),
        "moderator_policy(ROOM_ARN)": (iam.moderator_policy, iam.moderator_policy(_ROOM)),
        "lookup_policy()": (iam.lookup_policy, iam.lookup_policy()),
        'deployer_policy(account="123456789012", region="us-west-2")': (
            iam.deployer_policy,
            iam.deployer_policy(account="123456789012", region="us-west-2"),
        ),
        "deployer_policy(logging_configurations=True, chat_tokens=True)": (
            iam.deployer_policy,
            iam.deployer_policy(logging_configurations=True, chat_tokens=True),
        ),
    }
    sections = [
        part
        for call, (function, document) in made.items()
        for part in (
            f"## `{call}`",
            inspect.cleandoc(function.__doc__ or "").splitlines()[0],
            code("json", json.dumps(json.loads(document), indent=2)),
        )
    ]
    return page(
        "IAM policies",
        "`pulumi_ivschat.iam` returns the least that each part of the work needs, as JSON. The documents below are what it "
        "returns. {doc}`python-iam` describes the arguments.",
        *sections,
    )


def _command_line() -> str:
    directive = ".. click:: pulumi_ivschat.cli:cli\n   :prog: pulumi-ivschat\n   :nested: full"
    return page(
        "Command line",
        "`pip install 'pulumi-ivschat[cli]'` installs `pulumi-ivschat`. The extra `local` adds the local service.",
        f"```{{eval-rst}}\n{directive}\n```",
    )
