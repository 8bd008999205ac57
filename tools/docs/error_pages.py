"""The catalogue of errors: of resources and functions, of the local service, of the commands, and in a chat."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Final

from pulumi_ivschat import errors
from pulumi_ivschat.local.data_directory import LocalServiceError
from pulumi_ivschat.testing.aws_calls import AwsCallRefused
from tools.docs.catalogue_pages import capitalised
from tools.docs.markdown import page, table

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "no region is set": (
        "no option, stack, variable or profile names a region",
        "use `--region`, `AWS_REGION` or a profile with a region",
    ),
    "stdin ended before an answer": ("stdin is not a terminal, so the command cannot ask", "add `--yes`"),
    "found in": ("no room or logging configuration matches", "look in another region with `--region`"),
    "nothing to import": (
        "the command line selects nothing",
        "name ARNs, or use `--name`, `--tag`, `--all` or `--from`",
    ),
    "exists already; name another file by --out": (
        "`import` never overwrites a file",
        "name another one with `--out`, or remove it",
    ),
    "Nothing is imported.": (
        "a resource of the other tool's state cannot be imported; the line before names it and the reason",
        "import it by its ARN, or remove it from the file",
    ),
    "does not exist": (
        "these credentials do not see a resource of the other tool's state",
        "use credentials of the account that the message names; if it was deleted, follow the message",
    ),
    "that process still runs": ("an update holds the stack's lock", "wait for its end, or stop it"),
    "whether that update still runs cannot be seen from here": (
        "another machine holds the stack's lock",
        "make sure that its update has ended, then run `pulumi cancel`; in a pipeline use `--break-lock`",
    ),
    "The state itself is cut off.": (
        "a kill interrupted the write of a state in files",
        "put the backup that the message names in its place, then run `recover` again",
    ),
    "--all is every stack of the project": ("`drift` has both `--all` and names of stacks", "omit one of them"),
    "was not reset": ("the local service refused, or did not answer", "stop it with `pulumi-ivschat local stop`"),
    "this command needs": ("the extra `cli` is not installed", "install the extra that the message names"),
}
"""By a part of the message: why a command fails with it, and what to do."""

CHAT: Final[dict[int, tuple[str, str]]] = {
    400: (
        "the frame is not a known action, or the message is longer than the room allows",
        "correct the action; shorten the message",
    ),
    401: ("the session is over", "connect again, with a new token"),
    403: ("the token does not have the capability", "issue tokens with that capability to users who may do this"),
    404: ("the room is gone", "leave the room"),
    406: (
        "the review handler denied the message, or failed",
        "show the reason to the sender; check the handler's log if it failed",
    ),
    413: ("attributes over 1 KB, or an id or a reason that is too long", "shorten them"),
    429: ("more requests a second than the connection or the room takes", "send later, and slower"),
}
"""By error code of the messaging API: why a client gets it, and what to do."""


def error_pages() -> dict[str, str]:
    """Return the text of the catalogue by its path on the site."""
    return {"reference/errors.md": _errors()}


def _errors() -> str:
    kinds = [each for each in vars(errors).values() if inspect.isclass(each) and issubclass(each, errors.IvsChatError)]
    return page(
        "Errors",
        "The text of an error is one line with what failed, and one with what to do. In code, `except "
        "pulumi_ivschat.IvsChatError` catches all of them up to {ref}`those of the local service <errors-local>`.",
        *(part for kind in kinds for part in _error(kind)),
        "(errors-local)=\n## LocalServiceError",
        *_reasons(LocalServiceError),
        "## AwsCallRefused",
        *_reasons(AwsCallRefused),
        "## Messages of the commands",
        "`pulumi-ivschat` prints the errors above, and these. The exit code is 1.",
        table(("message", "why", "what to do"), ((f"… {text} …", *reasons) for text, reasons in COMMANDS.items())),
        "## Codes in a chat",
        "A frame of the type ERROR has one of these as its `ErrorCode`. AWS's messaging SDK rejects the request with it.",
        table(("code", "why", "what to do"), ((f"`{code}`", *reasons) for code, reasons in CHAT.items())),
        "If a connection cannot be opened at all: [chat tokens](../chat-tokens.md#if-a-client-cannot-connect).",
        "## In code",
        "```{eval-rst}\n.. autoclass:: pulumi_ivschat.errors.IvsChatError\n   :members:\n```",
    )


def _error(kind: type[errors.IvsChatError]) -> Iterator[str]:
    if kind is errors.IvsChatError:
        return
    remedy = kind.remedy_template.format(operation="OPERATION", subject="the resource", on=" on ARN")
    yield f"## {kind.__name__}"
    yield from _reasons(kind, remedy)
    codes = ", ".join(f"`{each}`" for each, found in errors.CLASSES_BY_CODE.items() if found is kind)
    base = kind.__base__
    facts = [
        f"AWS's codes: {codes}." if codes else "",
        "The same call may succeed later." if kind.retryable else "",
        f"A kind of `{base.__name__}`." if base and base is not errors.IvsChatError else "",
    ]
    yield " ".join(filter(None, facts))


def _reasons(kind: type[Exception], remedy: str = "") -> Iterator[str]:
    """Yield why an error is raised, and what to do: the *remedy*, else the second paragraph of the docstring."""
    why, _, advice = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")
    yield f"**Why:** {capitalised(re.sub('^Raised (when|while) ', '', why))}"
    yield f"**What to do:** {remedy or advice}"
