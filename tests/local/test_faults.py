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
