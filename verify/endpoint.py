"""The service that is asked: AWS, a local service that is started for the run, or one that runs already."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import attrs
import boto3
from botocore.config import Config

from pulumi_ivschat.local.access_keys import LOCAL
from pulumi_ivschat.model.service_model import REGIONS

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient

AWS: Final = "aws"
LOCAL_SERVICE: Final = "local"
REGION: Final = "us-west-2"
AWS_RATE: Final = 2.0
"""Calls of the control plane a second that AWS gets from a run."""
FRAME_RATE: Final = 5.0
"""Frames and connections of chat clients a second that AWS gets from a run; it takes ten a second over one connection."""
REVIEW_TIMEOUT: Final = 0.7
"""Seconds that the local service waits for a review: more than AWS's 0.2, so that a busy machine does not count as an answer."""
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")


@attrs.frozen
class Endpoint:
    """
    Where calls go: *url* is None for AWS.

    *rate* is in calls a second, *frame_rate* in frames and connections a second, None if nothing limits it. *logs* is
    the folder of delivered records, if this machine has it.
    """

    region: str
    messaging_url: str
    url: str | None = None
    rate: float | None = None
    frame_rate: float | None = None
    logs: Path | None = None
    profile: str | None = None

    def session(self) -> boto3.Session:
        """Return a session: the person's own for AWS, the local service's access key otherwise."""
        if self.url is None:
            return boto3.Session(profile_name=self.profile, region_name=self.region)
        return boto3.Session(LOCAL.id, LOCAL.secret, region_name=self.region)

    def client(self) -> IvschatClient:
        """Return a client that makes each call once, and checks nothing before AWS does."""
        config: dict[str, Any] = {"retries": {"total_max_attempts": 1}, "parameter_validation": False}
        if self.url is None:
            config["ignore_configured_endpoint_urls"] = True
        else:
            config["proxies"] = {}
        return self.session().client("ivschat", endpoint_url=self.url, config=Config(**config))

    @property
    def control_plane_url(self) -> str:
        """The address of the control plane."""
        return self.url or f"https://ivschat.{self.region}.amazonaws.com"


def of_aws(region: str, profile: str | None = None) -> Endpoint:
    """Return AWS's endpoint in a region; raise ValueError if IVS Chat is not there."""
    if region not in REGIONS:
        msg = f"{region} does not have IVS Chat. Use one of {', '.join(REGIONS)}."
        raise ValueError(msg)
    return Endpoint(
        region, f"wss://edge.ivschat.{region}.amazonaws.com", rate=AWS_RATE, frame_rate=FRAME_RATE, profile=profile
    )


def region_of_aws(region: str | None = None, profile: str | None = None) -> str:
    """Return the region that a run asks on AWS: the one that is given, else the profile's or environment's."""
    return region or boto3.Session(profile_name=profile).region_name or REGION


def running_at(url: str) -> Endpoint:
    """Return the endpoint of a local service that runs; raise ValueError for an address of another machine."""
    if urlsplit(url).scheme != "http" or urlsplit(url).hostname not in _LOOPBACK:
        msg = f"{url} is not the address of a local service. Use local, aws, or an address such as http://127.0.0.1:40123."
        raise ValueError(msg)
    return Endpoint(REGION, url.replace("http", "ws", 1), url)


@contextmanager
def local_service() -> Iterator[Endpoint]:
    """Run a local service in memory until the end of the block, and yield its endpoint."""
    with tempfile.TemporaryDirectory() as logs:
        options = ["--memory", "--port", "0", "--logs", logs, "--review-timeout", str(REVIEW_TIMEOUT)]
        command = [sys.executable, "-m", "pulumi_ivschat", "local", *options]
        with subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            [*command, "--parent", str(os.getpid())], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            try:
                yield attrs.evolve(running_at(_address(process)), logs=Path(logs))
            finally:
                process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 - for type checkers
    line = process.stdout.readline()
    address = next((word for word in line.split() if word.startswith("http://")), None)
    if address is None:
        _, reasons = process.communicate()
        msg = f"the local service did not start: {reasons.strip()}"
        raise RuntimeError(msg)
    return address


@contextmanager
def found(name: str, region: str | None = None, profile: str | None = None) -> Iterator[Endpoint]:
    """Yield the endpoint of a name: `local`, `aws`, or the address of a local service that runs."""
    if name == LOCAL_SERVICE:
        with local_service() as endpoint:
            yield endpoint
    elif name == AWS:
        yield of_aws(region_of_aws(region, profile), profile)
    else:
        yield running_at(name)
