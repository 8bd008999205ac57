"""
Plays moderation through in the room of IVSCHAT_ROOM_ARN, with three users, and prints what each of them sees.

    python -m moderation.play
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from websockets import Subprotocol
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from pulumi_ivschat.errors import Refused
from pulumi_ivschat.runtime import Role, TokenIssuer, messaging_endpoint

from .moderator import Moderator

ROLES = {"member": Role(["SEND_MESSAGE"])}


class User:
    """A user's client, which prints what it gets."""

    def __init__(self, name: str, connection: ClientConnection) -> None:
        self.name = name
        self._connection = connection

    async def say(self, content: str) -> None:
        """Send a message."""
        await self._connection.send(json.dumps({"Action": "SEND_MESSAGE", "RequestId": "1", "Content": content}))

    async def sees(self) -> dict[str, Any]:
        """Wait for the next frame, print it and return it."""
        try:
            frame: dict[str, Any] = json.loads(await asyncio.wait_for(self._connection.recv(), 10))
        except ConnectionClosed:
            frame = {"Type": "CLOSED"}
        print(f"{self.name} sees {_described(frame)}")
        return frame

    async def leave(self) -> None:
        """Close the connection."""
        await self._connection.close()


def _described(frame: Mapping[str, Any]) -> str:
    if frame["Type"] == "MESSAGE":
        return f"{frame['Sender']['UserId']}: {frame['Content']}"
    if frame["Type"] == "ERROR":
        return f"a refusal, {frame['ErrorCode']}: {frame['ErrorMessage']}"
    if frame["Type"] == "EVENT":
        facts = {name: value for name, value in frame["Attributes"].items() if name in {"text", "UserId", "Reason"}}
        return f"{frame['EventName']} {json.dumps(facts)}"
    return "that the connection is closed"


async def join(issuer: TokenIssuer, name: str) -> User:
    """Connect a user; raise Refused where the user is banned."""
    token = await issuer.issue_async(name, "member")
    endpoint = messaging_endpoint(issuer.room_arn)
    return User(name, await connect(endpoint, subprotocols=[Subprotocol(token.token)]))


async def play(issuer: TokenIssuer, moderator: Moderator) -> None:
    """Let three users chat, and moderate them."""
    ann, tom = await join(issuer, "ann"), await join(issuer, "tom")

    await ann.say("What the heck, hello!")  # edited
    await ann.sees()
    await tom.sees()
    await tom.say("Look at https://spam.example")  # denied: nobody else sees it
    await tom.sees()

    await tom.say("Ann is stupid")
    insult = await tom.sees()
    await ann.sees()
    await asyncio.to_thread(moderator.delete, insult["Id"], "insult")
    await asyncio.to_thread(moderator.announce, "Be kind")
    for user in (ann, tom, ann, tom):
        await user.sees()

    await asyncio.to_thread(moderator.kick, "tom", "insult")
    for user in (ann, tom, tom):
        await user.sees()
    tom = await join(issuer, "tom")
    print("tom is back: a kick keeps nobody out")
    await asyncio.to_thread(moderator.ban, "tom", "insult, again")
    for user in (ann, tom, tom):
        await user.sees()
    try:
        await join(issuer, "tom")
    except Refused:
        print("tom gets no token: a ban does")


def main() -> None:
    """Play it in the room that the environment names."""
    bans: set[str] = set()
    issuer = TokenIssuer(roles=ROLES, refuse=bans.__contains__)
    asyncio.run(play(issuer, Moderator(issuer.room_arn, bans)))


if __name__ == "__main__":
    main()
