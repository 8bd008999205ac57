"""The settings of the local service, with their defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Final, TypeAlias

import attrs

from pulumi_ivschat.local import access_keys, handlers, host_names
from pulumi_ivschat.local.iam_policies import Policy
from pulumi_ivschat.model.service_model import REGIONS

Clock: TypeAlias = Callable[[], datetime]

# The messaging SDK refreshes 30 s before a token that lives 60 s or less expires: from 30 s down it reconnects in a loop.
# A token loses part of a second, since it expires at a whole one.
SHORTEST_TOKEN_LIFETIME: Final = 32
TOKEN_LIFETIME: Final = 60
LONGEST_TOKEN_LIFETIME: Final = 180 * 60
"""Seconds of the longest session: no token lives longer than its session."""
LONGEST_LOGGING_DELAY: Final = 3600
CLOCK_SKEW: Final = 300
"""Seconds that a signature's time may differ from the service's, as on AWS."""

# Of an account in a region; service-quotas.html of the IVS Chat user guide.
RESOURCE_QUOTAS: Final[Mapping[str, int]] = {"room": 50_000, "logging-configuration": 10}


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(timezone.utc)


def _allowed(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(map(host_names.allowed, names))


def _of_known_keys(settings: Settings, _: Any, policies: Mapping[str, Sequence[Policy]]) -> None:
    if unknown := sorted(policies.keys() - settings.access_keys.keys()):
        msg = f"a policy is for an access key, and {unknown[0]!r} is not one"
        raise ValueError(msg)


@attrs.frozen
class ReviewHandler:
    """
    The code that runs instead of a Lambda function that reviews messages.

    IVS Chat may invoke it *permission_after* seconds after a room first names it: a new permission takes time on AWS.
    """

    target: handlers.Target
    permission_after: float = 0.0


@attrs.frozen
class Settings:
    """
    The settings of a service.

    *largest_body* is in bytes; *slowest_request*, *clock_skew*, *token_lifetime*, *logging_delay* and *review_timeout* are in
    seconds. *review_handlers* are by ARN, *policies* by the id of an access key. *logging_delay* is how long a logging
    configuration is CREATING, UPDATING or DELETING. Below *logs* each destination has a folder; None: nothing is delivered.
    *account_rates* are what an account may do a second in a region, by operation and action; what they omit is not counted.
    *allowed_hosts* are accepted in Host beside the names of the loopback address.
    """

    regions: tuple[str, ...] = REGIONS
    access_keys: Mapping[str, access_keys.AccessKey] = attrs.field(factory=lambda: access_keys.by_id(()))
    resource_quotas: Mapping[str, int] = attrs.field(default=RESOURCE_QUOTAS)
    account_rates: Mapping[str, int] = attrs.field(factory=dict)
    largest_body: int = 256 * 1024
    slowest_request: float = 20.0
    clock_skew: int = CLOCK_SKEW
    token_lifetime: int = attrs.field(
        default=TOKEN_LIFETIME,
        validator=[attrs.validators.ge(SHORTEST_TOKEN_LIFETIME), attrs.validators.le(LONGEST_TOKEN_LIFETIME)],
    )
    review_handlers: Mapping[str, ReviewHandler] = attrs.field(factory=dict)
    review_timeout: float = attrs.field(default=handlers.TIMEOUT, validator=attrs.validators.gt(0))
    logging_delay: float = attrs.field(
        default=0.0, validator=[attrs.validators.ge(0), attrs.validators.le(LONGEST_LOGGING_DELAY)]
    )
    logs: Path | None = None
    allowed_hosts: tuple[str, ...] = attrs.field(default=(), converter=_allowed)
    policies: Mapping[str, Sequence[Policy]] = attrs.field(factory=dict, validator=_of_known_keys)
