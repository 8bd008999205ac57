"""`pulumi-ivschat token`, `send-event`, `delete-message`, `disconnect-user`: a call each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click

from pulumi_ivschat import runtime
from pulumi_ivschat.cli import options
from pulumi_ivschat.cli.options import Access
from pulumi_ivschat.cli.progress import progress
from pulumi_ivschat.cli.room_names import connected_to_room, room_argument
from pulumi_ivschat.runtime import Capability


@click.command()
@room_argument
@options.user
@options.capabilities()
@options.attributes
@click.option("--minutes", type=int, help="How long the session lasts, 1 to 180  [default: 60]")
@connected_to_room
def token(  # noqa: PLR0913  one for each option
    access: Access,
    room_arn: str,
    *,
    user: str,
    capabilities: Sequence[Capability],
    attributes: Mapping[str, str],
    minutes: int | None,
) -> None:
    """
    Create a chat token and print it.

    Anyone with the token can join the room as that user. It opens one connection and expires after about a minute. With
    --json, print what the messaging SDK's token provider returns.
    """
    with progress("Creating the chat token"):
        made = runtime.create_chat_token(
            room_arn,
            user,
            capabilities=capabilities,
            attributes=attributes,
            session_duration_in_minutes=minutes,
            connection=access.connection,
        )
    click.echo(made.to_json() if access.as_json else made.token)


@click.command()
@room_argument
@click.argument("event", metavar="EVENT")
@options.attributes
@connected_to_room
def send_event(access: Access, room_arn: str, event: str, attributes: Mapping[str, str]) -> None:
    """Send the event EVENT to all clients in a room."""
    with progress("Sending the event"):
        sent = runtime.send_event(room_arn, event, attributes, connection=access.connection)
    _print(access, f"Sent, as event {sent.id}.", id=sent.id)


@click.command()
@room_argument
@click.argument("message_id", metavar="ID")
@options.reason
@connected_to_room
def delete_message(access: Access, room_arn: str, message_id: str, reason: str | None) -> None:
    """Tell all clients in a room to drop the message ID."""
    with progress("Deleting the message"):
        sent = runtime.delete_message(room_arn, message_id, reason, connection=access.connection)
    _print(access, f"Event {sent.id} asks clients to remove it.", id=sent.id)


@click.command()
@room_argument
@click.argument("user", metavar="USER")
@options.reason
@connected_to_room
def disconnect_user(access: Access, room_arn: str, user: str, reason: str | None) -> None:
    """
    Close all connections that the user USER has to a room.

    The user can join again with a new token: make your token endpoint refuse that user.
    """
    with progress("Disconnecting the user"):
        runtime.disconnect_user(room_arn, user, reason, connection=access.connection)
    _print(access, "Disconnected.")


def _print(access: Access, text: str, **answer: str) -> None:
    """Print what was done: for people, or as the API's answer."""
    click.echo(json.dumps(answer) if access.as_json else text)
