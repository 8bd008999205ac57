"""The parts of one service."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pulumi_ivschat.local.faults import Fault
from pulumi_ivschat.local.service import Identity, Service
from pulumi_ivschat.local.store import Store


def test_every_start_is_another_instance() -> None:
    assert Identity().instance != Identity().instance


def test_a_reset_empties_store_faults_and_log(service: Service, call: Callable[..., Any]) -> None:
    room = call("CreateRoom")["arn"]
    service.faults.add(Fault("*"))

    service.reset()

    assert service.store.get(room) is None
    assert service.faults.waiting() == []
    assert service.requests.after(0) == []


def test_services_share_nothing() -> None:
    first, second = Service(Store(None)), Service(Store(None))

    first.faults.add(Fault("*"))

    assert second.faults.waiting() == []
    first.store.close()
    second.store.close()


def test_the_feed_reports_about_calls_and_frames_and_of_a_reset(service: Service, call: Callable[..., Any]) -> None:
    room = call("CreateRoom")["arn"]
    service.chat.send_event(room, "poll", None)

    assert [event.kind for event in service.feed.after(0)] == ["call", "frame"]
    assert service.feed.after(1)[0].data["room"] == room

    service.reset()

    assert [event.kind for event in service.feed.after(0)] == ["reset"]
