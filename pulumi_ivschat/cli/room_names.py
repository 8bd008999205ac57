"""How a room is named on the command line: by its ARN, by its name, or by an output of a stack."""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any, Final

import attrs
import click

from pulumi_ivschat import runtime
from pulumi_ivschat.aws import listing
from pulumi_ivschat.cli.options import Access, Command, StackChoice, connected
from pulumi_ivschat.cli.progress import progress
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model import service_model, validation

_OUTPUT: Final = "output:"  # no name of a room has a colon
_HELP: Final = """
    ROOM is the ARN of a room; or its name, if no other room of the region has it; or output:NAME, the output NAME of
    the Pulumi stack that is selected in this directory: see --stack, --cwd and --outputs.
"""


@attrs.frozen
class Outputs:
    """Where the outputs of a stack come from."""

    chosen: StackChoice
    printed: str | None = None

    def found(self) -> str | Path:
        """Return what `pulumi stack output --json` prints, or a file of it; raise SettingsError if there is none."""
        if self.printed == "-":
            return sys.stdin.buffer.read().decode(errors="replace")
        return Path(self.printed) if self.printed else self._asked()

    def _asked(self) -> str:
        from pulumi_ivschat.stacks import engine  # noqa: PLC0415  for this way of naming a room only

        selected = ["--stack", self.chosen.name] if self.chosen.name else []
        try:
            with progress("Reading the stack's outputs"):
                return engine.pulumi("stack", "output", "--json", *selected, cwd=self.chosen.directory)
        except SettingsError as error:
            remedy = "Or give what `pulumi stack output --json` printed, with --outputs."
            raise SettingsError(error.message, remedy=remedy) from None


def _checked(_: click.Context, __: click.Parameter, room: str) -> str:
    form = service_model.shape("RoomArn" if room.startswith("arn:") else "RoomName")
    if not room or (not room.startswith(_OUTPUT) and list(validation.failures(form, room))):
        msg = "it must be the ARN of a room, the name of one, or output:NAME"
        raise click.BadParameter(msg)
    return room


room_argument = click.argument("room", metavar="ROOM", callback=_checked)


def connected_to_room(command: Command) -> Command:
    """Return a command that has `room_argument` the options to find the room, as *access* and *room_arn*."""

    @click.option(
        "--outputs",
        metavar="FILE",
        type=click.Path(exists=True, dir_okay=False, allow_dash=True),
        help="For output:NAME: what `pulumi stack output --json` has printed; - is stdin",
    )
    @connected
    @functools.wraps(command)
    def named(access: Access, room: str, chosen: StackChoice, outputs: str | None, **rest: Any) -> None:
        if outputs and not room.startswith(_OUTPUT):
            msg = "--outputs is for a ROOM that is output:NAME"
            raise click.UsageError(msg)
        command(access=access, room_arn=arn_of(room, access, Outputs(chosen, outputs)), **rest)

    named.__doc__ = f"{command.__doc__}\n{_HELP}"
    return named


def arn_of(room: str, access: Access, outputs: Outputs) -> str:
    """Return the ARN of a room; raise an IvsChatError if there is none, or more than one."""
    if room.startswith(_OUTPUT):
        return runtime.room_in(outputs.found(), room.removeprefix(_OUTPUT))
    if room.startswith("arn:"):
        return room
    with progress("Looking up the room"):
        arn: str = listing.room_named(access, access.resolved_region(), room)["arn"]
    return arn
