"""Finding, starting and stopping: real processes, each with a data directory of its own."""

# ruff: noqa: S310 - the service under test is asked over http

from __future__ import annotations

import ast
import http.server
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pulumi_ivschat.local import data_directory, discovery
from pulumi_ivschat.local.data_directory import LocalServiceError, Running


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _ensuring(data: Path, shown: str) -> list[str]:
    """Return a command that ensures a service and prints one attribute of it."""
    code = (
        "from pathlib import Path; from pulumi_ivschat.local import discovery\n"
        f"print(discovery.ensure(Path({str(data)!r})).{shown})"
    )
    return [sys.executable, "-c", code]


def _environment(process: int) -> str:
    return Path(f"/proc/{process}/environ").read_text(encoding="utf-8", errors="replace")


def _listens(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as connection:
        return connection.connect_ex((host, int(port))) == 0


@pytest.fixture
def impostor(data: Path) -> Iterator[Running]:
    """Something else that listens where a service that was killed had said it is."""
    code = (
        "import http.server, socketserver\n"
        "with socketserver.TCPServer(('127.0.0.1', 0), http.server.SimpleHTTPRequestHandler) as s:\n"
        "    print(s.server_address[1], flush=True); s.serve_forever()\n"
    )
    data.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=data
    )
    assert process.stdout is not None
    shown = Running(f"http://127.0.0.1:{int(process.stdout.readline())}", process.pid, "gone", "0", str(data))
    (data / "service.json").write_text(json.dumps(shown.__dict__))
    yield shown
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize("module", [discovery, data_directory], ids=lambda module: module.__name__)
def test_the_core_can_import_it_without_the_extra(module: ModuleType) -> None:
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    ours = {node.module: {alias.name for alias in node.names} for node in froms if "ivschat" in str(node.module)}
    others = {str(node.module) for node in froms} - ours.keys() | names

    assert {name.partition(".")[0] for name in others} <= sys.stdlib_module_names
    assert ours.keys() <= {"pulumi_ivschat", "pulumi_ivschat.local.data_directory"}
    assert ours.get("pulumi_ivschat", set()) <= {"forks"}


def test_nothing_runs_if_nothing_was_started(data: Path) -> None:
    assert discovery.find(data) is None
    assert discovery.stop(data) is False
    assert not data.exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"url": 1}', '{"url":"http://127.0.0.1:1"}'])
def test_a_broken_address_file_is_not_a_service(content: str, data: Path) -> None:
    data.mkdir()
    (data / "service.json").write_text(content)

    assert discovery.find(data) is None


def test_a_service_is_started_found_and_stopped(data: Path) -> None:
    running = discovery.ensure(data)

    assert discovery.find(data) == running
    assert discovery.ensure(data) == running
    assert running.data == str(data)
    assert discovery.stop(data) is True
    assert discovery.find(data) is None
    assert not (data / "service.json").exists()
    assert discovery.stop(data) is False


def test_a_service_is_wholly_detached(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-secret")

    # It ends only when nobody holds its output any more, as the Pulumi CLI waits for its plug-ins.
    started = subprocess.run(_ensuring(data, "pid"), check=True, capture_output=True, text=True, timeout=30)

    process = int(started.stdout)
    assert started.stderr == ""
    assert os.getsid(process) == process
    assert "canary-secret" not in _environment(process)
    modes = {
        file.name: oct(file.stat().st_mode & 0o777) for file in (data, data / "store.sqlite", data / "service.log")
    }
    assert modes == {"data": "0o700", "store.sqlite": "0o600", "service.log": "0o600"}


def test_many_at_once_start_exactly_one(data: Path) -> None:
    found: list[Running] = []
    others = [subprocess.Popen(_ensuring(data, "instance"), stdout=subprocess.PIPE, text=True) for _ in range(3)]
    threads = [threading.Thread(target=lambda: found.append(discovery.ensure(data))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    instances = {process.communicate(timeout=30)[0].strip() for process in others}

    assert instances == {running.instance for running in found}
    assert len(instances) == 1
    assert (data / "service.log").read_text().count("is served at") == 1


def test_a_killed_service_is_gone_and_comes_back_with_its_data(data: Path, boto3_client: Callable[[str], Any]) -> None:
    first = discovery.ensure(data)
    room = boto3_client(first.url).create_room(name="kept")["arn"]
    os.kill(first.pid, signal.SIGKILL)
    _wait(lambda: discovery.find(data) is None)

    second = discovery.ensure(data)

    assert second.instance != first.instance
    assert second.url == first.url
    assert boto3_client(second.url).get_room(identifier=room)["name"] == "kept"


def test_another_process_at_the_address_is_not_treated_as_the_service(data: Path, impostor: Running) -> None:
    assert discovery.find(data) is None
    assert discovery.stop(data) is False
    running = discovery.ensure(data)

    assert running.url != impostor.url
    assert urllib.request.urlopen(impostor.url).status == 200


def test_a_process_that_answers_as_a_service_that_was_killed_did_is_not_treated_as_it(data: Path) -> None:
    gone = discovery.ensure(data)
    left = (data / "service.json").read_bytes()
    os.kill(gone.pid, signal.SIGKILL)
    _wait(lambda: not _listens(gone.url))
    health = json.dumps({"status": "ok", "pid": gone.pid, "instance": gone.instance})
    with answering(health, int(gone.url.rpartition(":")[2])):
        assert json.load(urllib.request.urlopen(f"{gone.url}/_local/health"))["instance"] == gone.instance
        (data / "service.json").write_bytes(left)

        assert discovery.find(data) is None
        assert discovery.stop(data) is False
        assert discovery.ensure(data).url != gone.url


@contextmanager
def answering(text: str, port: int) -> Iterator[None]:
    """Answer every request at a port with the same text."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  named by http.server
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as listening:
        threading.Thread(target=listening.serve_forever, args=(0.05,)).start()
        yield
        listening.shutdown()


@pytest.mark.parametrize("pid", ["", "0", "-1", "x", "1_0", "\u0661"])
def test_a_lock_that_names_no_process_ends_none(pid: str, data: Path) -> None:
    running = discovery.ensure(data)
    lock = data / "service.lock"
    written = lock.read_text()
    lock.write_text(pid)

    assert discovery.find(data) is None
    assert discovery.stop(data) is False
    lock.write_text(written)
    assert discovery.find(data) == running


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://[", "ftp://x", ""])
def test_an_address_that_is_not_one_is_not_a_service(url: str, data: Path) -> None:
    discovery.ensure(data)
    shown = json.loads((data / "service.json").read_bytes())
    (data / "service.json").write_text(json.dumps({**shown, "url": url}))

    assert discovery.find(data) is None


def test_a_suspended_service_is_stopped(data: Path) -> None:
    running = discovery.ensure(data)
    os.kill(running.pid, signal.SIGSTOP)

    assert discovery.stop(data) is True
    _wait(lambda: not _listens(running.url))


def test_a_service_that_does_not_answer_is_still_stopped(data: Path) -> None:
    discovery.ensure(data)
    (data / "service.json").unlink()

    assert discovery.find(data) is None
    assert discovery.stop(data) is True
    assert discovery.stop(data) is False


def test_a_service_whose_directory_was_removed_stops_by_itself(data: Path) -> None:
    running = discovery.ensure(data)

    shutil.rmtree(data)

    _wait(lambda: not _listens(running.url))


def test_a_service_that_cannot_start_says_why(data: Path) -> None:
    data.mkdir()
    (data / "store.sqlite").write_bytes(b"not a database" * 100)

    with pytest.raises(LocalServiceError, match=r"did not start; its log, .*store\.sqlite cannot be used"):
        discovery.ensure(data)


def test_a_data_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(
        LocalServiceError, match=r"cannot be created: Not a directory\. Name another directory with --data"
    ):
        discovery.ensure(tmp_path / "file" / "data")


def test_a_full_disk_at_the_start_is_an_error_that_names_the_file(data: Path, run_python: Callable[[str], str]) -> None:
    data.mkdir()
    code = f"""
import resource
from pathlib import Path
from pulumi_ivschat.local import discovery
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
try:
    with discovery.serving(Path({str(data)!r})):
        pass
except discovery.LocalServiceError as error:
    print(error)
"""
    assert f"{data}/service.lock cannot be written: File too large; free some disk space" in run_python(code)


def test_a_missing_extra_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "EXTRA", ("no_such_module",))

    with pytest.raises(LocalServiceError, match=r"needs no_such_module: pip install 'pulumi-ivschat\[local\]'"):
        discovery.ensure(data)
