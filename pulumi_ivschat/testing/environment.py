"""
The environment variables of code under test: it finds the local service, and no real credentials.

AWS's shared files are hidden as well, since a default profile may have credentials, an endpoint or a role of its own.
"""

from __future__ import annotations

import os
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from pulumi_ivschat.local.access_keys import LOCAL

DEFAULT_REGION: Final = "us-west-2"

REMOVED: Final = (
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",  # or AWS_ENDPOINT_URL_IVSCHAT would be ignored
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_SECURITY_TOKEN",
    "AWS_SESSION_TOKEN",
    "AWS_USE_DUALSTACK_ENDPOINT",  # botocore refuses this one and the next with an endpoint
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
)
"""Variables that would bring in credentials, or another endpoint."""


def region() -> str:
    """Return the region of code under test: `AWS_DEFAULT_REGION`, which botocore reads, else `AWS_REGION`, else a default."""
    return os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION") or DEFAULT_REGION


@contextmanager
def of_service(url: str) -> Iterator[None]:
    """Let code find the service at an address, with the access key `local`, until the end of the block."""
    with variables(changes_for(url)), _own_default_session():
        yield


def changes_for(url: str) -> dict[str, str | None]:
    """Return the variables that let code find the service at an address, and None for those to remove."""
    return {
        **dict.fromkeys(REMOVED),
        "AWS_ENDPOINT_URL_IVSCHAT": url,
        "PULUMI_IVSCHAT_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": LOCAL.id,
        "AWS_SECRET_ACCESS_KEY": LOCAL.secret,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": region(),
        "AWS_REGION": os.environ.get("AWS_REGION") or region(),
        **_without_proxy(),
    }


@contextmanager
def variables(changes: Mapping[str, str | None]) -> Iterator[None]:
    """Set environment variables, or remove those that are None, until the end of the block."""
    before = {name: os.environ.get(name) for name in changes}
    _apply(changes)
    try:
        yield
    finally:
        _apply(before)


def _apply(changes: Mapping[str, str | None]) -> None:
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _without_proxy() -> dict[str, str | None]:
    """Return variables that keep a proxy of the environment away from this machine."""
    proxies = urllib.request.getproxies_environment()
    if not proxies:
        return {}
    hosts = ",".join(filter(None, [proxies.get("no"), "127.0.0.1"]))
    return {"NO_PROXY": hosts, "no_proxy": hosts}


@contextmanager
def _own_default_session() -> Iterator[None]:
    """Let `boto3.client` look for credentials again at its next call, and again after the block."""
    before = _replace_default_session(None)
    try:
        yield
    finally:
        _replace_default_session(before)


def _replace_default_session(session: Any) -> Any:
    boto3: Any = sys.modules.get("boto3")
    if boto3 is None:
        return None
    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session
    return before
