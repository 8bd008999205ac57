"""Policy documents as outputs: those of `iam`, for ARNs that are known later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.output import UNKNOWN

from pulumi_ivschat import iam
from pulumi_ivschat.program.policies import issuer_policy_output, moderator_policy_output

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
OTHER = "arn:aws:ivschat:eu-west-1:000000000000:room/mnopqrstuvwx"


def resolved(policy: Callable[..., pulumi.Output[str]], *arns: Any) -> tuple[str | None, bool, bool]:
    """Return a policy's value, whether it is known, and whether it is secret; the ARNs arrive as outputs."""

    async def resolve() -> tuple[str | None, bool, bool]:
        output = policy(*map(pulumi.Output.from_input, arns))
        return await output.future(), await output.is_known(), await output.is_secret()

    return asyncio.run(resolve())


@pytest.mark.parametrize(
    ("output", "policy"),
    [(issuer_policy_output, iam.issuer_policy), (moderator_policy_output, iam.moderator_policy)],
)
def test_a_policy_for_rooms_to_come_is_the_one_for_rooms_that_are_there(
    output: Callable[..., pulumi.Output[str]], policy: Callable[..., str]
) -> None:
    assert resolved(output, ROOM, OTHER) == (policy(ROOM, OTHER), True, False)


def test_a_policy_for_a_room_that_is_unknown_is_unknown() -> None:
    assert resolved(issuer_policy_output, ROOM, UNKNOWN) == (None, False, False)


@pytest.mark.parametrize(
    ("arns", "shown"), [((), "there is no room"), (("lobby",), r"room_arns\[0\] is not a room ARN")]
)
def test_what_is_not_a_room_is_an_error_without_traceback(arns: tuple[str, ...], shown: str) -> None:
    with pytest.raises(pulumi.RunError, match=shown):
        resolved(moderator_policy_output, *arns)
