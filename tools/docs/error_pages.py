"""The catalogue of errors: of resources and functions, of the local service, of the commands, and in a chat."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Final

from pulumi_ivschat import errors
from pulumi_ivschat.local.data_directory import LocalServiceError
from pulumi_ivschat.testing.aws_calls import AwsCallRefused
from tools.docs.catalogue_pages import capitalised
from tools.docs.markdown import page, table
from tools.docs.search_words import entries

CALLS: Final[dict[str, tuple[str, str]]] = {
    "this is not an answer of AWS's": (
        "a proxy, a captive portal or another server has answered with a page of its own",
        "check the proxy, and `ivschat:endpointUrl` if it is set",
    ),
    "Check the file of certificates": (
        "TLS failed (`CERTIFICATE_VERIFY_FAILED`): often a proxy of a company presents a certificate of its own",
        "name a file that has the proxy's certificate in `AWS_CA_BUNDLE`",
    ),
    "The endpoint serves another region": (
        "the signature is for another region than the endpoint's",
        "correct `ivschat:region` or `ivschat:endpointUrl`; the region in an ARN is the resource's own",
    ),
    "AWS accepts five minutes of difference": (
        "the clock of this machine is wrong, so AWS refuses its signatures",
        "synchronise the clock (NTP), then run the command again",
    ),
    "An IAM policy denies": (
        "a policy has an explicit deny, which no other policy overrules: of the role, the organisation or a boundary",
        "change that policy, or use other credentials",
    ),
    "Something else uses or changes": (
        "a room uses the logging configuration, or another process changes the resource (`ConflictException`)",
        "run the command again when that is over; a delete that rooms block names them",
    ),
    "both own the tag": (
        "two resources of the program declare one tag of one room",
        "remove the tag from one of them",
    ),
    "the state of this resource is damaged": (
        "somebody edited the state, or another tool wrote it: the id in it is not the resource's ARN",
        "see [damaged states](../operations.md#damaged-states)",
    ),
    "the update was cancelled while this waited": (
        "Ctrl-C ended a wait; nothing more was sent",
        "run `pulumi up` again: it does the rest",
    ),
    "calls have waited their turn": (
        "a warning: AWS accepts 5 calls a second of each room operation",
        "wait, or [spread the rooms](../scale.md)",
    ),
    "has the owner tag": (
        "a warning: an earlier `up` was interrupted and has left this room, or a stack or resource was renamed",
        "see [recovery](../operations.md#recovery)",
    ),
    "the same page twice": (
        "a list of AWS, or of a server in its place, does not end",
        "run the command again; check `ivschat:endpointUrl` if it is set",
    ),
}
"""By a part of a message about resources and calls: why it appears, and what to do."""

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
        "An error has one line with what failed (operation, ARN or name, AWS's code, message), and one line with what to do. "
        "Below are the errors by class, and then [single messages](#messages-about-resources-and-calls). In code, "
        "`except pulumi_ivschat.IvsChatError` catches all classes but {ref}`the last two <errors-local>`.",
        *(part for kind in kinds for part in _error(kind)),
        "(errors-local)=\n## LocalServiceError",
        *_reasons(LocalServiceError),
        "## AwsCallRefused",
        *_reasons(AwsCallRefused),
        "## Messages about resources and calls",
        "Search for the words between the dots. An error that names an operation has AWS's code behind it: see above.",
        _reasons_by_text(CALLS),
        "## Messages of the commands",
        "`pulumi-ivschat` prints the errors above, and these. The exit code is 1.",
        _reasons_by_text(COMMANDS),
        "## Codes in a chat",
        "A frame of the type ERROR has one of these as its `ErrorCode`. AWS's messaging SDK rejects the request with it.",
        table(("code", "why", "what to do"), ((f"`{code}`", *reasons) for code, reasons in CHAT.items())),
        "If a connection cannot be opened at all: [chat tokens](../chat-tokens.md#if-a-client-cannot-connect).",
        "## In code",
        "```{eval-rst}\n.. autoclass:: pulumi_ivschat.errors.IvsChatError\n   :members:\n```",
    )


def _reasons_by_text(messages: Mapping[str, tuple[str, str]]) -> str:
    """Return a table of messages, with an index entry for each, so that the search finds it by its words."""
    rows = ((f"… {text} …", *reasons) for text, reasons in messages.items())
    found = [re.sub(r"[^\w' -]", "", text).lower() for text in messages]
    return f"{entries(*found)}\n\n{table(('message', 'why', 'what to do'), rows)}"


def _error(kind: type[errors.IvsChatError]) -> Iterator[str]:
    if kind is errors.IvsChatError:
        return
    remedy = kind.remedy_template.format(operation="OPERATION", subject="the resource", on=" on ARN")
    yield f"## {kind.__name__}"
    known = [each for each, found in errors.CLASSES_BY_CODE.items() if found is kind]
    yield entries(*(each.lower() for each in known)) if known else ""
    yield from _reasons(kind, remedy)
    codes = ", ".join(f"`{each}`" for each in known)
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
