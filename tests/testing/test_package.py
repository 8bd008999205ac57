"""`local_service`, for test runners other than pytest."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

import pytest

from pulumi_ivschat import runtime
from pulumi_ivschat.testing import LocalServiceError, local_service


def test_a_service_runs_for_a_block_and_the_environment_names_it() -> None:
    before = dict(os.environ)

    with local_service() as service:
        room = service.create_room()
        assert runtime.create_chat_token(room, "ann").token
        assert service.calls() == ["CreateChatToken"]
        place = urlsplit(service.url)

    assert dict(os.environ) == before
    with socket.socket() as connection:
        assert connection.connect_ex((place.hostname, place.port)) != 0


def test_a_service_that_is_gone_does_not_answer() -> None:
    with local_service() as service:
        pass

    with pytest.raises(LocalServiceError, match="has ended with exit code"):
        service.calls()
