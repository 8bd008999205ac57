"""The quotas of calls a second, beside the table in AWS's documentation."""

from __future__ import annotations

import pytest

from pulumi_ivschat.call_rates import CALL_RATES
from pulumi_ivschat.service_model import operations


@pytest.mark.parametrize(
    ("rate", "named"),
    [
        (3, {f"{verb}LoggingConfiguration" for verb in ("Create", "Get", "Update", "Delete")}),
        (3, {"ListLoggingConfigurations"}),
        (5, {"CreateRoom", "GetRoom", "UpdateRoom", "DeleteRoom", "ListRooms"}),
        (10, {"TagResource", "UntagResource", "ListTagsForResource"}),
        (100, {"DeleteMessage", "DisconnectUser", "SendEvent"}),
        (200, {"CreateChatToken"}),
    ],
)
def test_an_operation_has_the_rate_of_its_group(rate: int, named: set[str]) -> None:
    assert {CALL_RATES[operation] for operation in named} == {rate}


def test_every_operation_has_a_rate() -> None:
    assert CALL_RATES.keys() == operations().keys()
