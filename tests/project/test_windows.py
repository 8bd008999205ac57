"""
The package without the modules and names that Windows lacks, on this machine.

The modules that Windows lacks cannot be imported, and names of `os` and `select` that it lacks are removed, before the package is
loaded. That shows imports and fallbacks. Nothing here shows that the package runs on Windows.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2_grpc

from tests.conftest import REGION, LocalService
from tests.plugin.conftest import Provider

WITHOUT_POSIX = """
import asyncio, concurrent.futures.thread, grpc, multiprocessing, os, pulumi, select, subprocess, sys  # with what they need
for name in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[name] = None
for name in ("fchmod", "fork", "geteuid", "getuid", "killpg", "pread", "register_at_fork", "setsid"):
    delattr(os, name)
del select.poll, select.epoll
"""

ON_POSIX_ONLY = ("local", "testing", "pytest_plugin")
"""The local service, and what starts one; without it `endpointUrl` is the address of one on another machine."""


def test_everything_but_the_local_service_is_imported_without_what_windows_lacks(
    run_python: Callable[[str], str],
) -> None:
    code = f"""{WITHOUT_POSIX}
import importlib, pathlib, pulumi_ivschat
folder = pathlib.Path(pulumi_ivschat.__file__).parent
names = [".".join(file.relative_to(folder).with_suffix("").parts) for file in folder.rglob("*.py")]
for name in sorted(names):
    if not name.startswith({ON_POSIX_ONLY!r}) and not name.endswith("__main__"):
        importlib.import_module("pulumi_ivschat." + name.removesuffix(".__init__"))
print(len(names))
"""

    assert int(run_python(code)) > 100


@pytest.fixture
def provider(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    """Yield the plug-in in a process without what Windows lacks, on an empty local service that counts its calls."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    code = f"{WITHOUT_POSIX}\nfrom pulumi_ivschat.plugin.__main__ import main\nmain()"
    command = [sys.executable, "-c", code, "127.0.0.1:1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
            started = Provider(provider_pb2_grpc.ResourceProviderStub(channel))
            started.configure(region=REGION, endpointUrl=service.url, rates={"CreateRoom": 50})
            yield started
        process.terminate()


def test_the_plugin_creates_rooms_without_a_folder_that_processes_share(
    provider: Provider, service: LocalService
) -> None:
    made = [provider.create("Room", name, {}).id for name in ("lobby", "hall")]

    assert {room["arn"] for room in service.client().list_rooms()["rooms"]} == {*made}
