"""Processes and those that started them, with real ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pulumi_ivschat.local import parents

_WATCHING = """
import sys
from pulumi_ivschat.local import parents
gone = parents.is_gone(int(sys.argv[1]))
print(gone(), flush=True)
sys.stdin.readline()
print(gone(), flush=True)
"""


@pytest.fixture
def wrapped() -> Iterator[subprocess.Popen[str]]:
    """Yield a shell that started a process which watches this one; it has printed whether this one is gone."""
    script = '"$0" -c "$1" "$2" <&3 & wait'  # a shell gives a background process no standard input
    command = ["sh", "-c", f"exec 3<&0; {script}", sys.executable, _WATCHING, str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as shell:
        yield shell


def test_the_parent_of_a_wrapper_is_watched_and_so_is_the_wrapper(wrapped: subprocess.Popen[str]) -> None:
    assert wrapped.stdin is not None
    assert wrapped.stdout is not None
    assert wrapped.stdout.readline() == "False\n"

    wrapped.kill()
    wrapped.wait()
    wrapped.stdin.write("\n")
    wrapped.stdin.flush()

    assert wrapped.stdout.readline() == "True\n"


def test_a_process_that_started_none_of_them_is_refused() -> None:
    with pytest.raises(ValueError, match="4194305 is not the process that starts"):
        parents.is_gone(2**22 + 1)


def test_this_process_did_not_start_itself() -> None:
    with pytest.raises(ValueError, match="is not the process that starts the service"):
        parents.is_gone(os.getpid())


@pytest.mark.skipif(shutil.which("ps") is None, reason="there is no ps")
def test_ps_and_proc_agree() -> None:
    assert parents.from_ps(os.getppid()) == (parents.parent_of(os.getppid()) or 0)
