"""Actions of moderators in a room, from the application's server."""

from __future__ import annotations

import attrs

from pulumi_ivschat import runtime


@attrs.frozen
class Moderator:
    """Acts in one room. *bans* is a table of your database, in an application."""

    room_arn: str
    bans: set[str] = attrs.field(factory=set)

    def announce(self, text: str) -> None:
        """Send everybody an event, which the clients show as they like."""
        runtime.send_event(self.room_arn, "app:announcement", {"text": text})

    def delete(self, message_id: str, reason: str) -> None:
        """Let every client remove a message."""
        runtime.delete_message(self.room_arn, message_id, reason)

    def kick(self, user: str, reason: str) -> None:
        """Close a user's connections; the user's client may ask for another token at once, and get it."""
        runtime.disconnect_user(self.room_arn, user, reason)

    def ban(self, user: str, reason: str) -> None:
        """
        Refuse the user further tokens, then close the connections. In the other order, a new connection may slip in between.

        A token from just before the ban still opens a connection until it expires: kick once more after that.
        """
        self.bans.add(user)
        self.kick(user, reason)
