"""
The policy documents of `iam` as outputs, for rooms whose ARN a program does not know yet.

    policy = issuer_policy_output(lobby.arn)  # the `policy` of an aws.iam.RolePolicy
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import pulumi

from pulumi_ivschat import iam
from pulumi_ivschat.program import mocks
from pulumi_ivschat.program.run_errors import as_run_error


def issuer_policy_output(*room_arns: pulumi.Input[str]) -> pulumi.Output[str]:
    """Return the policy document for issuing chat tokens for these rooms, and for nothing else."""
    return _output(iam.issuer_policy, room_arns)


def moderator_policy_output(*room_arns: pulumi.Input[str]) -> pulumi.Output[str]:
    """Return the policy document for sending events, deleting messages and disconnecting users in these rooms."""
    return _output(iam.moderator_policy, room_arns)


def _output(policy: Callable[..., str], room_arns: Sequence[pulumi.Input[str]]) -> pulumi.Output[str]:
    def document(known: Sequence[Any]) -> str:
        with as_run_error():
            return _of_mocks(policy, known) if known and mocks.in_use() else policy(*known)

    return pulumi.Output.all(*room_arns).apply(document)


def _of_mocks(policy: Callable[..., str], ids: Sequence[str]) -> str:
    """Return the policy document for the ids of mocks, which need not be ARNs."""
    document = json.loads(policy("arn:aws:ivschat:us-west-2:000000000000:room/mocked"))
    for statement in document["Statement"]:
        statement["Resource"] = [*dict.fromkeys(ids)]
    return json.dumps(document)
