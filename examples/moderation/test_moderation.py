"""
The review handler and the moderator, tested on an IVS Chat service of this machine.

    pytest moderation
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.errors import Refused
from pulumi_ivschat.runtime import TokenIssuer
from pulumi_ivschat.testing import IvsChat

from . import review
from .moderator import Moderator
from .play import ROLES, join

HERE = Path(__file__).parent


@pytest.fixture(params=["python", "node"])
def reviewed_room(request: pytest.FixtureRequest, ivschat: IvsChat) -> str:
    """Create a room whose messages are reviewed, by the function in each language."""
    if request.param == "node" and not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    handler = review.handler if request.param == "python" else f"{HERE / 'review.mjs'}:handler"
    uri = ivschat.review_handler(handler)
    return ivschat.create_room(messageReviewHandler={"uri": uri, "fallbackResult": "DENY"})


def said(room: str, content: str) -> dict[str, Any]:
    """Let ann say something; return the frame that she gets."""

    async def say() -> dict[str, Any]:
        ann = await join(TokenIssuer(room, roles=ROLES), "ann")
        await ann.say(content)
        seen = await ann.sees()
        await ann.leave()
        return seen

    return asyncio.run(say())


def test_bad_words_are_masked(reviewed_room: str) -> None:
    assert said(reviewed_room, "What the heck, hello!")["Content"] == "What the ****, hello!"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("Look at https://spam.example", "Links are not allowed here"),
        ("Buy now!", "Advertising is not allowed here"),
    ],
)
def test_spam_is_denied_with_a_reason(reviewed_room: str, ivschat: IvsChat, content: str, reason: str) -> None:
    assert said(reviewed_room, content)["ErrorMessage"] == reason
    assert ivschat.messages(reviewed_room) == []


def test_a_moderator_announces_deletes_and_kicks(ivschat: IvsChat, ivschat_room: str) -> None:
    moderator = Moderator(ivschat_room)

    moderator.announce("Be kind")
    moderator.delete("abcdefghijkl", "insult")
    moderator.kick("tom", "insult")

    names = [event["EventName"] for event in ivschat.events(ivschat_room)]
    assert names == ["app:announcement", "aws:DELETE_MESSAGE", "aws:DISCONNECT_USER"]


def test_a_banned_user_gets_no_token(ivschat: IvsChat, ivschat_room: str) -> None:
    moderator = Moderator(ivschat_room)
    issuer = TokenIssuer(ivschat_room, roles=ROLES, refuse=moderator.bans.__contains__)
    moderator.ban("tom", "insult, again")

    with pytest.raises(Refused):
        issuer.issue("tom", "member")

    assert ivschat.calls() == ["DisconnectUser"]
