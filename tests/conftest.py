"""What all tests share: a fresh interpreter, and a local service that runs as people run it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import attrs
import boto3
import pytest
from botocore.config import Config

from tests import canaries

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient

pytest_plugins = ["pytester"]

REGION = "us-west-2"
_SECRETS = {"AWS_SECRET_ACCESS_KEY": canaries.SECRET_KEY, "AWS_SESSION_TOKEN": canaries.SESSION_TOKEN}
ENGINEER: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "engineer", **_SECRETS}
"""The environment of somebody who may do everything."""
RESTRICTED: Mapping[str, str] = {"AWS_ACCESS_KEY_ID": "restricted", **_SECRETS}
"""The environment of somebody who may do what `LocalService.permit` says."""


@pytest.fixture
def run_python() -> Callable[[str], str]:
    """Return a function that runs code in a fresh interpreter and returns what it printed."""

    def run(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=120
        ).stdout.strip()

    return run


_KEYS = [tuple(environment.values()) for environment in (ENGINEER, RESTRICTED)]


@attrs.frozen
class LocalService:
    """A local service in a process of its own, as a test sees it."""

    url: str
    _process: subprocess.Popen[str]

    def client(self, region: str = REGION) -> IvschatClient:
        """Return a boto3 client: somebody who works behind Pulumi's back."""
        return boto3.client(
            "ivschat",
            region,
            endpoint_url=self.url,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106  the local service's own
            config=Config(retries={"total_max_attempts": 1}),
        )

    def calls(self) -> list[str]:
        """Return the operations called since the last `forget`, in their order."""
        return [request["operation"] for request in self.requests()]

    def requests(self) -> list[dict[str, Any]]:
        """Return the log of its requests."""
        requests: list[dict[str, Any]] = self._ask("GET", "/_local/requests")["requests"]
        return requests

    def reset(self) -> None:
        """Empty it: no rooms, no requests, no faults."""
        self._ask("POST", "/_local/reset")

    def fault(self, operation: str, **members: Any) -> None:
        """Let the next calls of *operation* go wrong."""
        self._ask("POST", "/_local/faults", {"operation": operation, **members})

    def faults(self) -> Any:
        """Return the faults that still wait for calls."""
        return self._ask("GET", "/_local/faults")["faults"]

    def drop_connections(self, **whose: str) -> Any:
        """Cut connections of the messaging API: all, or those to a *room*, or of a *user*."""
        return self._ask("DELETE", f"/_local/connections?{urlencode(whose)}")

    def review_at(self, arn: str, url: str) -> None:
        """Register *url* as the handler of a Lambda function."""
        self._ask("POST", "/_local/review-handlers", {"arn": arn, "url": url})

    def permit(self, *policies: str) -> None:
        """Let the restricted access key do what these IAM policies allow, and nothing else."""
        documents = [json.loads(policy) for policy in policies]
        self._ask("POST", "/_local/policies", {"access_key": RESTRICTED["AWS_ACCESS_KEY_ID"], "policies": documents})

    def stop(self) -> None:
        """Stop it, as SIGTERM does."""
        self._process.terminate()

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._ask("DELETE", "/_local/faults")

    def _ask(self, method: str, path: str, document: Any = None) -> Any:
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        connection.request(method, path, None if document is None else json.dumps(document))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status < 300, body
        return json.loads(body) if body else None


def is_gone(pid: int, seconds: float = 20.0) -> bool:
    """Return whether a process, of which this one is not the parent, ends within a time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@contextmanager
def serving(*options: str) -> Iterator[LocalService]:
    """Run a local service, in memory."""
    keys = [f"--access-key={':'.join([id_, secret, '0' * 12, token])}" for id_, secret, token in _KEYS]
    command = [sys.executable, "-m", "pulumi_ivschat", "local", "--memory", "--port", "0", *keys, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield LocalService(next(word for word in line.split() if word.startswith("http")), process)
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def running_service() -> Iterator[LocalService]:
    """Yield a local service for all tests of this process."""
    with serving() as service:
        yield service


@pytest.fixture
def service(running_service: LocalService) -> LocalService:
    """Return an empty local service."""
    running_service.reset()
    return running_service


def pytest_configure() -> None:
    """Let the commands that tests start hear Ctrl-C, also where the tests run in the background of a shell, which ignores it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that are marked `early` begin first; xdist keeps that order."""
    items.sort(key=lambda item: item.get_closest_marker("early") is None)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run after which an AWS secret is in any file that a test had written."""
    if hasattr(session.config, "workerinput"):
        return  # the process that started the workers looks, once all are done
    written = canaries.files(session.config._tmp_path_factory.getbasetemp())  # type: ignore[attr-defined]  # noqa: SLF001
    found = canaries.leaks(_SECRETS, written)
    reporter: Any = session.config.pluginmanager.getplugin("terminalreporter")
    for name, place in found:
        reporter.ensure_newline()
        reporter.write_line(f"{name} was written to {place}", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
