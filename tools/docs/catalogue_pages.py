"""Pages of lists that the code has: functions, settings, errors, policies, commands."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_ivschat import iam, settings
from pulumi_ivschat.model.native import TYPE_PREFIX, schema
from pulumi_ivschat.plugin.examples import EXAMPLES
from tools.docs.markdown import code, definitions, page, tabs
from tools.docs.resource_pages import properties

_ROOM = "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl"


def catalogue_pages() -> dict[str, str]:
    """Return the text of each page by its path on the site."""
    return {
        "reference/functions.md": _functions(),
        "reference/settings.md": _settings(),
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
        "the valid ones. [Settings of a stack](../settings.md) explains regions and credentials.",
        definitions(
            (f"ivschat:{key}", f"default: {default}", f"{capitalised(about)}.") for key, about, default in rows[1:]
        ),
        "In other languages a `pulumi:providers:ivschat` resource takes the same settings, without `ivschat:`. In Python code, "
        "{doc}`python-settings` has them as a class.",
    )


def capitalised(text: str) -> str:
    """Return a text with a capital letter at its beginning."""
    return text[0].upper() + text[1:]


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
        "returns. {doc}`python-iam` describes the arguments. To print one:",
        code("sh", "python -c 'from pulumi_ivschat import iam; print(iam.lookup_policy())'"),
        "For a review:\n\n"
        "- **`room/*`:** a room has no ARN before AWS creates it, so a deployment needs all rooms of its account and region. Set "
        "`account` and `region`. Policies for servers name single rooms.\n"
        "- **Actions outside of `ivschat:`** are those that AWS does in the caller's name at the destinations of chat logs, as "
        "CloudFormation lists them. `s3:PutBucketPolicy` is omitted, since it could open any bucket: allow it for one bucket.\n"
        "- **Each policy was tested alone** on the local service, which checks the actions of `ivschat:`. None was tried on AWS.",
        *sections,
    )


def _command_line() -> str:
    directive = ".. click:: pulumi_ivschat.cli:cli\n   :prog: pulumi-ivschat\n   :nested: full"
    return page(
        "Command line",
        "`pip install 'pulumi-ivschat[cli]'` installs `pulumi-ivschat`. The extra `local` adds the local service. "
        "The package is not published yet, so [install it from a checkout](../readme.md#to-install).",
        f"```{{eval-rst}}\n{directive}\n```",
    )
