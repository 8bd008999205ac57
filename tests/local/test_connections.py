"""Dropping connections."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pulumi_ivschat.local.connections import Dropped, drop


def test_a_connection_that_is_not_one_of_the_server_s_is_dropped_by_raising() -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    with pytest.raises(Dropped):
        asyncio.run(drop({"server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2)}, receive))
