"""A control plane that is real: boto3 on a local service."""

from __future__ import annotations

import pytest

from pulumi_ivschat.aws.client import BotoControlPlane, shared_control_plane
from pulumi_ivschat.settings import Connection
from tests.conftest import LocalService


@pytest.fixture
def control_plane(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> BotoControlPlane:
    """Return the control plane of an empty local service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return shared_control_plane(Connection(endpoint_url=service.url, max_attempts=1))
