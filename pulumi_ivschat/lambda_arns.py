"""The ARNs of Lambda functions that review messages, and the rule about them that the service model does not have."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

_FUNCTION: Final = re.compile(
    r"arn:[a-z-]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):function:(?P<name>[^:]+)(:(?P<qualifier>.+))?"
)


@attrs.frozen
class FunctionArn:
    """The parts of a function's ARN; *qualifier* is a version or an alias."""

    region: str
    account: str
    name: str
    qualifier: str | None = None

    @classmethod
    def parse(cls, arn: Any) -> FunctionArn | None:
        """Return the parts of an ARN, or None if it is not the ARN of a function."""
        found = _FUNCTION.fullmatch(arn) if isinstance(arn, str) else None
        return cls(**found.groupdict()) if found else None


def misplaced(arn: Any, region: Any, account: str | None = None) -> str | None:
    """
    Return why a room in *region* and *account* cannot use a function, or None if it can or that is not known.

    AWS: the function must be in the same account and region as the room (chat-message-review-handler.html).
    """
    function = FunctionArn.parse(arn)
    if function is None:
        return None
    if isinstance(region, str) and function.region != region:
        return f"must be a Lambda function in the room's region {region}, not in {function.region}"
    if account is not None and function.account != account:
        return f"must be a Lambda function in the room's account {account}, not in {function.account}"
    return None
