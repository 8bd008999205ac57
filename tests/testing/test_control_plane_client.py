"""The boto3 clients of a service."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from botocore.exceptions import ClientError

from pulumi_ivschat.testing import IvsChat
from pulumi_ivschat.testing.control_plane_client import client_for


def test_a_client_is_made_once_for_each_region(ivschat: IvsChat) -> None:
    clients = [client_for(ivschat.url, region) for region in ("us-west-2", "us-west-2", "eu-west-1")]

    assert clients[0] is clients[1]
    assert [client.meta.region_name for client in clients] == ["us-west-2", "us-west-2", "eu-west-1"]


def test_a_client_makes_each_call_once(ivschat: IvsChat) -> None:
    ivschat.fault("ListRooms", error="ThrottlingException")

    with pytest.raises(ClientError, match="ThrottlingException"):
        ivschat.client.list_rooms()

    assert ivschat.calls() == ["ListRooms"]


def test_a_client_needs_neither_profile_nor_proxy(ivschat: IvsChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "unknown")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert client_for(ivschat.url, "ap-south-1").list_rooms()["rooms"] == []


FORKED = """
import os
from pulumi_ivschat.testing.control_plane_client import client_for
mine = client_for("http://127.0.0.1:9", "us-west-2")
child = os.fork()
if not child:
    os._exit(client_for("http://127.0.0.1:9", "us-west-2") is mine)
print(os.waitpid(child, 0)[1])
"""


def test_a_forked_process_has_a_client_of_its_own(run_python: Callable[[str], str]) -> None:
    assert run_python(FORKED) == "0"
