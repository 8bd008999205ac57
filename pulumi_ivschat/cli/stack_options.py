"""Options of commands that work on a stack, and how they ask before they do it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pulumi_ivschat.cli.failures import INTERRUPTED, Failed
from pulumi_ivschat.cli.options import Command
from pulumi_ivschat.cli.progress import progress

if TYPE_CHECKING:
    from pulumi_ivschat.stacks.engine import Stack


def with_stack(command: Command) -> Command:
    """Return a command the options that name a stack, as the argument *stack*."""

    @click.option("--stack", "name", help="The stack  [default: the selected one]")
    @click.option(
        "--cwd",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=Path(),
        help="Where the Pulumi project is  [default: here]",
    )
    @functools.wraps(command)
    def on_stack(name: str | None, cwd: Path, **rest: Any) -> None:
        command(stack=_found(cwd, name), **rest)

    return on_stack


def _found(directory: Path, name: str | None) -> Stack:
    from pulumi_ivschat.stacks import engine  # noqa: PLC0415  for these commands only

    with progress("Reading the stack"):
        return engine.find(directory, name)


yes = click.option("--yes", is_flag=True, help="Do not ask first.")


def confirmed(question: str, *, yes: bool) -> None:
    """Ask, unless *yes*. Raises Abort if the answer is no, and Failed if stdin ends before an answer."""
    if yes:
        return
    try:
        click.confirm(question, abort=True, err=True)
    except click.Abort as none:
        if isinstance(none.__context__, KeyboardInterrupt):
            raise click.exceptions.Exit(INTERRUPTED) from None
        if isinstance(none.__context__, EOFError):
            msg = "stdin ended before an answer, so nothing was done. Pass --yes to continue without the question."
            raise Failed(msg) from None
        raise
