"""The executable, as the engine starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

EXECUTABLE = str(Path(sys.executable).with_name("pulumi-resource-ivschat"))
CHECKOUT = str(Path(__file__).parents[2])


@pytest.mark.parametrize("command", [[EXECUTABLE], [sys.executable, CHECKOUT]], ids=["installed", "checkout"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_its_port_answers_and_ends_by_a_signal(command: list[str], sent: signal.Signals) -> None:
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            assert provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty()).version
        process.send_signal(sent)

        assert process.wait(timeout=30) == 0


def test_a_checkout_on_pythonpath_does_not_run_instead_of_a_missing_program(tmp_path: Path) -> None:
    code = "import runpy, sys; sys.path.append(sys.argv[1]); runpy.run_path('.', run_name='__main__')"

    ran = subprocess.run(
        [sys.executable, "-c", code, CHECKOUT], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert ran.returncode == 1
    assert "__main__" in ran.stderr


def test_it_ends_with_its_engine() -> None:
    command = [EXECUTABLE, "127.0.0.1:1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        process.stdin.close()
        try:
            process.wait(timeout=30)
        finally:
            process.kill()
