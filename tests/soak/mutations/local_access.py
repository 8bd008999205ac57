"""Bugs in who may reach the local service, and in what it gets of its user: names, signatures, credentials."""

from __future__ import annotations

import os
from typing import Any

import attrs

from tests.soak.mutations.mutation import bug
from tests.soak.mutations.places import (
    DATA_DIRECTORY,
    DISCOVERY,
    HOST_NAMES,
    SIGV4,
    TESTS_OF_DATA_DIRECTORY,
    TESTS_OF_DISCOVERY,
    TESTS_OF_HOST_NAMES,
    TESTS_OF_SIGNATURES,
)


@bug("*.DOMAIN accepts each name that ends with the domain", HOST_NAMES, "refusal", tests=TESTS_OF_HOST_NAMES)
def any_ending(right: Any, hosts: Any, allowed: Any) -> Any:
    endings = tuple(name.removeprefix("*.") for name in allowed if name.startswith("*."))
    if endings and any(host.partition(":")[0].endswith(endings) for host in hosts):
        return None
    return right(hosts, allowed)


@bug(
    "Behind a proxy that speaks https, the service refuses its own pages",
    HOST_NAMES,
    "is_allowed",
    tests=TESTS_OF_HOST_NAMES,
)
def plain_http_alone(right: Any, host: Any, allowed: Any) -> bool:
    del right, host, allowed
    return False


@bug("--clock-skew is ignored", SIGV4, "authenticate", tests=TESTS_OF_SIGNATURES)
def usual_skew(right: Any, received: Any, settings: Any, now: Any) -> Any:
    return right(received, attrs.evolve(settings, clock_skew=type(settings)().clock_skew), now)


@bug("A key whose time is over is accepted", SIGV4, "authenticate", tests=TESTS_OF_SIGNATURES)
def keys_never_expire(right: Any, received: Any, settings: Any, now: Any) -> Any:
    keys = {name: attrs.evolve(key, expires=None) for name, key in settings.access_keys.items()}
    return right(received, attrs.evolve(settings, access_keys=keys), now)


@bug("The service in the background gets AWS credentials", DISCOVERY, "environment", tests=TESTS_OF_DISCOVERY)
def inherited_credentials(right: Any) -> Any:
    del right
    return dict(os.environ)


@bug("Every user of the machine may read the log", DATA_DIRECTORY, "private", tests=TESTS_OF_DATA_DIRECTORY)
def readable_by_all(right: Any, path: Any, flags: Any) -> Any:
    file = right(path, flags)
    os.fchmod(file.fileno(), 0o644)
    return file


@bug("--allowed-host * accepts every name", HOST_NAMES, "allowed", tests=TESTS_OF_HOST_NAMES)
def every_name(right: Any, text: Any) -> Any:
    return "*." if text == "*" else right(text)
