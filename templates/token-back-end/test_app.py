import json

import pytest
from fastapi.testclient import TestClient
from websockets.sync.client import connect

from app import app, signed_in_user


@pytest.fixture
def client(ivschat_room):
    app.dependency_overrides[signed_in_user] = lambda: "ann"
    return TestClient(app)


def test_a_member_may_write(client, ivschat, ivschat_room):
    token = client.post("/chat-token").json()["token"]

    with connect(ivschat.ws_url, subprotocols=[token]) as chat:
        chat.send(json.dumps({"Action": "SEND_MESSAGE", "Content": "hello"}))
        chat.recv(timeout=10)  # ann gets her own message back

    [message] = ivschat.messages(ivschat_room)
    assert (message["Sender"]["UserId"], message["Content"]) == ("ann", "hello")
    assert ivschat.calls() == ["CreateChatToken"]


def test_a_failure_of_aws_is_a_502(client, ivschat):
    ivschat.fault("CreateChatToken", error="AccessDeniedException")

    assert client.post("/chat-token").status_code == 502
