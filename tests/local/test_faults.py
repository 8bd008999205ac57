"""Faults alone."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.local.faults import Fault, Faults, from_json


def test_a_fault_serves_as_many_calls_as_it_counts() -> None:
    faults = Faults()
    faults.add(Fault("GetRoom", error="ThrottlingException", count=2))

    taken = [faults.take("GetRoom") for _ in range(3)]

    assert [bool(fault) for fault in taken] == [True, True, False]


def test_a_fault_without_a_count_stays() -> None:
    faults = Faults()
    faults.add(Fault("*", drop=True, count=None))

    assert all(faults.take("GetRoom") for _ in range(10))


def test_the_oldest_fault_of_the_operation_comes_first() -> None:
    faults = Faults()
    for operation, error in (("ListRooms", "A"), ("GetRoom", "B"), ("*", "C"), ("GetRoom", "D")):
        faults.add(Fault(operation, error=error))

    taken = [faults.take("GetRoom") for _ in range(4)]

    assert [fault.error for fault in taken if fault] == ["B", "C", "D"]
    assert [fault.error for fault in faults.waiting()] == ["A"]


def test_a_fault_begins_after_its_number_of_calls_even_if_other_faults_met_them() -> None:
    faults = Faults()
    faults.add(Fault("*", error="A", count=2))
    faults.add(Fault("GetRoom", error="B", after_calls=2, count=None))

    taken = [faults.take(operation) for operation in ("GetRoom", "ListRooms", "GetRoom", "GetRoom", "GetRoom")]

    assert [fault and fault.error for fault in taken] == ["A", "A", None, "B", "B"]


def test_what_is_left_of_a_fault_is_what_waits() -> None:
    faults = Faults()
    faults.add(Fault("GetRoom", after_calls=1, count=3))

    left = []
    for _ in range(4):
        faults.take("GetRoom")
        left.append([(fault.after_calls, fault.count) for fault in faults.waiting()])

    assert left == [[(0, 3)], [(0, 2)], [(0, 1)], []]


def met(seed: int, probability: float) -> list[bool]:
    faults = Faults()
    faults.add(Fault("*", probability=probability, seed=seed, count=None))
    return [faults.take("GetRoom") is not None for _ in range(200)]


def test_chance_meets_the_same_calls_with_the_same_seed() -> None:
    assert met(seed=1, probability=0.3) == met(seed=1, probability=0.3) != met(seed=2, probability=0.3)
    assert 30 <= sum(met(seed=1, probability=0.3)) <= 90
    assert all(met(seed=1, probability=1))


def test_cleared_faults_are_gone() -> None:
    faults = Faults()
    faults.add(Fault("*"))

    faults.clear()

    assert faults.waiting() == []


def test_a_fault_gives_its_error_with_members() -> None:
    error = Fault("*", error="ThrottlingException", message="slow", members={"limit": 5}).api_error()

    assert error is not None
    assert (error.status, error.body()["limit"], error.body()["message"]) == (429, 5, "slow")
    assert Fault("*").api_error() is None


def test_members_of_a_fault_may_have_any_name() -> None:
    error = Fault("*", error="X", message="m", members={"self": 1, "code": 2, "message": 3}).api_error()

    assert error is not None
    assert error.body() == {"self": 1, "code": 2, "message": "m"}


def test_a_fault_is_read_from_json() -> None:
    document = {"operation": "*", "error": "X", "latency_seconds": 0.5, "when": "after", "count": None}

    assert from_json(document) == Fault("*", error="X", latency_seconds=0.5, when="after", count=None)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"operation": "NoSuchOperation"},
        {"operation": "*", "odd": 1},
        {"operation": "*", "error": "a b\r\nx: y"},
        {"operation": "*", "error": "é"},
        {"operation": "*", "latency_seconds": -1},
        {"operation": "*", "latency_seconds": float("nan")},
        {"operation": "*", "latency_seconds": True},
        {"operation": "*", "hang": 1},
        {"operation": "*", "when": "never"},
        {"operation": "*", "count": 0},
        {"operation": "*", "count": "1"},
        {"operation": "*", "members": []},
        {"operation": "*", "after_calls": -1},
        {"operation": "*", "after_calls": None},
        {"operation": "*", "probability": 0},
        {"operation": "*", "probability": 1.1},
        {"operation": "*", "probability": True},
        {"operation": "*", "seed": 0.5},
        {"operation": "*", "body": {}},
        {"operation": "*", "body": "", "status": 100},
        {"operation": "*", "status": 503},
        *[{"operation": "*", "body": "x", "status": status} for status in (204, 205, 304)],
        {"operation": "*", "body": "x", "status": 1e400},
        {"operation": "*", "latency_seconds": 1e400},
        {"operation": "*", "body": "", "error": "X"},
        {"operation": "*", "body": "", "drop": True},
        {"operation": "*", "members": {"limit": float("inf")}},
        {"operation": "*", "message": "\ud800"},
        {"operation": "UpdateLoggingConfiguration", "state": "CREATE_FAILED"},
        {"operation": "CreateLoggingConfiguration", "state": "ACTIVE"},
        {"operation": "*", "state": "CREATE_FAILED"},
        {"operation": "CreateRoom", "settle_seconds": 1},
        {"operation": "CreateLoggingConfiguration", "settle_seconds": -1},
    ],
)
def test_a_fault_of_another_form_is_refused(document: Any) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(document)


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete"])
def test_a_fault_may_let_a_logging_configuration_take_long_and_fail(verb: str) -> None:
    document = {"operation": f"{verb}LoggingConfiguration", "state": f"{verb.upper()}_FAILED", "settle_seconds": 2}

    assert from_json(document) == Fault(**document)  # type: ignore[arg-type]
