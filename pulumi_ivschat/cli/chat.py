"""`pulumi-ivschat chat`: a room in the terminal, or in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Final

import click

from pulumi_ivschat.cli import options
from pulumi_ivschat.cli.options import Access
from pulumi_ivschat.cli.room_names import connected_to_room, room_argument
from pulumi_ivschat.runtime import Capability

CLOSED: Final = 4


@click.command()
@room_argument
@options.user
@options.capabilities("SEND_MESSAGE")
@options.attributes
@click.option("--read-only", is_flag=True, help="No capability, and stdin is left alone: only read, until Ctrl-C.")
@connected_to_room
def chat(  # noqa: PLR0913  one for each option
    access: Access,
    room_arn: str,
    *,
    user: str,
    capabilities: Sequence[Capability],
    attributes: Mapping[str, str],
    read_only: bool,
) -> None:
    """
    Join a room: see what is said, and say something.

    A line is a message; /help lists the commands that delete messages, disconnect users and send events. Messages are
    shown with their ids. A connection that breaks is made again, with a new token.

    With --json, for programs: each frame of the messaging API is a line of JSON on stdout; each line of stdin is a
    message, or, where it is a JSON object, an action as {"Action": "DELETE_MESSAGE", "Id": "…"}. Lines that do not come
    from a terminal are sent 9 a second, which AWS allows.

    \b
    Exit codes: 0, the end of stdin, and all that was sent is answered; 1, some of
    it was refused or lost (on a terminal: 0); 4, the service closed the connection.
    """  # noqa: D301  click's mark for text that stays as it is
    import asyncio  # noqa: PLC0415  for this command only

    from pulumi_ivschat.cli.chat_client import Closed  # noqa: PLC0415  needs websockets
    from pulumi_ivschat.cli.chat_input import piped, typed  # noqa: PLC0415
    from pulumi_ivschat.cli.chat_screen import JsonLines, Terminal  # noqa: PLC0415  needs rich
    from pulumi_ivschat.cli.conversation import Conversation, Membership  # noqa: PLC0415
    from pulumi_ivschat.cli.daemon_threads import lines  # noqa: PLC0415

    given = () if read_only else tuple(capabilities)
    conversation = Conversation(
        Membership(room_arn, user, given, dict(attributes), access.connection),
        JsonLines() if access.as_json else Terminal(user),
        piped if access.as_json else typed,
        paced=not sys.stdin.isatty(),
    )

    async def converse() -> None:
        await conversation.run(None if read_only else lines(sys.stdin.fileno()))

    try:
        asyncio.run(converse())
    except Closed as closed:
        conversation.screen.say(
            f"The service closed the connection: {closed.reason or 'no reason given'} ({closed.code})."
        )
        raise click.exceptions.Exit(CLOSED) from None
    if conversation.failed and conversation.paced:
        raise click.exceptions.Exit(1)
