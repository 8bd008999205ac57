"""What people, or programs, see of a room: the conversation on stdout, all else on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any, Final, Protocol

import click
from rich.console import Console
from rich.text import Text

from pulumi_ivschat.plain_text import plain, plain_lines

_NO_TIME: Final = "--:--:--"


class Screen(Protocol):
    """Where a conversation is shown."""

    def show(self, frame: dict[str, Any]) -> None:
        """Show a frame of the room."""
        ...

    def say(self, text: str) -> None:
        """Say something about the conversation."""
        ...


class JsonLines:
    """A conversation for programs: a frame is a line, ASCII only."""

    def show(self, frame: dict[str, Any]) -> None:
        """Print a frame."""
        click.echo(json.dumps(frame))

    def say(self, text: str) -> None:
        """Print a remark on stderr."""
        click.echo(plain_lines(text), err=True)


class Terminal:
    """A conversation for people: a message or event is a line, with its id in front."""

    def __init__(self, user: str, write: Callable[[Callable[[], None]], None] = lambda writing: writing()) -> None:
        """Take whose messages are one's own, and what every writing goes through."""
        self._user = user
        self._write = write
        self._out = Console(highlight=False, soft_wrap=True)
        self._err = Console(highlight=False, soft_wrap=True, stderr=True)

    def show(self, frame: dict[str, Any]) -> None:
        """Print a message or an event; an error of the service is the conversation's to say."""
        said = {"MESSAGE": self._message, "EVENT": _event}.get(str(frame.get("Type")))
        if said:
            when, number = _time(frame.get("SendTime")), plain(frame.get("Id", ""))
            text = Text.assemble((f"{when} {number} ", "dim"), said(frame))
            self._write(lambda: self._out.print(text))

    def say(self, text: str) -> None:
        """Print a remark on stderr."""
        self._write(lambda: self._err.print(Text(plain_lines(text), style="yellow")))

    def _message(self, frame: dict[str, Any]) -> Text:
        sender = _mapping(frame.get("Sender")).get("UserId", "")
        style = "bold green" if sender == self._user else "bold cyan"
        attributes = _pairs(_mapping(frame.get("Attributes")))
        return Text.assemble((plain(sender), style), f": {plain(frame.get('Content', ''))}", (attributes, "dim"))


def _event(frame: dict[str, Any]) -> Text:
    name, attributes = frame.get("EventName", ""), _mapping(frame.get("Attributes"))
    why = f": {plain(attributes['Reason'])}" if attributes.get("Reason") else ""
    shown = {
        "aws:DELETE_MESSAGE": f"message {plain(attributes.get('MessageID', attributes.get('MessageId')))} was deleted",
        "aws:DISCONNECT_USER": f"{plain(attributes.get('UserId'))} was disconnected",
    }.get(name)
    return Text(f"* {shown}{why}" if shown else f"* {plain(name)}{_pairs(attributes)}", style="magenta")


def _pairs(attributes: dict[str, Any]) -> str:
    return "".join(f" {plain(key)}={plain(value)}" for key, value in attributes.items())


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _time(text: Any) -> str:
    """Return the time of day here; AWS writes up to nine digits of a second, which no parser of Python takes."""
    try:
        moment = datetime.strptime(str(text)[:19], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    except ValueError:
        return _NO_TIME
    return moment.astimezone().strftime("%H:%M:%S")
