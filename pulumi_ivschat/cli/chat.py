"""`pulumi-ivschat chat`: a room in the terminal, or in a pipe."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

import click

from pulumi_ivschat.cli import chat_input, chat_prompt, options
from pulumi_ivschat.cli.chat_input import Typed
from pulumi_ivschat.cli.options import Access
from pulumi_ivschat.cli.room_names import connected_to_room, room_argument
from pulumi_ivschat.plain_text import plain
from pulumi_ivschat.runtime import Capability

if TYPE_CHECKING:
    from pulumi_ivschat.cli.chat_screen import Screen

CLOSED: Final = 4
_STDIN: Final = 0


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
    shown with their ids. A connection that breaks is repeated, with a new token.

    With --json, for programs: each frame of the messaging API is a line of JSON on stdout; each line of stdin is a
    message, or, if it is a JSON object, an action as {"Action": "DELETE_MESSAGE", "Id": "…"}. Lines that do not come
    from a terminal are sent 9 a second, which AWS allows.

    \b
    Exit codes: 0, the end of stdin, and all that was sent is answered; 1, some
    of it was refused or lost (on a terminal: 0); 4, the service closed the
    connection.
    """  # noqa: D301  click's mark for text that stays as it is
    from pulumi_ivschat.cli.chat_client import Closed  # noqa: PLC0415  needs websockets, which takes long to load
    from pulumi_ivschat.cli.conversation import Conversation, Membership  # noqa: PLC0415  the same

    if click.get_current_context().params["outputs"] == "-" and not read_only:
        msg = "stdin has the messages to send: use a file for --outputs"
        raise click.UsageError(msg)
    given = () if read_only else tuple(capabilities)
    prompting = chat_prompt.is_possible() and not (access.as_json or read_only)
    screen, read, lines = _manner(user, as_json=access.as_json, prompting=prompting)
    membership = Membership(room_arn, user, given, attributes, access.connection)
    conversation = Conversation(membership, screen, read, paced=not (sys.stdin and sys.stdin.isatty()))
    try:
        with chat_prompt.terminal_restored() if prompting else contextlib.nullcontext():
            conversation.run(None if read_only else lines)
    except Closed as closed:
        screen.say(f"The service closed the connection: {plain(closed.reason) or 'no reason given'} ({closed.code}).")
        raise click.exceptions.Exit(CLOSED) from None
    if conversation.failed and conversation.paced:
        raise click.exceptions.Exit(1)


def _manner(user: str, *, as_json: bool, prompting: bool) -> tuple[Screen, Callable[[str], Typed], Iterator[str]]:
    """Return the screen, the reader of lines, and the source of lines."""
    from pulumi_ivschat.cli.chat_screen import JsonLines, Terminal  # noqa: PLC0415  needs rich

    lines = chat_input.lines(_STDIN) if sys.stdin else iter(())
    if as_json:
        return JsonLines(), chat_input.piped, lines
    if prompting:
        return Terminal(user, chat_prompt.above), chat_input.typed, chat_prompt.typed_lines()
    return Terminal(user), chat_input.typed, lines
