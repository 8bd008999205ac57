"""A Lambda function that issues a token by plain boto3: nobody is asked who they are, and no value is checked."""

from __future__ import annotations

import json
import os
from typing import Any

import boto3

_CLIENT = boto3.client("ivschat")


def handler(event: Any, context: object) -> dict[str, Any]:
    """Answer with a token."""
    del event, context
    answer = _CLIENT.create_chat_token(
        roomIdentifier=os.environ["IVSCHAT_ROOM_ARN"],
        userId="ann",
        capabilities=["SEND_MESSAGE"],
        attributes={"name": "ann"},
    )
    times = {name: answer[name].isoformat() for name in ("tokenExpirationTime", "sessionExpirationTime")}
    return {"statusCode": 200, "body": json.dumps({"token": answer["token"], **times})}
