"""What a benchmark gives, and the local service that some of them run."""

from __future__ import annotations

import subprocess
import sys
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
    """One measured number."""

    benchmark: str
    name: str
    value: float
    unit: str


@attrs.frozen
class LocalService:
    """A local service in a process of its own."""

    url: str
    pid: int

    def client(self, **config: Any) -> Any:
        """Give a boto3 client of it."""
        return boto3.client(
            "ivschat",
            REGION,
            endpoint_url=self.url,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106  the local service's own
            config=Config(proxies={}, **config),
        )

    def memory(self) -> int:
        """Give its resident memory in bytes."""
        return 1024 * self._status("VmRSS")

    def _status(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(name))

    def processor_seconds(self) -> float:
        """Give the processor time that it has used."""
        fields = Path(f"/proc/{self.pid}/schedstat").read_text(encoding="utf-8").split()
        return int(fields[0]) / 1e9


@contextmanager
def local_service(*arguments: str) -> Iterator[LocalService]:
    """Run a local service in memory, and stop it in the end."""
    command = [sys.executable, "-m", "pulumi_ivschat", "local", "--memory", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101  it is a pipe
        try:
            yield LocalService(process.stdout.readline().split()[-1], process.pid)
        finally:
            process.terminate()


def percentile(values: list[float], share: float) -> float:
    """Give the value below which *share* (0 to 1) of the values are."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
