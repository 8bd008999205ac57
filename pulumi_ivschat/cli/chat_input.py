"""What a line on the way into a room means: a message, an action, or a command to the program itself."""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import attrs

Action: TypeAlias = Mapping[str, Any]

_CHUNK: Final = 65536

HELP: Final = """\
A line is sent as a message; a second / in front sends one that begins with /.
/delete ID [REASON]           tell all clients to drop a message
/kick USER [REASON]           close a user's connections; "USER" where it has spaces
/event NAME [KEY=VALUE …]     send an event, with the credentials of this command
/help                         this
/quit                         leave (or Ctrl-D)"""


class NotUnderstood(Exception):
    """Raised where a line means nothing; the message shows what would."""


@attrs.frozen
class Event:
    """An event to send, which no chat token allows: it goes by the control plane."""

    name: str
    attributes: Mapping[str, str]


@attrs.frozen
class Help:
    """The wish to know the commands."""


@attrs.frozen
class Quit:
    """The wish to leave."""


Typed: TypeAlias = "Action | Event | Help | Quit"


def lines(descriptor: int) -> Iterator[str]:
    """
    Yield the lines that arrive at a file descriptor, without their ends.

    Not through `sys.stdin`: a process cannot end well while a thread of it holds that one's lock.
    """
    decoder, rest = codecs.getincrementaldecoder("utf-8")("replace"), ""
    with contextlib.suppress(OSError):  # a terminal that is gone
        while content := os.read(descriptor, _CHUNK):
            *whole, rest = (rest + decoder.decode(content)).split("\n")
            yield from (line.removesuffix("\r") for line in whole)
    yield rest + decoder.decode(b"", final=True)


def typed(line: str) -> Typed:
    """Read a line that a person typed; raise NotUnderstood."""
    if not line.startswith("/") or line.startswith("//"):
        return {"Action": "SEND_MESSAGE", "Content": line.removeprefix("/")}
    command, _, rest = line[1:].partition(" ")
    if command in {"help", "quit"}:
        return Help() if command == "help" else Quit()
    if command == "event":
        return _event(rest)
    if command == "delete":
        return _moderation("DELETE_MESSAGE", "Id", rest)
    if command == "kick":
        return _moderation("DISCONNECT_USER", "UserId", rest)
    msg = f"there is no /{command}; /help lists the commands, and // begins a message with /"
    raise NotUnderstood(msg)


def piped(line: str) -> Action:
    """Read a line of a program: a JSON object is an action, anything else a message; raise NotUnderstood."""
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        return {"Action": "SEND_MESSAGE", "Content": line}
    if not isinstance(document.get("Action"), str):
        msg = 'a JSON object is an action, as {"Action": "SEND_MESSAGE", "Content": "…"}'
        raise NotUnderstood(msg)
    return document


def _moderation(action: str, member: str, rest: str) -> Action:
    found = re.fullmatch(r'(?:"([^"]+)"|(\S+))(?:\s+(.*))?', rest.strip())
    if not found:
        msg = "name the message or the user: /delete ID [REASON], /kick USER [REASON]"
        raise NotUnderstood(msg)
    quoted, word, reason = found.groups()
    return {"Action": action, member: quoted or word, **({"Reason": reason} if reason else {})}


def _event(rest: str) -> Event:
    try:
        name, *pairs = shlex.split(rest)
        return Event(name, dict(pair.split("=", 1) for pair in pairs))
    except ValueError:
        msg = "say /event NAME [KEY=VALUE …], quotes around what has spaces"
        raise NotUnderstood(msg) from None
