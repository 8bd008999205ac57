"""`pulumi-ivschat recover`: puts a stack in order after an `up` that died."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from pulumi_ivschat.cli.failures import Failed
from pulumi_ivschat.cli.plain_text import plain, plain_lines
from pulumi_ivschat.cli.stack_options import confirmed, with_stack, yes

if TYPE_CHECKING:
    from pulumi_ivschat.stacks.engine import Stack
    from pulumi_ivschat.stacks.recovery import Leftover, Wreck


@click.command()
@click.option("--delete", "delete", is_flag=True, help="Delete what was made, instead of taking it into the stack.")
@yes
@with_stack
def recover(stack: Stack, *, delete: bool, yes: bool) -> None:
    """
    Put a stack in order after an `up` that died.

    Finds what it made and did not record, and after a question takes it into the stack; clears what was under way, and
    its lock. Then `pulumi up` makes what is missing, and nothing twice. An update that still runs is left alone.
    """
    from pulumi_ivschat.stacks import account, recovery  # noqa: PLC0415  for this command only

    settings = stack.settings()
    control_plane = account.control_plane_of(settings)
    wreck = recovery.look(stack, control_plane, settings, _wait)
    _show(wreck)
    if wreck.is_clean:
        return
    what = "Delete these, and clear" if delete else "Take these into the stack, and clear"
    confirmed(f"{what} what was under way in {stack.project}/{stack.name}?", yes=yes)
    _unlocked(stack, yes=yes)
    if delete:
        recovery.delete(wreck, stack, control_plane, settings)
        click.echo("Deleted. `pulumi up` makes what is missing.", err=True)
    else:
        _tell(recovery.adopt(wreck, stack, control_plane, settings))


def _wait(seconds: float) -> None:
    click.echo(f"Waiting {seconds:g} s for what may still be on its way to AWS.", err=True)
    time.sleep(seconds)


def _show(wreck: Wreck) -> None:
    for leftover in wreck.leftovers:
        name = leftover.pending.name if leftover.pending else leftover.found.name
        click.echo(f"Made, not recorded: {leftover.found.type} {plain(name)} {leftover.found.arn}", err=True)
    made = wreck.adoptable()
    for pending in wreck.pending:
        if pending.urn not in made:
            click.echo(f"Under way, nothing made: {pending.operation} {pending.type} {plain(pending.name)}", err=True)
    for urn in wreck.other_pending:
        click.echo(f"Under way, left as it is: {plain(urn)}; see `pulumi refresh`.", err=True)
    if wreck.is_clean:
        click.echo("There is nothing to recover.", err=True)


def _unlocked(stack: Stack, *, yes: bool) -> None:
    """Take away the lock of an update that died; end the command where it may still run."""
    from pulumi_ivschat.stacks.engine import LockedError  # noqa: PLC0415  for this command only

    try:
        stack.put_deployment(stack.deployment())
    except LockedError as error:
        click.echo(plain_lines(error.message), err=True)
        if error.holder_runs:
            msg = "that process still runs: wait for its end, or stop it"
            raise Failed(msg) from None
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
