"""How often something may happen, second by second."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from pulumi_ivschat.local.quotas import ACCOUNT_RATES, AccountRates, RateLimit

NOW = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_so_many_pass_in_a_second_and_no_more() -> None:
    limit = RateLimit()

    assert [limit.take(after(number / 10), 3) for number in range(5)] == [True, True, True, False, False]


def test_any_second_counts_not_only_whole_ones() -> None:
    limit = RateLimit()
    for seconds in (0.0, 0.9, 0.95):
        limit.take(after(seconds), 3)

    assert [limit.take(after(seconds), 3) for seconds in (0.99, 1.0, 1.1, 1.9)] == [False, True, False, True]


def test_what_is_refused_does_not_count() -> None:
    limit = RateLimit()
    limit.take(NOW, 1)
    for number in range(1, 10):
        limit.take(after(number / 10), 1)

    assert limit.take(after(1), 1)


def test_a_rate_that_was_lowered_counts_at_once() -> None:
    limit = RateLimit()
    for _ in range(5):
        limit.take(NOW, 10)

    assert not limit.take(after(0.5), 5)


def test_a_clock_that_was_set_back_keeps_nobody_waiting() -> None:
    limit = RateLimit()
    limit.take(NOW, 1)

    assert limit.take(after(-3600), 1)


def test_each_account_region_and_operation_is_counted_by_itself() -> None:
    rates = AccountRates({"GetRoom": 1, "ListRooms": 1})
    places = [("1", "us-west-2", "GetRoom"), ("2", "us-west-2", "GetRoom"), ("1", "eu-west-1", "GetRoom")]
    places.append(("1", "us-west-2", "ListRooms"))

    assert [rates.take(*place, NOW) for place in places * 2] == [True] * 4 + [False] * 4


def test_what_has_no_rate_is_not_counted() -> None:
    assert all(AccountRates({}).take("1", "us-west-2", "GetRoom", NOW) for _ in range(1000))


def test_what_is_forgotten_does_not_count() -> None:
    rates = AccountRates({"GetRoom": 1})
    rates.take("1", "us-west-2", "GetRoom", NOW)
    rates.clear()

    assert rates.take("1", "us-west-2", "GetRoom", NOW)


def test_messages_of_an_account_are_among_awss_quotas() -> None:
    assert (ACCOUNT_RATES["SendMessage"], ACCOUNT_RATES["GetRoom"]) == (1000, 5)
