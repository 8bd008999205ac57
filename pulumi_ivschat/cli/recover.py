"""`pulumi-ivschat recover`: puts a stack in order after an `up` that died."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import click

from pulumi_ivschat.cli import options
from pulumi_ivschat.cli.failures import Failed
from pulumi_ivschat.cli.plain_text import plain, plain_lines
from pulumi_ivschat.cli.stack_options import confirmed, with_stack, yes

if TYPE_CHECKING:
    from pulumi_ivschat.stacks.engine import LockedError, Stack
    from pulumi_ivschat.stacks.recovery import Leftover, Wreck

_R = TypeVar("_R")


@click.command()
@click.option("--delete", "delete", is_flag=True, help="Delete what was made, instead of taking it into the stack.")
@options.regions("Look here too; repeatable  [default: where the stack is]")
@yes
@with_stack
def recover(stack: Stack, *, delete: bool, regions: Sequence[str], yes: bool) -> None:
    """
    Put a stack in order after an `up` that died.

    Finds what it made and did not record, and after a question takes it into the stack; clears what was under way, and
    its lock. Then `pulumi up` makes what is missing, and nothing twice. An update that still runs is left alone.
    """
    from pulumi_ivschat.stacks import account, recovery  # noqa: PLC0415  for this command only

    settings = stack.settings()
    control_plane = account.control_plane_of(settings)
    wreck = recovery.look(stack, control_plane, settings, _wait, regions=regions)
    _show(wreck)
    if wreck.is_clean:
        if not wreck.pending_elsewhere:
            _past_lock(stack, functools.partial(recovery.settle, wreck, stack, {}), yes=yes)
        click.echo("There is nothing to recover.", err=True)
        return
    what = "Delete these, and clear" if delete else "Take these into the stack, and clear"
    confirmed(f"{what} what was under way in {stack.project}/{stack.name}?", yes=yes)
    if delete:
        _past_lock(stack, functools.partial(recovery.delete, wreck, stack, control_plane, settings), yes=yes)
        click.echo("Deleted. `pulumi up` makes what is missing.", err=True)
    else:
        _tell(_past_lock(stack, functools.partial(recovery.adopt, wreck, stack, control_plane, settings), yes=yes))


def _wait(seconds: float) -> None:
    click.echo(f"Waiting {seconds:g} s for what may still be on its way to AWS.", err=True)
    time.sleep(seconds)


def _show(wreck: Wreck) -> None:
    for leftover in wreck.leftovers:
        name = leftover.pending.name if leftover.pending else leftover.found.name
        click.echo(f"Made, not recorded: {leftover.found.type} {plain(name)} {leftover.found.arn}", err=True)
    for tag_set in wreck.tag_sets:
        what = f"TagSet {plain(tag_set.pending.name)} on {tag_set.arn}: {plain(', '.join(tag_set.state['tags']))}"
        click.echo(f"Made, not recorded: {what}", err=True)
    changed = wreck.changed()
    for update in changed.values():
        what = (
            f"tags of {update.pending.type} {plain(update.pending.name)} {update.arn}: {plain(', '.join(update.keys))}"
        )
        click.echo(f"Changed, not recorded: {what}", err=True)
    settled = {*wreck.made(), *changed}
    for pending in wreck.pending:
        if pending.urn not in settled:
            click.echo(f"Under way, nothing made: {pending.operation} {pending.type} {plain(pending.name)}", err=True)
    for urn in wreck.pending_elsewhere:
        click.echo(f"Under way, of another provider: {plain(urn)}; see `pulumi refresh`.", err=True)


def _past_lock(stack: Stack, work: Callable[[], _R], *, yes: bool) -> _R:
    """Do the work; where an update that died holds the stack, once more without its lock."""
    from pulumi_ivschat.stacks.engine import LockedError  # noqa: PLC0415  for this command only

    try:
        return work()
    except LockedError as error:
        _unlock(stack, error, yes=yes)
    return work()


def _unlock(stack: Stack, error: LockedError, *, yes: bool) -> None:
    click.echo(plain_lines(error.message), err=True)
    if error.holder_runs:
        msg = "that process still runs: wait for its end, or stop it"
        raise Failed(msg)
    if yes and not error.is_of_this_machine:
        msg = (
            "whether that update still runs cannot be seen from here: make sure that it does not, then `pulumi cancel`"
        )
        raise Failed(msg)
    confirmed("Is that update dead? Its lock is taken away.", yes=yes)
    stack.unlock()


def _tell(without_place: list[Leftover]) -> None:
    for leftover in without_place:
        click.echo(
            f"{leftover.found.arn} has no place in the program. Take it in by `pulumi-ivschat import`, or delete it by "
            "`pulumi-ivschat recover --delete`.",
            err=True,
        )
    click.echo("Recovered. `pulumi up` makes what is missing.", err=True)
    if without_place:
        raise click.exceptions.Exit(1)
