"""`pulumi-ivschat rooms`: the rooms of a region, as a table or as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import click

from pulumi_ivschat.aws import listing
from pulumi_ivschat.cli import options
from pulumi_ivschat.cli.options import Access, StackChoice, connected
from pulumi_ivschat.cli.progress import counted
from pulumi_ivschat.model import conversion
from pulumi_ivschat.model.owner_tag import OWNER_TAG, stack_of
from pulumi_ivschat.plain_text import plain

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_WIDE: Final = 120
_NOBODYS: Final = 1000


@click.command()
@click.option("--name", help="Only rooms of this name.")
@click.option("--handler", metavar="ARN", help="Only rooms whose messages this Lambda function reviews.")
@click.option("--logging-configuration", metavar="ARN", help="Only rooms that have this logging configuration.")
@options.tags("Only rooms that have this tag; repeatable.")
@click.option("--tags", "with_tags", is_flag=True, help="Also a column for the tags.")
@click.option(
    "--limits", is_flag=True, help="Also message length and rate: a GetRoom for each room, 5 a second at most."
)
@connected
def rooms(  # noqa: PLR0913  one for each option
    access: Access,
    chosen: StackChoice,
    *,
    name: str | None,
    handler: str | None,
    logging_configuration: str | None,
    tags: Mapping[str, str],
    with_tags: bool,
    limits: bool,
) -> None:
    """
    List the rooms of a region, latest change first.

    OWNER is the owner tag: the stack and resource that created the room. A wide terminal, or a pipe, gets ARNs and
    whole owner tags; a narrow one gets ids and stacks. With --json, print the API's answers.
    """
    del chosen
    region = access.resolved_region()
    filters = {"message_review_handler_uri": handler, "logging_configuration_identifier": logging_configuration}
    listed = counted("Listing rooms", listing.listed(access, "ListRooms", region, name=name, **filters))
    found = [room for room in listed if tags.items() <= room.get("tags", {}).items()]
    if limits:
        found = [_with_limits(room, access, region) for room in counted(f"Reading {len(found)} rooms", found)]
    if access.as_json:
        click.echo(json.dumps(found, indent=2, default=conversion.iso8601))
    else:
        _print(found, region, limits=limits, tags=with_tags)


def _with_limits(room: Mapping[str, Any], access: Access, region: str) -> dict[str, Any]:
    answer = access.call("GetRoom", region, room["arn"], identifier=room["arn"])
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def _print(found: Sequence[Mapping[str, Any]], region: str, *, limits: bool, tags: bool) -> None:
    from rich.console import Console  # noqa: PLC0415  for a table only

    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _NOBODYS  # so that a line is a room
    if found:
        console.print(_table(found, console, limits=limits, tags=tags))
    else:
        click.echo(f"No such rooms in {region}.", err=True)


def _table(found: Sequence[Mapping[str, Any]], console: Console, *, limits: bool, tags: bool) -> Table:
    from rich.table import Table  # noqa: PLC0415  the same
    from rich.text import Text  # noqa: PLC0415

    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False, header_style="bold", caption_justify="left")
    if not wide:
        table.caption = "\n".join(sorted({f"ARN: {room['arn'].rpartition('/')[0]}/ID" for room in found}))
    rows = [_row(room, wide=wide, limits=limits, tags=tags) for room in found]
    for column in rows[0]:
        right = column in _NUMBERS
        table.add_column(column, justify="right" if right else "left", no_wrap=column in {"ARN", "ID"}, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row.values()))
    return table


_NUMBERS: Final = {"LENGTH", "RATE", "LOGS"}


def _row(room: Mapping[str, Any], *, wide: bool, limits: bool, tags: bool) -> dict[str, str]:
    """Return the cells of a room by the heads of their columns."""
    all_tags = room.get("tags", {})
    owner = all_tags.get(OWNER_TAG, "")
    row = {"NAME": plain(room.get("name", ""))}
    row |= {"ARN": plain(room["arn"])} if wide else {"ID": plain(room["id"])}
    if limits:
        row["LENGTH"] = str(room.get("maximumMessageLength", ""))
        row["RATE"] = str(room.get("maximumMessageRatePerSecond", ""))
    row["REVIEW"] = plain(_review(room.get("messageReviewHandler") or {}))
    row["LOGS"] = str(len(room.get("loggingConfigurationIdentifiers", ())))
    row["OWNER"] = plain(owner if wide else stack_of(owner) or owner)
    if tags:
        pairs = [f"{plain(key)}={plain(value)}" for key, value in sorted(all_tags.items()) if key != OWNER_TAG]
        row["TAGS"] = (", " if wide else "\n").join(pairs)
    return row


def _review(handler: Mapping[str, str]) -> str:
    function = handler.get("uri", "").partition(":function:")[2]
    return f"{function} {handler.get('fallbackResult', '')}".strip() if function else ""
