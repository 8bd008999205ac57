"""`pulumi-ivschat recover`: puts a stack in order after an `up` that was interrupted."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

import attrs
import click

from pulumi_ivschat.cli import options
from pulumi_ivschat.cli.failures import Failed
from pulumi_ivschat.cli.progress import progress
from pulumi_ivschat.cli.stack_options import confirmed, with_stack, yes
from pulumi_ivschat.plain_text import plain, plain_lines

if TYPE_CHECKING:
    from pulumi_ivschat.stacks.engine import DamagedStateError, LockedError, Stack
    from pulumi_ivschat.stacks.orphans import Leftover
    from pulumi_ivschat.stacks.recovery import Wreck

_R = TypeVar("_R")


@attrs.frozen
class _Asked:
    """What the command line asks for."""

    arns: Sequence[str]
    delete: bool
    regions: Sequence[str]
    yes: bool
    break_lock: bool


@click.command()
@click.argument("arns", metavar="[ARN]...", nargs=-1)
@click.option("--delete", "delete", is_flag=True, help="Delete what the `up` created, instead of importing it.")
@options.regions("Look here too; repeatable  [default: where the stack is]")
@click.option(
    "--break-lock",
    "break_lock",
    is_flag=True,
    help="Remove the stack's lock, also that of another machine. For a pipeline in which no other run can be under way.",
)
@yes
@with_stack
def recover(stack: Stack, **asked: object) -> None:
    """
    Repair a stack after an `up` that was interrupted.

    Finds the resources that the `up` created and did not record, asks, and imports them into the stack. It also clears
    pending operations and the lock. Then `pulumi up` creates what is missing, without duplicates. An update that still
    runs is not touched.

    A room is recovered only if state and history of the stack show that this stack lost it. The others are listed, and
    the exit code is 1. Name their ARNs to recover them all the same.
    """
    from pulumi_ivschat.stacks.engine import DamagedStateError  # noqa: PLC0415  for this command only

    given = _Asked(**asked)  # type: ignore[arg-type]
    try:
        _recover(stack, given)
    except DamagedStateError as error:
        _mend(stack, error, yes=given.yes)
        _recover(stack, given)


def _recover(stack: Stack, asked: _Asked) -> None:
    from pulumi_ivschat.stacks import account  # noqa: PLC0415  for this command only
    from pulumi_ivschat.stacks.recovery import Recovery  # noqa: PLC0415  for this command only

    with progress("Looking for what the stack lost"):
        settings = stack.settings()
        recovery = Recovery(stack, account.control_plane_of(settings), settings)
        wreck = recovery.look(_wait, regions=asked.regions, named=asked.arns)
    _show(wreck, asked.arns)
    if wreck.proves_nothing:
        click.echo("Nothing is changed.", err=True)
    elif wreck.is_clean:
        if not wreck.pending_elsewhere:
            _past_lock(stack, functools.partial(recovery.settle, wreck), asked)
        if not wreck.in_doubt:
            click.echo("There is nothing to recover.", err=True)
    else:
        confirmed(_question(wreck, stack, delete=asked.delete), yes=asked.yes)
        act = recovery.delete if asked.delete else recovery.import_leftovers
        left = _past_lock(stack, functools.partial(act, wreck), asked)
        _report(wreck, left or [], delete=asked.delete)
    _end(wreck)


def _wait(seconds: float) -> None:
    message = f"Waiting {seconds:g} s for what may still be on its way to AWS."
    click.echo(message, file=sys.stderr)  # err=True would write past the progress, into its line
    time.sleep(seconds)


def _show(wreck: Wreck, named: Sequence[str]) -> None:
    from pulumi_ivschat.model.owner_tag import OWNER_TAG  # noqa: PLC0415  for this command only

    for leftover in wreck.leftovers:
        found = leftover.found
        name = leftover.pending.name if leftover.pending else found.name
        instead = f"; the stack has {leftover.instead} in its place" if leftover.instead else ""
        of = f"; its owner tag: {plain(found.tags.get(OWNER_TAG, 'none'))}" if found.arn in named else ""
        what = "Named" if found.arn in named else "Made, not recorded"
        click.echo(f"{what}: {found.type} {plain(name)} {found.arn}{instead}{of}", err=True)
    for tag_set in wreck.tag_sets:
        what = f"TagSet {plain(tag_set.pending.name)} on {tag_set.arn}: {plain(', '.join(tag_set.state['tags']))}"
        click.echo(f"Made, not recorded: {what}", err=True)
    for update in wreck.changed().values():
        what = (
            f"tags of {update.pending.type} {plain(update.pending.name)} {update.arn}: {plain(', '.join(update.keys))}"
        )
        click.echo(f"Changed, not recorded: {what}", err=True)
    for doubt in wreck.doubts:
        what = f"{doubt.found.type} {plain(doubt.found.name)} {doubt.found.arn}"
        click.echo(f"Left alone: {what}: {plain(doubt.reason)}", err=True)
    _show_rest(wreck)


def _show_rest(wreck: Wreck) -> None:
    """Show the operations that have come to nothing, each URN once."""
    settled = wreck.settled()
    for pending in {each.urn: each for each in wreck.pending if each.urn not in settled}.values():
        click.echo(f"Under way, nothing made: {pending.operation} {pending.type} {plain(pending.name)}", err=True)
    for urn in wreck.pending_elsewhere:
        click.echo(f"Under way, of another provider: {plain(urn)}; see `pulumi refresh`.", err=True)


def _question(wreck: Wreck, stack: Stack, *, delete: bool) -> str:
    what = "Clear"
    if delete and (wreck.leftovers or wreck.tag_sets):
        what = "Delete these, and clear"
    elif wreck.made() or any(not each.instead for each in wreck.leftovers):
        what = "Import these, and clear"
    return f"{what} the pending operations of {stack.project}/{stack.name}?"


def _past_lock(stack: Stack, work: Callable[[], _R], asked: _Asked) -> _R:
    """Do the work; if an interrupted update has locked the stack, remove the lock and repeat the work."""
    from pulumi_ivschat.stacks.engine import LockedError  # noqa: PLC0415  for this command only

    try:
        with progress("Changing the stack"):
            return work()
    except LockedError as error:
        _unlock(stack, error, asked)
    with progress("Changing the stack"):
        return work()


def _unlock(stack: Stack, error: LockedError, asked: _Asked) -> None:
    for line in error.holders.splitlines():
        click.echo(f"The stack has a lock: {plain(line)}", err=True)
    # A container often has the host name and process ids of the one before it: this process is not that update.
    is_reused = asked.break_lock and error.holders_here == [os.getpid()]
    if error.holder_runs and not is_reused:
        msg = "that process still runs: wait for its end, or stop it"
        raise Failed(msg)
    if asked.yes and not error.is_of_this_machine and not asked.break_lock:
        msg = (
            "whether that update still runs cannot be seen from here: make sure that it does not, then `pulumi cancel`. "
            "A pipeline in which no other run can be under way uses --break-lock."
        )
        raise Failed(msg)
    confirmed("Remove the lock? Make sure first that no update is running.", yes=asked.yes or asked.break_lock)
    with progress("Removing the lock"):
        stack.unlock()


def _report(wreck: Wreck, left: Sequence[Leftover], *, delete: bool) -> None:
    if delete:
        click.echo("Deleted. `pulumi up` creates what is missing.", err=True)
        return
    for leftover in left:
        if not leftover.instead:
            click.echo(
                f"{leftover.found.arn} is not in the program. Import it with `pulumi-ivschat import`, or delete it with "
                f"`pulumi-ivschat recover --delete {leftover.found.arn}`.",
                err=True,
            )
    if instead := " ".join(each.found.arn for each in left if each.instead):
        click.echo(
            "Resources that the stack has stay as they are. To delete the others: "
            f"`pulumi-ivschat recover --delete {instead}`; to keep one: `pulumi-ivschat import NAME=ARN`.",
            err=True,
        )
    for tag_set in wreck.tag_sets_left():
        click.echo(f"The keys stay: the stack has the TagSet {plain(tag_set.pending.name)} elsewhere.", err=True)
    click.echo("Recovered. `pulumi up` creates what is missing.", err=True)
    if left or wreck.tag_sets_left():
        _end(wreck)
        raise click.exceptions.Exit(1)


def _end(wreck: Wreck) -> None:
    """Print what a person can do about doubts, and fail."""
    if not wreck.in_doubt:
        return
    click.echo(
        "An owner tag alone does not prove that this stack lost a resource. If it did: `pulumi-ivschat recover ARN` takes it "
        "in, `pulumi-ivschat recover --delete ARN` deletes it. If it did not: `pulumi-ivschat import NAME=ARN` takes it in "
        "under another name.",
        err=True,
    )
    if wreck.proves_nothing:
        click.echo("To go on without it: `pulumi cancel`, then `pulumi up`.", err=True)
    raise click.exceptions.Exit(1)


def _mend(stack: Stack, error: DamagedStateError, *, yes: bool) -> None:
    """Remove what makes a state unreadable and holds nothing, after a question; raise the error if that is not the cause."""
    from pulumi_ivschat.stacks import state_files  # noqa: PLC0415  for this command only

    files = state_files.cut_off(stack)
    if not files:
        if copy := state_files.backup(stack):
            msg = (
                f"{plain_lines(error.message)}\nThe state itself is cut off. {copy} is the state before its last step: put it in "
                "the place of the state, then recover again."
            )
            raise Failed(msg)
        raise error
    for file in files:
        click.echo(f"Cut off by a kill, holds nothing of the state: {plain(file)}", err=True)
    confirmed("Remove these files? The engine cannot read the stack with them.", yes=yes)
    for file in files:
        file.unlink(missing_ok=True)
