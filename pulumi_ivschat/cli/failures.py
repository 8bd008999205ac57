"""How a command ends that fails: a message on stderr and an exit code, never a traceback."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from pulumi_ivschat.errors import IvsChatError, bug
from pulumi_ivschat.local.data_directory import LocalServiceError
from pulumi_ivschat.plain_text import plain_lines

INTERRUPTED: Final = 130

_OPTIONS: Final = {
    "ivschat:endpointUrl": "--endpoint-url",
    "ivschat:profile": "--profile",
    "ivschat:region": "--region",
}
"""Stack settings that remedies name, as they are called here."""

_OF_CLICK: Final = (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError)


class Failed(click.ClickException):
    """Raised to end a command with a message, which may hold text from elsewhere, and exit code 1."""

    def format_message(self) -> str:
        """Return the message, safe for a terminal."""
        return plain_lines(self.message)


class Commands(click.Group):
    """A group whose commands may raise whatever they meet."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the command line, and answer --help and --version; raise what click ends the process with."""
        with _as_failures():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; raise what click ends the process with."""
        with _as_failures():
            return super().invoke(ctx)


@contextlib.contextmanager
def _as_failures() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise click.exceptions.Exit(INTERRUPTED) from None
    except _OF_CLICK:
        raise
    except Exception as error:  # noqa: BLE001  whatever it is, people get a message
        raise Failed(_message(error)) from None


def _message(error: Exception) -> str:
    if isinstance(error, IvsChatError):
        remedy = error.remedy
        for setting, option in _OPTIONS.items():
            remedy = remedy.replace(setting, option)
        return str(error.evolved(remedy=remedy))
    if isinstance(error, LocalServiceError):
        return str(error)
    if isinstance(error, FileNotFoundError) and not _has_working_directory():
        return "the working directory does not exist any more: change to a directory that exists"
    if isinstance(error, OSError) and error.strerror:
        return ": ".join(str(part) for part in (error.filename, error.strerror) if part)
    if isinstance(error, ModuleNotFoundError):
        return f"this command needs {error.name}: pip install 'pulumi-ivschat[cli]'"
    return str(bug(error))


def _has_working_directory() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True
