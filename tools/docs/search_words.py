"""
Words that people search for, and the section that answers.

Sphinx's search ranks a page by its headings; it does not count words. An index entry puts the right section first. Entries are
added when the site is staged, since a page in the repository would show them as code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "chat-tokens.md": {
        "Reconnect": ("reconnect", "token expired", "refresh token"),
        "If a client cannot connect": ("parsingerror", "cannot connect", "room id"),
    },
    "dynamic-resources.md": {
        "Dynamic resources: Pulumi's limits, and how this package deals with them": ("dynamic provider", "pickle"),
    },
    "examples/moderation.md": {"Moderation": ("ban", "kick", "delete message", "moderation", "disconnect user")},
    "examples/browser_chat.md": {"A chat in the browser": ("token provider", "front end", "browser", "messaging sdk")},
    "examples/fastapi_backend.md": {"A token endpoint on FastAPI": ("chat token", "fastapi")},
    "examples/token_backend.md": {"A token back end on Lambda": ("lambda", "cors", "another origin")},
    "first-room.md": {"Your first room": ("getting started", "quickstart", "install", "tutorial")},
    "gitops.md": {
        "Rooms in a pipeline": ("pipeline", "gitops", "github actions", "gitlab", "ci", "continuous integration"),
        "Locks": ("locked", "stack is currently locked", "state lock"),
        "Secrets": ("secret", "passphrase", "secrets in state"),
        "State backends": ("state backend", "s3 backend", "postgresql"),
    },
    "languages.md": {
        "Every Pulumi language": ("plug-in", "plugin", "c#", "java", "go", "golang", "dotnet"),
        "Settings, and several providers": ("provider", "multiple providers"),
        "TypeScript": ("typescript", "nodejs", "javascript"),
    },
    "local-service.md": {
        "The local service": ("localstack", "moto", "emulator", "offline", "local"),
        "Containers, tunnels and proxies": ("docker", "container", "compose", "kubernetes"),
        "Reviewing messages": ("message review handler", "review handler"),
        "Logging": ("chat logging", "records"),
        "What a key may do": ("iam on the local service",),
        "Unknown behaviour of AWS": ("fidelity", "differences from aws"),
    },
    "moving-in.md": {
        "Moving in from another tool": (
            "terraform",
            "opentofu",
            "pulumi-aws",
            "aws-native",
            "cloudformation",
            "cdk",
            "migrate",
        ),
    },
    "operations.md": {
        "Import": ("import", "existing rooms", "adopt", "import existing room"),
        "Renames and moves": ("rename", "rename resource", "alias", "state move", "move"),
        "Retained rooms": ("retain on delete", "retainondelete"),
        "Pacing": (
            "throttling",
            "rate limit",
            "rate limiting",
            "quota",
            "requests per second",
            "toomanyrequestsexception",
        ),
        "Time limits": ("timeout", "custom timeouts"),
        "Credentials": ("credentials", "expired credentials", "expired token", "mfa", "sso"),
        "Interrupts": ("ctrl-c", "interrupt", "interrupted update", "cancel"),
        "Recovery": ("recover", "crash", "pending operations", "pending create", "orphan", "duplicate room"),
        "Drift": ("drift", "unmanaged"),
    },
    "read-ahead.md": {"Refreshing many rooms": ("refresh", "slow refresh", "readahead")},
    "rooms.md": {"Default tags": ("default tags", "defaulttags", "tags keep changing")},
    "scale.md": {"Many rooms in a stack": ("many rooms", "thousands of rooms", "slow up", "split a stack")},
    "several-accounts.md": {
        "Several accounts and regions": ("accounts", "assume role", "assumerole", "multiple accounts")
    },
    "test-your-back-end.md": {
        "Test your back end": ("pytest", "unittest", "fixture", "integration test", "mock", "test")
    },
    "versions.md": {
        "How a name is deprecated and removed": ("deprecated", "deprecation"),
        "Supported versions": ("supported versions", "windows", "macos"),
        "What is public": ("breaking change", "compatibility", "semantic versioning"),
    },
    "unit-tests.md": {"Unit tests of a program": ("set_mocks", "mocks", "unit test")},
}
"""By page of the site and heading; in lower case, as the search compares them."""


def with_search_words(text: str, page: str) -> str:
    """Return a page with an index entry below each heading that has words. Raises ValueError if the page lacks a heading."""
    for heading, words in WORDS.get(page, {}).items():
        found = re.search(rf"^#+ {re.escape(heading)}$", text, re.MULTILINE)
        if not found:
            msg = f"{page} has no heading {heading!r}; tools/docs/search_words.py names it"
            raise ValueError(msg)
        text = f"{text[: found.end()]}\n\n{entries(*words)}{text[found.end() :]}"
    return text


def entries(*words: str) -> str:
    """Return index entries, of which the search shows the section that they are in."""
    return f"```{{index}} {', '.join(f'! {word}' for word in words)}\n```"
