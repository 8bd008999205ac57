"""Time limits, against endpoints that never come to an end."""

from __future__ import annotations

import threading
import time

import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.custom_timeouts import limited
from pulumi_ivschat.aws.deadlines import Limits, within
from pulumi_ivschat.errors import CredentialsError, IvsChatError, LostAnswer, TimedOut
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION, LocalService
from tests.endpoints import trickling

OK = b"HTTP/1.1 200 OK\r\n"
SOON = Limits(answer=0.4, credentials=0.4)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


def test_what_ends_in_time_returns_or_raises_as_it_does() -> None:
    assert within(10, lambda: 7) == 7
    with pytest.raises(ZeroDivisionError):
        within(10, lambda: 1 // 0)


def test_if_python_ends_and_starts_no_thread_there_is_no_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: object) -> None:
        msg = "can't create new thread at interpreter shutdown"
        raise RuntimeError(msg)

    monkeypatch.setattr(threading.Thread, "start", start)

    assert within(10, lambda: 7) == 7


def test_what_does_not_end_in_time_is_left_to_itself() -> None:
    ended = threading.Event()

    with pytest.raises(TimeoutError, match=r"still waiting after 0\.1 s"):
        within(0.1, ended.wait)
    ended.set()


@pytest.mark.parametrize(
    ("head", "byte"),
    [
        (b"", b"H"),
        (OK + b"x-more: ", b"x"),
        (OK + b"content-length: 1000000\r\n\r\n{", b" "),
        (OK + b"\r\n{", b" "),
        (OK + b"transfer-encoding: chunked\r\n\r\n", b"0"),
    ],
    ids=["status", "header", "body", "body-until-close", "chunked"],
)
def test_an_answer_that_trickles_is_a_lost_one(head: bytes, byte: bytes) -> None:
    with trickling(head, byte) as endpoint:
        plane = BotoControlPlane(Connection(endpoint_url=endpoint.url, max_attempts=1), SOON)

        with pytest.raises(LostAnswer, match="Read timeout on endpoint URL"):
            plane.call("CreateRoom", REGION, name="lobby")


def test_a_read_is_repeated_after_it_and_a_create_is_not() -> None:
    with trickling(OK + b"\r\n") as endpoint:
        plane = BotoControlPlane(Connection(endpoint_url=endpoint.url, max_attempts=2), SOON)
        for operation in ("ListRooms", "CreateRoom"):
            with pytest.raises(LostAnswer):
                plane.call(operation, REGION)

        assert endpoint.requests == [f"POST /{name} HTTP/1.1" for name in ("ListRooms", "ListRooms", "CreateRoom")]


def test_a_custom_timeout_ends_the_wait_for_an_answer_and_nothing_is_repeated(service: LocalService) -> None:
    plane = BotoControlPlane(Connection(endpoint_url=service.url))
    arn = plane.call("CreateRoom", REGION)["arn"]
    service.fault("UpdateRoom", latency_seconds=4)
    before = time.monotonic()

    limit = limited("customTimeouts.update", 1.5, time.monotonic)
    with pytest.raises(LostAnswer, match=r"customTimeouts\.update is 1\.5 s; UpdateRoom may have been done"), limit:
        plane.call("UpdateRoom", REGION, arn, identifier=arn, name="lobby")

    assert time.monotonic() - before < 4
    while "UpdateRoom" not in service.calls():
        time.sleep(0.1)


def test_a_custom_timeout_ends_retries_as_well(service: LocalService) -> None:
    plane = BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=20))
    arn = plane.call("CreateRoom", REGION)["arn"]
    service.fault("DeleteRoom", error="InternalServerException", count=None)

    limit = limited("customTimeouts.delete", 0.5, time.monotonic)
    with pytest.raises(IvsChatError, match=r"customTimeouts\.delete is 0\.5 s; DeleteRoom may have been done"), limit:
        plane.call("DeleteRoom", REGION, arn, identifier=arn)

    assert 1 < service.calls().count("DeleteRoom") < 20


def test_credentials_have_no_more_time_than_a_custom_timeout_leaves() -> None:
    ended = threading.Event()
    with (
        pytest.raises(TimeoutError, match=r"still waiting after 0\.1 s"),
        limited("customTimeouts.create", 0.1, time.monotonic),
    ):
        within(10, ended.wait)
    with pytest.raises(TimedOut), limited("customTimeouts.create", 1e-9, time.monotonic):
        within(10, ended.wait)
    ended.set()


def test_a_proxy_that_trickles_ends_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    with trickling(b"HTTP/1.1 200 ") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        plane = BotoControlPlane(Connection(endpoint_url="https://chat.example", max_attempts=1), SOON)

        with pytest.raises(LostAnswer):
            plane.call("ListRooms", REGION)
        assert proxy.requests == ["CONNECT chat.example:443 HTTP/1.0"]


def test_each_call_on_a_connection_has_a_deadline_of_its_own(service: LocalService) -> None:
    plane = BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=1), Limits(answer=2))
    plane.call("ListRooms", REGION)
    time.sleep(2.1)

    assert plane.call("ListRooms", REGION)["rooms"] == []


def test_credentials_that_trickle_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with trickling(OK + b"\r\n{") as container:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.delenv(name)
        monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{container.url}/key")
        plane = BotoControlPlane(Connection(), SOON)

        with pytest.raises(CredentialsError, match=r"credentials took too long: still waiting after 0\.4 s"):
            plane.call("ListRooms", REGION)
