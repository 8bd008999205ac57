"""
Words that people search for, and the section that answers.

Sphinx's search demands each word of a query, and does not count words. So a page gets the words as keywords, which the search finds
like its text, and an index entry below the heading, by which `docs/_static/scorer.js` ranks it: also in another order, in the
plural, or among other words. They are added when the site is staged, since a page in the repository would show them as code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

WORDS: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "examples/javascript_tests.md": {
        "Tests in JavaScript": (
            "jest",
            "node:test",
        )
    },
    "comparison.md": {
        "How it compares": (
            "alternatives",
            "terraform resource",
            "comparison",
        ),
        "Emulators": (
            "moto",
            "localstack",
            "floci",
        ),
        "Known gaps": ("known gaps", "known issues", "limitations", "production ready", "not supported"),
    },
    "containers.md": {
        "Testcontainers": ("testcontainers",),
        "The local service in a container": (
            "docker",
            "podman",
            "container",
            "compose",
        ),
    },
    "reference/room.md": {
        "Room": (
            "maximum message length",
            "message length",
            "maximum message rate",
            "message rate",
        )
    },
    "reference/errors.md": {
        "Errors": ("access denied", "accessdeniedexception"),
        "Messages about resources and calls": ("ssl validation failed", "certificate_verify_failed", "tls error"),
    },
    "reference/iam-policies.md": {
        "IAM policies": (
            "iam policy",
            "iam permissions",
            "least privilege",
        )
    },
    "chat-tokens.md": {
        "Chat tokens": (
            "token",
            "issue token",
            "createchattoken",
        ),
        "Reconnect": ("reconnect", "token expired", "refresh token", "connect in onresume"),
        "If a client cannot connect": (
            "parsingerror",
            "cannot connect",
            "room id",
            "waiting to connect",
            "token parsing error",
            "token parsing issue",
            "expected object but got undefined",
            "chat is not working",
            "unable to connect",
            "connection severed",
            "blocked by cors policy",
        ),
        "Limits of IVS Chat": (
            "chat history",
            "past messages",
            "viewer count",
            "connected users",
            "list of users",
            "presence",
            "online users",
            "private messages",
            "direct messages",
        ),
    },
    "dynamic-resources.md": {
        "Dynamic resources: Pulumi's limits, and how this package deals with them": ("dynamic provider", "pickle"),
        "The pickle": (
            "__main__",
            "outside of __main__",
            "can't get attribute",
        ),
        "Secrets": (
            "returning a secret from a dynamic resource",
            "dynamic resource secret",
            "secretness",
        ),
    },
    "examples/moderation.md": {
        "Moderation": (
            "ban",
            "kick",
            "delete message",
            "moderation",
            "disconnect user",
            "kick user",
            "ban user",
            "block user",
            "mute user",
            "profanity filter",
        )
    },
    "examples/browser_chat.md": {
        "A chat in the browser": ("token provider", "front end", "browser", "messaging sdk", "react", "vue")
    },
    "examples/fastapi_backend.md": {"A token endpoint on FastAPI": ("chat token", "fastapi")},
    "examples/token_backend.md": {"A token back end on Lambda": ("lambda", "cors", "another origin")},
    "first-room.md": {"Your first room": ("getting started", "quickstart", "install", "tutorial")},
    "gitops.md": {
        "Rooms in a pipeline": ("pipeline", "gitops", "github actions", "gitlab", "ci", "continuous integration"),
        "Locks": ("locked", "stack is currently locked", "state lock", "locking stack"),
        "Secrets": (
            "secret",
            "passphrase",
            "secrets in state",
            "plaintext secrets",
            "secrets unencrypted",
            "provider config secrets",
            "secrets visible in state",
            "encrypted state",
        ),
        "State backends": ("state backend", "s3 backend", "postgresql"),
    },
    "languages.md": {
        "Every Pulumi language": ("plug-in", "plugin", "c#", "java", "go", "golang", "dotnet"),
        "Settings, and several providers": ("provider", "multiple providers", "region of the default provider"),
        "Custom timeouts": ("may have been done",),
        "TypeScript": ("typescript", "nodejs", "javascript"),
    },
    "local-service.md": {
        "Asking the service about itself": (
            "inject error",
            "simulate throttling",
            "fault injection",
            "simulate error",
        ),
        "The local service": (
            "emulator",
            "offline",
            "local",
            "without aws account",
            "aws_endpoint_url",
            "support aws_endpoint_url",
            "endpoint url",
            "endpoint ignored",
            "endpoint parameter is ignored",
        ),
        "Containers, tunnels and proxies": ("tunnel", "proxy", "host name"),
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
            "terraform state",
        ),
        "Keep the other tool for the rest": ("terraform variables", "terraform output", "terraform provider resources"),
    },
    "operations.md": {
        "Python environments": (
            "could not read plugin",
            "provider not updated for delete",
            "provider code not updated",
            "refresh fails after upgrade",
            "no module named pulumi_ivschat",
            "modulenotfounderror",
            "pulumi-resource-pulumi-python",
        ),
        "Import": (
            "import",
            "existing rooms",
            "adopt",
            "import existing room",
            "import room",
            "import dynamic resource",
        ),
        "Renames and moves": ("rename", "rename resource", "alias", "state move", "move"),
        "Retained rooms": ("retain on delete", "retainondelete"),
        "Pacing": (
            "throttling",
            "rate limit",
            "rate limiting",
            "quota",
            "requests per second",
            "toomanyrequestsexception",
            "throttlingexception",
            "waited their turn",
        ),
        "Time limits": ("timeout", "custom timeouts", "invalid lambda permission"),
        "Evidence": ("recorded in", "left alone"),
        "Credentials": (
            "credentials",
            "expired credentials",
            "expired token",
            "mfa",
            "sso",
            "aws_profile",
            "profile",
            "credentials not refreshed",
            "credential_process",
        ),
        "Interrupts": ("ctrl-c", "interrupt", "interrupted update", "cancel"),
        "Recovery": (
            "recover",
            "crash",
            "pending operations",
            "pending create",
            "orphan",
            "duplicate room",
            "orphaned room",
            "resolve pending operations",
            "has the owner tag as well",
            "may have carried out the call",
        ),
        "Drift": ("drift", "unmanaged"),
    },
    "read-ahead.md": {"Refreshing many rooms": ("refresh", "slow refresh", "readahead")},
    "rooms.md": {
        "LoggingConfiguration": ("save messages", "save messages to s3", "archive messages", "create_failed"),
        "Tags": ("has another value already", "tagtaken"),
        "Default tags": ("default tags", "defaulttags", "tags keep changing", "default_tags always shows an update"),
    },
    "scale.md": {
        "Many rooms in a stack": ("many rooms", "thousands of rooms", "hundreds of rooms", "slow up", "split a stack")
    },
    "several-accounts.md": {
        "Several accounts and regions": (
            "accounts",
            "assume role",
            "assumerole",
            "multiple accounts",
            "two regions",
            "regions",
            "cross account",
            "switch role",
            "switchrole",
            "sts:assumerole",
            "assume role in state",
            "change region",
        )
    },
    "settings.md": {
        "Settings": ("unknown setting",),
        "Regions": (
            "aws:region",
            "aws:region is ignored",
            "new aws regions cause provider errors",
            "new region",
            "new aws region",
            "invalid aws region",
            "is not a region",
            "aws regions",
        ),
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
    """
    Return a page with an index entry below each heading that has words, and all words as keywords.

    Raises ValueError if the page lacks a heading.
    """
    headings = WORDS.get(page, {})
    for heading, words in headings.items():
        found = re.search(rf"^#+ {re.escape(heading)}$", text, re.MULTILINE)
        if not found:
            msg = f"{page} has no heading {heading!r}; tools/docs/search_words.py names it"
            raise ValueError(msg)
        text = f"{text[: found.end()]}\n\n{entries(*words)}{text[found.end() :]}"
    return f"{text}\n{keywords(word for words in headings.values() for word in words)}" if headings else text


def keywords(words: Iterable[str]) -> str:
    """Return the single words of terms as keywords of a page, which its search index has and a reader does not see."""
    single = sorted({part for word in words for part in re.findall(r"\w+", word)})
    return f"```{{eval-rst}}\n.. meta::\n   :keywords: {', '.join(single)}\n```\n"


def entries(*words: str) -> str:
    """Return index entries, of which the search shows the section that they are in."""
    return f"```{{index}} {', '.join(f'! {word}' for word in words)}\n```"
