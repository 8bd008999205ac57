"""The boto3 clients of a service, one for each region and process."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from pulumi_ivschat import forks
from pulumi_ivschat.local.access_keys import LOCAL

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient


def client_for(url: str, region: str) -> IvschatClient:
    """Return a client with the access key `local`; it makes each call once, and uses no profile and no proxy."""
    return _client(url, region, forks.process())


@functools.lru_cache(maxsize=32)
def _client(url: str, region: str, _: tuple[int, int]) -> IvschatClient:
    import boto3  # noqa: PLC0415 - takes longer to load than all the rest
    from botocore.config import Config  # noqa: PLC0415
    from botocore.session import Session  # noqa: PLC0415

    session = boto3.Session(
        aws_access_key_id=LOCAL.id,
        aws_secret_access_key=LOCAL.secret,
        botocore_session=Session(session_vars={"profile": (None, None, None, None)}),
    )
    options: dict[str, Any] = {"retries": {"total_max_attempts": 1}, "proxies": {}}
    return session.client("ivschat", region, endpoint_url=url, config=Config(**options))
