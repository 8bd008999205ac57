"""The endpoint's tests, on an IVS Chat service of this machine."""

import json

import pytest
from fastapi.testclient import TestClient
from websockets.sync.client import connect

from pulumi_ivschat.testing import IvsChat

from app import app, signed_in_user


@pytest.fixture
def client(ivschat_room: str, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client of the endpoint, as which ann is signed in."""
    assert ivschat_room  # IVSCHAT_ROOM_ARN is set to it
    monkeypatch.setitem(app.dependency_overrides, signed_in_user, lambda: "ann")
    return TestClient(app)


def test_a_member_may_write(client: TestClient, ivschat: IvsChat, ivschat_room: str) -> None:
    answer = client.post("/chat-token").json()

    with connect(answer["endpoint"], subprotocols=[answer["token"]]) as chat:
        chat.send(json.dumps({"Action": "SEND_MESSAGE", "Content": "hello"}))
        chat.recv(timeout=10)  # ann gets her own message back

    [message] = ivschat.messages(ivschat_room)
    assert (message["Sender"]["UserId"], message["Content"]) == ("ann", "hello")
    assert ivschat.calls() == ["CreateChatToken"]


def test_a_failure_of_aws_is_a_502(client: TestClient, ivschat: IvsChat) -> None:
    ivschat.fault("CreateChatToken", error="AccessDeniedException")

    assert client.post("/chat-token").status_code == 502


def test_a_user_who_is_not_signed_in_gets_no_token(ivschat: IvsChat) -> None:
    assert TestClient(app).post("/chat-token").status_code == 401
    assert ivschat.calls() == []
