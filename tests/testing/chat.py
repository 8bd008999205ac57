"""A chat client, as tests of these modules need one."""

from __future__ import annotations

import json
from typing import Any

from websockets import Subprotocol
from websockets.sync.client import connect

from pulumi_ivschat.runtime import create_chat_token
from pulumi_ivschat.testing import IvsChat


def answer_to(service: IvsChat, room: str, content: str) -> dict[str, Any]:
    """Send a message as ann, and return the frame that ann gets."""
    token = create_chat_token(room, "ann", capabilities=["SEND_MESSAGE"]).token
    with connect(service.ws_url, subprotocols=[Subprotocol(token)]) as chat:
        chat.send(json.dumps({"Action": "SEND_MESSAGE", "Content": content}))
        frame: dict[str, Any] = json.loads(chat.recv(20))
        return frame
