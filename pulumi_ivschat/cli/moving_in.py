"""`pulumi-ivschat import --from`: takes over what Terraform, another Pulumi provider or CloudFormation manages."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import click

from pulumi_ivschat.cli.failures import Failed
from pulumi_ivschat.cli.progress import counted, progress
from pulumi_ivschat.errors import AccessDenied, ResourceNotFound
from pulumi_ivschat.model.arns import account_of, region_of
from pulumi_ivschat.plain_text import plain, plain_lines

if TYPE_CHECKING:
    from pulumi_ivschat.aws.client import ControlPlane
    from pulumi_ivschat.stacks.account import Found
    from pulumi_ivschat.stacks.engine import Stack
    from pulumi_ivschat.stacks.importing import Plan
    from pulumi_ivschat.stacks.other_tools.inventory import Inventory

option = click.option(
    "--from",
    "source",
    metavar="FILE|STACK",
    help="Resources of another tool, with its names. FILE: a Terraform state, an exported Pulumi stack, or a list of a "
    "CloudFormation stack's resources. STACK: a Pulumi stack.",
)


def inventory(source: str, stack: Stack) -> Inventory:
    """Return what a file or stack has of IVS Chat; raise SettingsError if it cannot be used."""
    from pulumi_ivschat.stacks.other_tools import reading  # noqa: PLC0415  for this command only

    with progress("Reading what the other tool manages"):
        return reading.inventory(source, stack)


def names(source: Inventory) -> Mapping[str, str]:
    """Return the resource names by ARN."""
    from pulumi_ivschat.stacks.other_tools.inventory import resource_names  # noqa: PLC0415  the same

    return resource_names(source.entries)


def found(source: Inventory, control_plane: ControlPlane) -> list[Found]:
    """Return the resources as they are in the cloud; raise Failed if these credentials do not see one of them."""
    arns = counted("Looking up resources", dict.fromkeys(_arns(source)))
    seen = {arn: _seen(arn, source, control_plane) for arn in arns}
    if missing := [arn for arn, resource in seen.items() if resource is None]:
        raise Failed("\n".join(_missing(missing, source)))
    return [*filter(None, seen.values())]


def _seen(arn: str, source: Inventory, control_plane: ControlPlane) -> Found | None:
    """Return a resource as it is in the cloud, None if it does not exist."""
    from pulumi_ivschat.stacks import account  # noqa: PLC0415  the same

    try:
        return account.with_arn(control_plane, arn)
    except ResourceNotFound:
        return None
    except AccessDenied as error:
        raise error.evolved(remedy=f"{error.remedy}\n{_location(arn, source)}") from None


def _missing(arns: Sequence[str], source: Inventory) -> Iterator[str]:
    """Yield the lines about resources that are not there."""
    more = f", and {len(arns) - 1} more of its resources," if len(arns) > 1 else ""
    does = "do" if more else "does"
    yield f"{source.place}: {_addresses(arns[0], source)}{more} {does} not exist: {', '.join(arns)}"
    yield _location(arns[0], source)
    yield f"If a resource was deleted, {source.forgetting(arns[0])}. Then try again with the new state."


def _location(arn: str, source: Inventory) -> str:
    place = f"the account {account_of(arn)}, region {region_of(arn)}"
    return f"According to {source.place} it is in {place}: use credentials of that account."


def validate(source: Inventory, plan: Plan) -> None:
    """Raise Failed if the plan omits something of the inventory that is not in the stack already."""
    omitted = {skipped.arn: skipped.reason for skipped in plan.skipped if not skipped.is_here}
    for arn in _arns(source):
        if arn in omitted:
            msg = f"{source.place}: {_addresses(arn, source)} ({arn}) {omitted[arn]}\nNothing is imported."
            raise Failed(msg)


def show_what_is_omitted(source: Inventory, resources: Sequence[Found], here: Collection[str]) -> None:
    """Print what the inventory does not have: nested stacks, and logging configurations that its rooms use."""
    for note in source.notes:
        click.echo(plain(note), err=True)
    arns = {*here, *(each.arn for each in resources)}
    used = [arn for each in resources for arn in each.summary.get("loggingConfigurationIdentifiers", ())]
    for arn in dict.fromkeys(used):
        if arn not in arns:
            click.echo(
                f"{plain(source.place)} does not have {arn}, which its rooms use. Name it to import it too.", err=True
            )


def show_release(source: Inventory, arns: Collection[str]) -> None:
    """Print how to release the resources that the stack now has from the other tool."""
    if arns and (instructions := source.release_instructions(arns)):
        click.echo(plain_lines(instructions), err=True)


def _arns(source: Inventory) -> list[str]:
    return [entry.arn for entry in source.entries]


def _addresses(arn: str, source: Inventory) -> str:
    return ", ".join(entry.address for entry in source.entries if entry.arn == arn)
