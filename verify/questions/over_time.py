"""Questions that take a minute by the clock."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import Any

from verify import chat
from verify.question import NotTried, assumed
from verify.run import Run

_SESSION = {"sessionDurationInMinutes": 1}
_LONGEST = 90.0
"""Seconds that a question may wait."""


def _wait_until(end: datetime) -> None:
    seconds = (end - datetime.now(timezone.utc)).total_seconds() + 1
    if seconds > _LONGEST:
        msg = f"a token lives for {seconds:.0f} s, which is longer than a run"
        raise NotTried(msg)
    time.sleep(max(0.0, seconds))


def _only_if_slow(run: Run) -> None:
    if not run.options.slow:
        msg = "it takes a minute: use --slow"
        raise NotTried(msg)


@assumed("ERROR 401 and 404 over an open connection", expected=1000)
def a_message_after_the_end_of_a_session(run: Run) -> Any:
    """Does a message after the end of its session get ERROR 401, or is the connection closed, and with which code?"""
    _only_if_slow(run)
    made = run.must("CreateChatToken", roomIdentifier=run.room, userId="brief", **_SESSION)
    client = run.block().enter_context(chat.Client(run.endpoint.messaging_url, made["token"], run.frames.wait))
    _wait_until(made["sessionExpirationTime"])
    return client.code_of("SEND_MESSAGE", Content="hi")


@assumed("End of a session", expected={"code": 1000, "to a second": True})
def the_end_of_a_session(run: Run) -> Any:
    """Which code closes a connection when its session ends, and when?"""
    _only_if_slow(run)
    made = run.must("CreateChatToken", roomIdentifier=run.room, userId="brief", **_SESSION)
    client = run.block().enter_context(chat.Client(run.endpoint.messaging_url, made["token"], run.frames.wait))
    code = client.closed(_LONGEST)
    late = (datetime.now(timezone.utc) - made["sessionExpirationTime"]).total_seconds()
    return {"code": code, "to a second": abs(late) < 1 + 1}


@assumed("Status of a refused handshake", expected=403)
def a_token_that_has_expired(run: Run) -> int:
    """Which status does a token get that has expired?"""
    _only_if_slow(run)
    made = run.must("CreateChatToken", roomIdentifier=run.room, userId="late", **_SESSION)
    _wait_until(made["tokenExpirationTime"])
    return run.handshake(made["token"])
