"""AWS's own clients, unmodified, against one local service."""

# ruff: noqa: S310 - the service under test is asked over http

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from pulumi_ivschat.local import discovery
from tests.clients.messaging.runtime import Driver, driver, program

_CHECKOUT = Path(__file__).parents[2]
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}


@pytest.fixture(scope="session")
def _url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("clients") / "data"
    yield discovery.ensure(data).url
    discovery.stop(data)


@pytest.fixture
def url(_url: str) -> str:
    """Return the address of the service, emptied."""
    urllib.request.urlopen(urllib.request.Request(f"{_url}/_local/reset", method="POST")).close()
    return _url


@pytest.fixture
def fault(url: str) -> Callable[..., None]:
    """Return a function that makes the next calls of an operation fail."""

    def added(**fault: Any) -> None:
        request = urllib.request.Request(f"{url}/_local/faults", json.dumps(fault).encode(), method="POST")
        urllib.request.urlopen(request).close()

    return added


@pytest.fixture
def requests(url: str) -> Callable[[], list[str]]:
    """Return a function that gives the operations that the service was asked for."""

    def asked() -> list[str]:
        with urllib.request.urlopen(f"{url}/_local/requests") as answer:
            return [request["operation"] for request in json.load(answer)["requests"]]

    return asked


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run all tests in a browser on one worker, and all in Node: each worker would start it and play each scenario again."""
    for item in items:
        if runtime := _runtime(item):
            item.add_marker(pytest.mark.xdist_group(runtime))


def _runtime(item: pytest.Item) -> str | None:
    if not isinstance(item, pytest.Function):
        return None
    if "console" in item.fixturenames:
        return "chromium"
    runtime = item.callspec.params.get("runtime") if hasattr(item, "callspec") else None
    return runtime if isinstance(runtime, str) else None


@pytest.fixture
def client(url: str) -> Any:
    """Return a boto3 client that checks nothing itself."""
    return boto3.client(
        "ivschat",
        endpoint_url=url,
        region_name="us-west-2",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, proxies={}),
    )


@pytest.fixture
def environment(url: str, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a client in another process: the local service, and nothing of this user's AWS set-up."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **own,
        **_CREDENTIALS,
        "AWS_ENDPOINT_URL_IVSCHAT": url,
        "AWS_DEFAULT_REGION": "us-west-2",
        "AWS_REGION": "us-west-2",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def aws(environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs `aws ivschat …`."""
    program = Path(os.environ.get("PULUMI_IVSCHAT_TEST_AWS", _CHECKOUT / ".venv-awscli/bin/aws"))
    if not program.exists():
        pytest.fail(f"{program} is missing: make test-setup")

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(program), "ivschat", *arguments, "--output", "json"]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)

    return ran


@pytest.fixture
def node(environment: dict[str, str]) -> Callable[..., Any]:
    """Return a function that runs a script of this directory on Node, and returns the JSON that it prints."""
    program = shutil.which("node")
    if program is None or not (Path(__file__).parent / "node_modules/@aws-sdk/client-ivschat").exists():
        pytest.fail("Node.js or the packages in tests/clients/node_modules are missing: make test-setup")

    def ran(script: str, *arguments: str) -> Any:
        command = [str(program), str(Path(__file__).parent / script), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return ran


@pytest.fixture(scope="session")
def console() -> Iterator[Driver]:
    """Yield the people at the console, who share a browser; each scenario starts without any of their tabs."""
    with driver("../console.mjs", program("chromium")) as people:
        yield people
