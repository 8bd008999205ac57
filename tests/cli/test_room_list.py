"""Pages of rooms."""

from __future__ import annotations

import pytest

from pulumi_ivschat.cli.options import Access
from pulumi_ivschat.cli.room_list import listed
from pulumi_ivschat.errors import Invalid
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION


def test_what_aws_would_refuse_is_told_before_any_call() -> None:
    nowhere = Access(Connection(endpoint_url="http://127.0.0.1:1"), REGION, as_json=False)

    with pytest.raises(Invalid, match=r"name must be .*; message_review_handler_uri must be"):
        list(listed(nowhere, REGION, name="no name", message_review_handler_uri="x"))
