"""State backends as people run them: a directory, a PostgreSQL server, an S3-compatible store."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
S3_PYTHON = ROOT / ".venv-s3" / "bin" / "python"
_SECONDS = 60
_BUCKET = "state"


@contextmanager
def directory() -> Iterator[str]:
    """Yield the URL of a state backend in a directory."""
    with tempfile.TemporaryDirectory() as place:
        yield f"file://{place}"


@contextmanager
def postgresql() -> Iterator[str]:
    """Yield the URL of a state backend in a PostgreSQL server of its own."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as place:
        options = _not_as_root(Path(place))
        initdb = [_program("initdb"), "--pgdata", place, "--username=pulumi", "--auth=trust", "--no-sync"]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **options)
        listening = ["-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off"]
        with _running([_program("postgres"), "-D", place, *listening], port, **options):
            yield f"postgres://pulumi@127.0.0.1:{port}/postgres?sslmode=disable"


@contextmanager
def s3() -> Iterator[str]:
    """Yield the URL of a state backend in a bucket of an S3-compatible server of its own."""
    if not S3_PYTHON.exists():
        pytest.fail("no S3-compatible server: run `make test-setup`")
    port = _free_port()
    command = [str(S3_PYTHON), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with _running(command, port):
        endpoint = f"http://127.0.0.1:{port}"
        _make_bucket(endpoint)
        yield f"s3://{_BUCKET}?endpoint={endpoint}&s3ForcePathStyle=true&region=us-east-1&response_checksum_validation=when_required"


BACKENDS: dict[str, Callable[[], Any]] = {"directory": directory, "postgresql": postgresql, "s3": s3}


def _make_bucket(endpoint: str) -> None:
    import boto3  # noqa: PLC0415  only this backend needs it

    credentials = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    boto3.client("s3", "us-east-1", endpoint_url=endpoint, **credentials).create_bucket(Bucket=_BUCKET)  # type: ignore[call-overload]


@contextmanager
def _running(command: Sequence[str], port: int, **options: Any) -> Iterator[None]:
    """Run a server, from when it answers on *port* until the block ends."""
    with tempfile.TemporaryFile() as log, subprocess.Popen(command, stdout=log, stderr=log, **options) as server:
        try:
            _await(server, port)
            yield
        except ConnectionError:
            log.seek(0)
            sys.stderr.write(log.read().decode())
            raise
        finally:
            server.terminate()


def _await(server: subprocess.Popen[Any], port: int) -> None:
    deadline = time.monotonic() + _SECONDS
    while not _answers(port):
        if server.poll() is not None or time.monotonic() > deadline:
            msg = f"{server.args!r} does not answer"
            raise ConnectionError(msg)
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _program(name: str) -> str:
    """Return a program of PostgreSQL's server, which Debian keeps off the PATH."""
    found = shutil.which(name) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), default=None)
    if found is None:
        pytest.fail("no PostgreSQL server: run `make test-setup`")
    return found


def _not_as_root(place: Path) -> dict[str, Any]:
    """Return what makes a process of ours run as somebody who may own *place*: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(place, "nobody")
    return {"user": "nobody", "cwd": place}
