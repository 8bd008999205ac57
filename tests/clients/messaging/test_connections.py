"""How the messaging SDK's connections begin, break and end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.clients.messaging.conftest import Play, Stage
from tests.conftest import serving

_REFUSED = [["connecting", None], ["disconnect", "socketError"]]
_LEFT = ["disconnect", "serverDisconnect"]
_FIRST_AND_RETRIES = 4


@pytest.fixture
def short_lived(on_stage: Callable[..., Stage]) -> Iterator[Stage]:
    """Yield a stage whose chat tokens live while the SDK allows at least."""
    with serving("--token-lifetime", "32") as service:
        yield on_stage(service)


@pytest.fixture
def stoppable(on_stage: Callable[..., Stage]) -> Iterator[Stage]:
    """Yield a stage whose service a scenario can stop."""
    with serving() as service:
        yield on_stage(service, stop_service=service.stop)


def test_a_token_opens_one_connection_only(play: Play) -> None:
    result = play("usedToken")

    assert result["first"] == [["connecting", None], ["connect", None]]
    assert (result["second"], result["tokens"]) == (_REFUSED, _FIRST_AND_RETRIES)


def test_a_forged_token_opens_none(play: Play) -> None:
    assert play("forgedToken") == {"heard": _REFUSED, "tokens": _FIRST_AND_RETRIES}


@pytest.mark.parametrize(
    "runtime", ["node", pytest.param("chromium", marks=pytest.mark.long)], indirect=True, scope="session"
)  # it counts by the clock, and a browser on a busy machine is late
def test_a_token_is_refreshed_before_it_expires_and_every_message_arrives_and_is_heard_once(
    play: Play, short_lived: Stage
) -> None:
    result = play("refresh", short_lived, after=1)  # it fails unless all that is sent arrives

    assert result["tokens"] >= 2
    # The SDK loses what comes to its old socket after the new one has opened: see witness.mjs.
    assert sorted(result["heard"]) == sorted(result["offered"])  # at once, so in any order
    assert len(result["offered"]) > len(result["sent"]) / 2
    assert result["states"] == ["connecting", "connect"]


def test_a_dropped_connection_comes_back_with_a_new_token(play: Play) -> None:
    result = play("dropped")

    names = [name for name, _ in result["ann"]]
    assert names == ["connecting", "connect", "connecting", "connect", "message", "message"]
    assert result["tokens"] == 2
    assert result["ben"] == ["connecting", "connect", "message", "message"]
    assert result["heard"] == ["welcome back", "thanks"]


def test_a_deleted_room_disconnects_everybody_and_lets_nobody_back_in(play: Play) -> None:
    [ann, ben] = play("roomDeleted")

    assert ben == [["connecting", None], ["connect", None], _LEFT]
    assert ann == [*ben, ["connecting", None], ["disconnect", "fetchTokenError"]]


def test_a_client_may_leave(play: Play) -> None:
    assert play("clientLeaves")[-1] == ["disconnect", "clientDisconnect"]


def test_a_service_that_stops_says_goodbye(play: Play, stoppable: Stage) -> None:
    assert play("serviceStopped", stoppable) == [["connecting", None], ["connect", None], _LEFT]
