"""A local service on which logging configurations take a moment, and credentials for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import LocalService, serving

OPTIONS = ("--logging-delay", "0.02")
"""Long enough for a command to wait, and ask again."""


@pytest.fixture(scope="session")
def unhurried_service() -> Iterator[LocalService]:
    """Yield a local service for all tests of this process."""
    with serving(*OPTIONS) as service:
        yield service


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
