"""The attempts of calls through a real boto3 client, on a real local service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.aws import attempts
from pulumi_ivschat.aws.attempts import CREATES, Account, Paces, holder_of
from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.pacing import Pace
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import InternalServerError, Invalid, LostAnswer, Throttling, UnreachableError
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.settings import AssumeRole, Connection
from tests.aws.test_pacing import Pretence
from tests.conftest import REGION, LocalService, serving

Connected = Callable[..., BotoControlPlane]


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")


@pytest.fixture
def connected(service: LocalService) -> Connected:
    """Return a function that connects to an empty local service, with turns that nobody else in the process shares."""

    def connect(**settings: Any) -> BotoControlPlane:
        return BotoControlPlane(Connection(endpoint_url=service.url, **settings))

    return connect


@pytest.fixture(scope="module")
def counting() -> Iterator[LocalService]:
    """Yield a local service that counts as AWS does."""
    with serving("--aws-quotas") as service:
        yield service


def test_a_call_that_came_too_fast_is_repeated_and_is_not_an_attempt(
    service: LocalService, connected: Connected
) -> None:
    service.fault("GetRoom", error="ThrottlingException", count=6)
    arn = service.client().create_room()["arn"]

    assert connected(max_attempts=2).call("GetRoom", REGION, identifier=arn)["arn"] == arn
    assert service.calls() == ["CreateRoom", *["GetRoom"] * 7]


def test_a_create_that_came_too_fast_is_repeated(service: LocalService, connected: Connected) -> None:
    service.fault("CreateRoom", error="TooManyRequestsException", count=2)

    connected().call("CreateRoom", REGION, name="lobby")

    assert service.calls() == ["CreateRoom"] * 3
    assert len(service.client().list_rooms()["rooms"]) == 1


def test_one_attempt_is_made_if_the_setting_is_one(service: LocalService, connected: Connected) -> None:
    service.fault("ListRooms", error="ThrottlingException")

    with pytest.raises(Throttling):
        connected(max_attempts=1).call("ListRooms", REGION)
    assert service.calls() == ["ListRooms"]


def test_a_call_that_is_only_ever_refused_gives_up(
    service: LocalService, connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_PATIENCE", 0.1)
    monkeypatch.setattr(attempts, "_REFUSALS", 2)
    service.fault("ListRooms", error="ThrottlingException", count=None)

    with pytest.raises(Throttling, match="ivschat:maxAttempts"):
        connected(max_attempts=2).call("ListRooms", REGION)


def test_a_call_outlasts_seconds_without_a_pass_unless_as_many_refusals_follow_each_other() -> None:
    clock = Pretence()
    pace = Pace("CreateRoom", 5, free=False, time=clock.time())
    patience = attempts.patience_of(5)
    first = pace.refused()
    clock.sleep(300)

    assert not patience.is_over(pace, first)
    for _ in range(79):
        clock.sleep(1)
        pace.refused()
    assert patience.is_over(pace, first)
    pace.passed()
    assert not patience.is_over(pace, first)


def test_a_call_after_a_long_outage_has_its_patience(
    service: LocalService, connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_PATIENCE", 0.2)
    monkeypatch.setattr(attempts, "_REFUSALS", 2)
    plane = connected(max_attempts=2)
    service.fault("ListRooms", error="ThrottlingException", count=None)
    with pytest.raises(Throttling):
        plane.call("ListRooms", REGION)
    monkeypatch.setattr(attempts, "_PATIENCE", 40)
    service.clear_faults()
    service.fault("ListRooms", error="ThrottlingException")

    assert plane.call("ListRooms", REGION)["rooms"] == []


def test_every_one_of_many_calls_that_are_refused_gives_up(
    service: LocalService, connected: Connected, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "_PATIENCE", 0.3)
    monkeypatch.setattr(attempts, "_REFUSALS", 2)
    service.fault("ListRooms", error="ThrottlingException", count=None)
    plane = connected(max_attempts=2, rates=(("ListRooms", 200.0),))

    def refused() -> bool:
        with pytest.raises(Throttling):
            plane.call("ListRooms", REGION)
        return True

    with ThreadPoolExecutor(8) as threads:
        assert all(future.result() for future in [threads.submit(refused) for _ in range(16)])


def test_towards_another_endpoint_only_what_has_a_rate_is_paced(connected: Connected) -> None:
    of_client = attempts.Attempts(connected().client(REGION), "", {"CreateRoom": 2}, Paces())

    assert {name: of_client.pace(name).is_free for name in ("CreateRoom", "GetRoom")} == {
        "CreateRoom": False,
        "GetRoom": True,
    }


@pytest.mark.parametrize(
    "endpoint",
    [None, "https://ivschat.us-west-2.api.aws", "https://vpce-1-2.ivschat.us-west-2.vpce.amazonaws.com"],
)
def test_aws_is_known_to_count_whatever_its_endpoint_is_called(endpoint: str | None) -> None:
    assert not _is_free(endpoint)


@pytest.mark.parametrize("endpoint", ["https://proxy.example", "https://amazonaws.com.example"])
def test_what_only_looks_like_aws_is_not_known_to_count(endpoint: str) -> None:
    assert _is_free(endpoint)


def _is_free(endpoint: str | None) -> bool:
    client = BotoControlPlane(Connection(endpoint_url=endpoint)).client(REGION)
    return attempts.Attempts(client, "", {}, Paces()).pace("ListRooms").is_free


def test_clients_of_one_account_share_their_turns_and_those_of_others_do_not(connected: Connected) -> None:
    one, same = connected().client(REGION), connected(max_attempts=9).client(REGION)
    shared = Paces()
    paces = [
        attempts.Attempts(client, holder, {}, shared).pace("GetRoom")
        for client, holder in ((one, ""), (same, ""), (one, "x"))
    ]

    assert paces[0] is paces[1]
    assert paces[0] is not paces[2]


def test_accounts_are_distinguished_by_role_then_profile_then_access_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "engineer")
    role = AssumeRole("arn:aws:iam::111122223333:role/chat")
    found = [holder_of(Connection()), holder_of(Connection(profile="a")), holder_of(Connection(assume_role=role))]
    monkeypatch.setenv("AWS_PROFILE", "b")

    assert found == ["engineer", "a", "111122223333"]
    assert holder_of(Connection()) == "b"


def test_paces_share_their_turns_with_those_of_other_processes_of_one_account(tmp_path: Path) -> None:
    one, two = Paces(), Paces()
    account, elsewhere = (
        Account(f"https://ivschat.{region}.amazonaws.com", "", region) for region in (REGION, "eu-west-1")
    )
    for each in (one, two):
        each.share(tmp_path)
    refused = one.of(account, "GetRoom", {}).refused()
    one.of(account, "GetRoom", {}).passed()

    assert two.of(account, "GetRoom", {}).seconds_without_pass(refused) < 10
    assert two.of(elsewhere, "GetRoom", {}).seconds_without_pass(float("-inf")) == float("inf")


def test_a_rate_is_the_same_one_however_it_is_written(tmp_path: Path) -> None:
    paces = [Paces(), Paces()]
    for each in paces:
        each.share(tmp_path)
    account = Account(f"https://ivschat.{REGION}.amazonaws.com", "", REGION)
    one, two = (each.of(account, "GetRoom", {"GetRoom": rate}) for each, rate in zip(paces, (5, 5.0), strict=True))

    one.passed()

    assert two.seconds_without_pass(float("-inf")) < 10


def test_a_call_that_waits_for_its_turn_is_not_sent_if_the_clock_ends_the_wait(service: LocalService) -> None:
    paces = Paces()
    paces.wait_by(Time(sleep=ending))
    calls = BotoControlPlane(Connection(endpoint_url=service.url, rates=(("ListRooms", 0.01),)), paces=paces)
    calls.call("ListRooms", REGION)

    with pytest.raises(Invalid, match="ended"):
        calls.call("ListRooms", REGION)
    assert service.calls() == ["ListRooms"]


def ending(_: float) -> None:
    msg = "ended"
    raise Invalid(msg)


@pytest.mark.parametrize("fault", [{"drop": True}, {"error": "InternalServerException"}])
def test_what_fails_is_repeated_by_botocore(service: LocalService, connected: Connected, fault: dict[str, Any]) -> None:
    service.fault("ListRooms", **fault)

    connected().call("ListRooms", REGION)

    assert service.calls() == ["ListRooms", "ListRooms"]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"drop": True, "when": "after"}, LostAnswer),
        ({"error": "InternalServerException", "when": "after"}, InternalServerError),
        ({"error": "ServiceUnavailable"}, InternalServerError),
    ],
)
def test_a_create_whose_outcome_nobody_knows_is_not_repeated(
    service: LocalService, connected: Connected, fault: dict[str, Any], error: type[Exception]
) -> None:
    service.fault("CreateRoom", **fault)

    with pytest.raises(error):
        connected().call("CreateRoom", REGION)
    assert service.calls() == ["CreateRoom"]


def test_a_create_that_never_got_out_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)

    with pytest.raises(UnreachableError) as raised:
        BotoControlPlane(Connection(endpoint_url="http://127.0.0.1:1", max_attempts=3)).call("CreateRoom", REGION)
    assert not isinstance(raised.value, LostAnswer)
    assert len(slept) == 2


def test_the_creates_are_those_of_resources() -> None:
    assert {name for name in operations() if name.startswith("Create")} - {*CREATES} == {"CreateChatToken"}


def test_all_calls_pass_on_a_service_that_counts(counting: LocalService) -> None:
    plane = BotoControlPlane(Connection(endpoint_url=counting.url))
    arn = plane.call("CreateRoom", REGION)["arn"]

    for _ in range(25):
        plane.call("ListTagsForResource", REGION, resourceArn=arn)

    assert 25 < counting.calls().count("ListTagsForResource") <= 30  # a refusal shows that somebody counts


def test_a_forked_child_has_a_pace_of_its_own(run_python: Callable[[str], str]) -> None:
    code = """
import os
from pulumi_ivschat.aws.attempts import Account, Paces
paces, account = Paces(), Account("https://ivschat.us-west-2.amazonaws.com", "", "us-west-2")
of_parent = paces.of(account, "GetRoom", {})
of_parent._keeper._lock.acquire()
if os.fork() == 0:
    own = paces.of(account, "GetRoom", {})
    own.wait()
    os._exit(own is of_parent)
print(os.wait()[1], paces.of(account, "GetRoom", {}) is of_parent)
"""
    assert run_python(code) == "0 True"
