"""The chat client."""

from __future__ import annotations

import pytest

from verify.chat import CUT, OPENED
from verify.run import Run


def test_a_request_is_answered_by_the_frame_with_its_id(run: Run) -> None:
    client = run.client()

    assert client.ask("SEND_MESSAGE", Content="hi")["Content"] == "hi"
    assert client.ask("DANCE")["ErrorCode"] == 400


def test_frames_before_a_message_of_ones_own_are_those_that_arrived(run: Run) -> None:
    client = run.client()
    run.must("SendEvent", roomIdentifier=run.room, eventName="first")

    assert [frame["EventName"] for frame in client.upto("fence")] == ["first"]


def test_a_connection_that_stays_open_has_no_close_code(run: Run) -> None:
    with pytest.raises(TimeoutError):
        run.client().closed(0.1)


def test_a_connection_that_is_cut_has_no_close_code_either(run: Run) -> None:
    client = run.client()
    run.client(user="other")
    run.calls.raw("", path="/_local/connections", method="DELETE", signature=None)

    assert client.closed() == CUT


def test_a_handshake_has_a_status(run: Run) -> None:
    assert run.handshake(run.token()) == OPENED
    assert run.handshake("none") == 403


def test_each_frame_keeps_the_pace(run: Run) -> None:
    client = run.client()
    before = run.frames.passed
    client.ask("DANCE")

    assert run.frames.passed == before + 1
