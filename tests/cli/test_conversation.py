"""A stay in a room, over connections that break."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import attrs
import pytest

from pulumi_ivschat.cli import conversation
from pulumi_ivschat.cli.chat_client import Closed
from pulumi_ivschat.cli.chat_input import piped, typed
from pulumi_ivschat.cli.conversation import Conversation, Membership
from pulumi_ivschat.errors import AccessDenied, IvsChatError, UnreachableError
from pulumi_ivschat.runtime import Capability, ChatToken
from pulumi_ivschat.settings import Connection
from tests.conftest import LocalService


@attrs.define
class Seen:
    """A screen that remembers, and tells when something is on it."""

    frames: list[dict[str, Any]] = attrs.field(factory=list)
    remarks: list[str] = attrs.field(factory=list)
    _changed: threading.Condition = attrs.field(factory=threading.Condition)

    def show(self, frame: dict[str, Any]) -> None:
        """Remember a frame."""
        with self._changed:
            self.frames.append(frame)
            self._changed.notify_all()

    def say(self, text: str) -> None:
        """Remember a remark."""
        with self._changed:
            self.remarks.append(text)
            self._changed.notify_all()

    def waits(self, text: str, times: int = 1) -> None:
        """Wait until a text has been seen so many times."""
        with self._changed:
            assert self._changed.wait_for(lambda: str([*self.frames, *self.remarks]).count(text) >= times, 30)


@pytest.fixture
def membership(service: LocalService, lobby: str, monkeypatch: pytest.MonkeyPatch) -> Membership:
    """Return what alice may do in the lobby: everything but deleting."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setattr(conversation, "BACK_OFF", (0.01, 0.02, 0.05))
    may: tuple[Capability, ...] = ("SEND_MESSAGE", "DISCONNECT_USER")
    return Membership(lobby, "alice", may, {}, Connection(endpoint_url=service.url, max_attempts=1))


def listed(membership: Membership, lines: Iterator[str] | list[str]) -> tuple[Conversation, Seen]:
    seen = Seen()
    stay = Conversation(membership, seen, typed, paced=False)
    stay.run(lines)
    return stay, seen


def test_what_is_sent_is_answered_before_the_end(membership: Membership) -> None:
    stay, seen = listed(membership, ["one", "", "two"])

    assert [frame["Content"] for frame in seen.frames] == ["one", "two"]
    assert not stay.failed


def test_what_the_token_does_not_allow_is_reported_with_the_capability_to_ask_for(membership: Membership) -> None:
    stay, seen = listed(membership, ["/delete abcdefghijkl"])

    assert seen.remarks[-1].startswith("403: ")
    assert seen.remarks[-1].endswith("(join with --capability DELETE_MESSAGE)")
    assert stay.failed


def test_an_action_that_no_capability_allows_is_reported_without_one(membership: Membership) -> None:
    seen = Seen()

    Conversation(membership, seen, piped, paced=False).run(['{"Action": "FLY"}'])

    assert seen.remarks[-1].startswith("400: Action must be")
    assert "--capability" not in seen.remarks[-1]


def test_a_refused_message_is_reported_with_its_words(service: LocalService, membership: Membership) -> None:
    service.client().update_room(identifier=membership.room_arn, maximumMessageLength=3)

    _, seen = listed(membership, ["hello"])

    assert seen.remarks[-1] == "400: Message exceeds maximum length (to: hello)"


def test_an_event_goes_by_the_control_plane(service: LocalService, membership: Membership) -> None:
    listed(membership, ["/event app:hello a=b"])

    assert service.calls()[1:] == ["CreateChatToken", "SendEvent"]


def test_an_event_that_is_refused_ends_nothing(membership: Membership) -> None:
    stay, seen = listed(membership, [f"/event {'x' * 101}", "hello"])

    assert stay.failed
    assert "event_name must be at most 100 characters" in seen.remarks[-1]
    assert [frame["Content"] for frame in seen.frames] == ["hello"]


def test_help_and_what_is_not_understood_are_reported_and_quit_is_the_end(membership: Membership) -> None:
    stay, seen = listed(membership, ["/help", "/nope", "/quit", "never said"])

    assert "/kick USER" in seen.remarks[1]
    assert "Not sent: there is no /nope" in seen.remarks[2]
    assert (seen.frames, stay.failed) == ([], True)


def test_a_connection_that_breaks_is_repeated_with_a_new_token(service: LocalService, membership: Membership) -> None:
    seen = Seen()

    def lines() -> Iterator[str]:
        yield "before"
        seen.waits("before")
        service.drop_connections()
        seen.waits("Joined", times=2)
        yield "after"

    stay = Conversation(membership, seen, typed, paced=False)
    stay.run(lines())

    assert [frame["Content"] for frame in seen.frames] == ["before", "after"]
    assert service.calls()[1:] == ["CreateChatToken"] * 2
    assert "The connection is lost: joining again, with a new token." in seen.remarks
    assert not stay.failed


def test_attempts_to_join_again_go_on_while_the_service_may_come_back(
    service: LocalService, membership: Membership
) -> None:
    seen = Seen()

    def lines() -> Iterator[str]:
        service.fault("CreateChatToken", error="InternalServerException", count=2)
        service.drop_connections()
        seen.waits("Joined", times=2)
        yield "after"

    Conversation(membership, seen, typed, paced=False).run(lines())

    assert [frame["Content"] for frame in seen.frames] == ["after"]


def test_after_the_last_attempt_the_error_is_raised(service: LocalService, membership: Membership) -> None:
    seen = Seen()

    def lines() -> Iterator[str]:
        service.fault("CreateChatToken", error="InternalServerException", count=9)
        service.drop_connections()
        seen.waits("joining again", times=9)
        yield "never said"

    with pytest.raises(IvsChatError, match="InternalServerException"):
        Conversation(membership, seen, typed, paced=False).run(lines())

    assert service.calls().count("CreateChatToken") == 4


def test_a_refusal_that_would_be_repeated_ends_it_at_once(service: LocalService, membership: Membership) -> None:
    seen = Seen()

    def lines() -> Iterator[str]:
        service.fault("CreateChatToken", error="AccessDeniedException", count=9)
        service.drop_connections()
        seen.waits("joining again", times=9)
        yield "never said"

    with pytest.raises(AccessDenied):
        Conversation(membership, seen, typed, paced=False).run(lines())

    assert service.calls().count("CreateChatToken") == 2


def test_a_room_that_is_gone_is_not_joined_again(service: LocalService, membership: Membership) -> None:
    def lines() -> Iterator[str]:
        service.client().delete_room(identifier=membership.room_arn)
        threading.Event().wait(30)
        yield "never said"

    with pytest.raises(Closed) as caught:
        listed(membership, lines())

    assert caught.value.reason == "The room was deleted"


def test_a_session_that_is_over_is_followed_by_another(membership: Membership, service: LocalService) -> None:
    class Brief(Membership):
        """Somebody whose sessions end now, by what their tokens say."""

        def issue(self) -> ChatToken:
            """Make a token as always, and date it back."""
            return attrs.evolve(
                super().issue(), session_expiration_time=datetime.now(timezone.utc) + timedelta(seconds=1)
            )

    seen = Seen()

    def lines() -> Iterator[str]:
        yield "/kick alice"
        seen.waits("Joined", times=2)
        yield "after"

    Conversation(Brief(**attrs.asdict(membership, recurse=False)), seen, typed, paced=False).run(lines())

    assert "The session is over: joining again, with a new token." in seen.remarks
    assert seen.frames[-1]["Content"] == "after"
    assert service.calls().count("CreateChatToken") == 2


def test_if_there_is_no_way_in_that_is_an_error(membership: Membership) -> None:
    nowhere = attrs.evolve(membership, connection=Connection(endpoint_url="http://127.0.0.1:1", max_attempts=1))

    with pytest.raises(UnreachableError):
        listed(nowhere, ["never said"])
