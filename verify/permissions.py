"""The IAM policy of a run on AWS: the least that it needs."""

from __future__ import annotations

import json
from typing import Any, Final

from pulumi_ivschat import iam

_CHAT: Final = ("SendEvent", "DeleteMessage", "DisconnectUser")


def policy(account: str = "*", region: str = "*", *, logs: bool = False) -> str:
    """
    Return the policy as JSON; *logs* adds logging configurations and what AWS does for them in the caller's name.

    Logging configurations need their own operations even without a log group: the questions name some that do not exist.
    """
    document = json.loads(
        iam.deployer_policy(account=account, region=region, logging_configurations=logs, chat_tokens=True)
    )
    rooms = f"arn:aws:ivschat:{region}:{account}:room/*"
    document["Statement"].append(_statement("UseChat", _CHAT, rooms))
    if not logs:
        configurations = f"arn:aws:ivschat:{region}:{account}:logging-configuration/*"
        document["Statement"].append(_statement("LookForLogs", ("ListLoggingConfigurations",), configurations))
    return json.dumps(document, indent=2)


def _statement(sid: str, operations: tuple[str, ...], resource: str) -> dict[str, Any]:
    actions = [f"ivschat:{operation}" for operation in operations]
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": [resource]}
