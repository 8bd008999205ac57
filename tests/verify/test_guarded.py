"""A command that ends with the process that asked for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.conftest import is_gone

ROOT = Path(__file__).parents[2]
_PID = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
_ASKING = f"""
import subprocess, sys
subprocess.run([sys.executable, "-m", "verify.guarded", sys.executable, "-c", {_PID!r}])
"""


def test_the_exit_code_is_the_commands() -> None:
    command = [sys.executable, "-m", "verify.guarded", sys.executable, "-c", "raise SystemExit(7)"]

    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 7


def test_the_command_is_killed_if_the_guard_is_terminated() -> None:
    command = [sys.executable, "-m", "verify.guarded", sys.executable, "-c", _PID]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as guard:
        assert guard.stdout is not None
        pid = int(guard.stdout.readline())
        guard.terminate()

    assert is_gone(pid)


def test_the_command_is_killed_with_the_process_that_asked_for_it() -> None:
    with subprocess.Popen([sys.executable, "-c", _ASKING], cwd=ROOT, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout is not None
        pid = int(asking.stdout.readline())
        asking.kill()

    assert is_gone(pid)
