"""What a benchmark gives, and the local service that some of them run."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
import boto3
from botocore.config import Config

REGION = "us-west-2"


@attrs.frozen
class Figure:
    """
    One measured number, beside the baselines of the same run, if any.

    Attributes:
        no_op: what a resource takes that does nothing.
        bare: what the same calls take by plain boto3.
        at_most: the target for the value.
        ratio_at_most: the target for the value over `bare`.
        no_op_ratio_at_most: the target for the value over `no_op`.
    """

    benchmark: str
    name: str
    value: float
    unit: str
    no_op: float | None = None
    bare: float | None = None
    at_most: float | None = None
    ratio_at_most: float | None = None
    no_op_ratio_at_most: float | None = None

    @property
    def ratio(self) -> float | None:
        """The value over the bare one."""
        return round(self.value / self.bare, 3) if self.bare else None

    @property
    def target(self) -> str:
        """The targets, and whether they are met; "" if there is none."""
        over_no_op = round(self.value / self.no_op, 3) if self.no_op else None
        aims = (
            ("", self.value, self.at_most),
            ("ratio ", self.ratio, self.ratio_at_most),
            ("over no-op ", over_no_op, self.no_op_ratio_at_most),
        )
        return "; ".join(
            _outcome(name, actual, limit) for name, actual, limit in aims if actual is not None and limit is not None
        )


def _outcome(name: str, actual: float, limit: float) -> str:
    shown = f"{actual:g} " if name.startswith("over") else ""  # the other values have columns
    return f"{name}{shown}≤ {limit:g}: {'met' if actual <= limit else 'missed'}"


@attrs.frozen
class Server:
    """A server in a process of its own."""

    url: str
    pid: int

    def memory(self) -> int:
        """Return its resident memory in bytes."""
        return 1024 * status(self.pid, "VmRSS")

    def processor_seconds(self) -> float:
        """Return the processor time that all threads of the process have used, those that have ended too."""
        clock = (~self.pid << 3) | 2  # as clock_getcpuclockid(3) of Linux numbers the clocks of processes
        return time.clock_gettime(clock)


@attrs.frozen
class LocalService(Server):
    """A local service in a process of its own."""

    def client(self, **config: Any) -> Any:
        """Return a boto3 client of it."""
        return boto3.client(
            "ivschat",
            REGION,
            endpoint_url=self.url,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106  the local service's own
            config=Config(proxies={}, **config),
        )

    def calls(self) -> list[str]:
        """Return the operations that were called, of the latest 10,000 requests."""
        with urllib.request.urlopen(f"{self.url}/_local/requests") as answer:  # noqa: S310  it is http
            return [request["operation"] for request in json.load(answer)["requests"]]

    def ask(self, method: str, path: str, document: object = None) -> None:
        """Ask something below `/_local`."""
        body = json.dumps(document).encode() if document else None
        request = urllib.request.Request(self.url + path, body, method=method)  # noqa: S310  it is http
        urllib.request.urlopen(request).close()  # noqa: S310


def status(pid: int, name: str) -> int:
    """Return a number of a process's status, such as VmRSS in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


@contextmanager
def local_service(*arguments: str) -> Iterator[LocalService]:
    """Run a local service, in memory unless *arguments* show where, and stop it in the end."""
    memory = [] if "--data" in arguments else ["--memory"]
    with server("-m", "pulumi_ivschat", "local", "--port", "0", *memory, *arguments) as started:
        yield LocalService(started.url, started.pid)


@contextmanager
def server(*arguments: str, input: bytes = b"", python: str = sys.executable) -> Iterator[Server]:  # noqa: A002
    """Run a Python program that reads *input* and prints its URL as the last word of a line, and stop it in the end."""
    with subprocess.Popen([python, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None  # noqa: S101  both are pipes
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(input)
            process.stdin.close()
            yield Server(process.stdout.readline().decode().split()[-1], process.pid)
        finally:
            process.terminate()


def allow_many_connections() -> None:
    """Raise this process's own limit of open files to what it may be."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def percentile(values: list[float], share: float) -> float:
    """Return the value below which *share* (0 to 1) of the values are."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
