"""`pulumi-ivschat rooms`: the rooms of a region, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from pulumi_ivschat import listing, service_model
from pulumi_ivschat.cli.options import Access, connected
from pulumi_ivschat.cli.plain_text import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDE: Final = 120
_NOBODYS: Final = 1000


@click.command()
@click.option("--name", help="Only rooms of this name.")
@click.option("--handler", metavar="ARN", help="Only rooms whose messages this Lambda function reviews.")
@click.option("--logging-configuration", metavar="ARN", help="Only rooms that have this logging configuration.")
@click.option(
    "--limits", is_flag=True, help="Also message length and rate: a GetRoom for each room, 5 a second at most."
)
@connected
def rooms(
    access: Access, *, name: str | None, handler: str | None, logging_configuration: str | None, limits: bool
) -> None:
    """
    List the rooms of a region, latest change first.

    With --json, what the API says of them. The table has ARNs where there is space, and always in a pipe.
    """
    region = access.resolved_region()
    filters = {"message_review_handler_uri": handler, "logging_configuration_identifier": logging_configuration}
    found = list(listing.listed(access, "ListRooms", region, name=name, **filters))
    if limits:
        found = [_with_limits(room, access, region) for room in found]
    if access.as_json:
        click.echo(json.dumps(found, indent=2, default=service_model.iso8601))
    else:
        _print(found, region, limits=limits)


def _with_limits(room: Mapping[str, Any], access: Access, region: str) -> dict[str, Any]:
    answer = access.call("GetRoom", region, room["arn"], identifier=room["arn"])
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def _print(found: Sequence[Mapping[str, Any]], region: str, *, limits: bool) -> None:
    from rich.console import Console  # noqa: PLC0415  for a table only

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _NOBODYS  # so that a line is a room
    if found:
        console.print(_table(found, console, limits=limits))
    else:
        click.echo(f"There are no such rooms in {region}.", err=True)


def _table(found: Sequence[Mapping[str, Any]], console: Console, *, limits: bool) -> Table:
    from rich.table import Table  # noqa: PLC0415  the same
    from rich.text import Text  # noqa: PLC0415

    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", caption_justify="left")
    if not wide:
        table.caption = "\n".join(sorted({f"ARN: {room['arn'].rpartition('/')[0]}/ID" for room in found}))
    table.add_column("NAME", overflow="fold")
    table.add_column("ARN" if wide else "ID", no_wrap=True)
    if limits:
        table.add_column("LENGTH", justify="right", overflow="fold")
        table.add_column("RATE", justify="right", overflow="fold")
    table.add_column("REVIEW", overflow="fold")
    table.add_column("LOGS", justify="right", overflow="fold")
    table.add_column("TAGS", overflow="fold")
    for room in found:
        table.add_row(*map(Text, _row(room, wide=wide, limits=limits)))
    return table


def _row(room: Mapping[str, Any], *, wide: bool, limits: bool) -> list[str]:
    length, rate = (str(room.get(f"maximumMessage{limit}", "")) for limit in ("Length", "RatePerSecond"))
    tags = "\n".join(f"{plain(key)}={plain(value)}" for key, value in sorted(room.get("tags", {}).items()))
    return [
        plain(room.get("name", "")),
        plain(room["arn"] if wide else room["id"]),
        *([length, rate] if limits else []),
        plain(_review(room.get("messageReviewHandler") or {})),
        str(len(room.get("loggingConfigurationIdentifiers", ()))),
        ", ".join(tags.split("\n")) if wide else tags,
    ]


def _review(handler: Mapping[str, str]) -> str:
    function = handler.get("uri", "").partition(":function:")[2]
    return f"{function} {handler.get('fallbackResult', '')}".strip() if function else ""
