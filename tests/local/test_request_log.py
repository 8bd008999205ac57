"""The request log alone."""

from __future__ import annotations

from pulumi_ivschat.local.request_log import Request, RequestLog


def test_requests_are_numbered_in_order_newest_last() -> None:
    log = RequestLog()
    for operation in ("A", "B", "C"):
        log.add(Request(time="t", operation=operation))

    assert [(request.number, request.operation) for request in log.after(1)] == [(2, "B"), (3, "C")]


def test_only_the_latest_are_kept() -> None:
    log = RequestLog(size=2)
    for _ in range(5):
        log.add(Request(time="t"))

    assert [request.number for request in log.after(0)] == [4, 5]


def test_numbers_go_on_after_a_clear() -> None:
    log = RequestLog()
    log.add(Request(time="t"))

    log.clear()
    log.add(Request(time="t"))

    assert [request.number for request in log.after(0)] == [2]


def test_an_observer_sees_a_request_once_it_has_its_number() -> None:
    shown: list[int] = []
    log = RequestLog()
    log.observe(lambda request: shown.append(request.number))

    log.add(Request(time="t"))

    assert shown == [1]
