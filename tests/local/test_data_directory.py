"""The files of a data directory: its place, and locks that end with their process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_ivschat.local import data_directory
from pulumi_ivschat.local.data_directory import LocalServiceError


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"PULUMI_IVSCHAT_DATA": "/own"}, "/own"),
        ({"XDG_DATA_HOME": "/share"}, "/share/pulumi-ivschat/local"),
        ({"HOME": "/home/someone"}, "/home/someone/.local/share/pulumi-ivschat/local"),
    ],
)
def test_the_data_directory_follows_the_environment(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PULUMI_IVSCHAT_DATA", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert data_directory.default_data_directory() == Path(expected)


@pytest.mark.parametrize("name", ["PULUMI_IVSCHAT_DATA", "XDG_DATA_HOME"])
def test_a_home_directory_that_is_not_known_is_an_error(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_IVSCHAT_DATA", raising=False)
    monkeypatch.setenv(name, "~nobody-of-this-name/data")

    with pytest.raises(
        LocalServiceError, match=r"~nobody-of-this-name/data is not known\. Name another .* with --data"
    ):
        data_directory.default_data_directory()


def test_a_forked_child_holds_no_lock_of_its_parent(tmp_path: Path) -> None:
    code = f"""
import os, sys, time
from pathlib import Path
from pulumi_ivschat.local import data_directory
lock = Path({str(tmp_path)!r}) / "start.lock"
with data_directory.locked(lock, 0.0) as file:
    reading, writing = os.pipe()
    begun, begins = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.write(begins, b"!")
        os.read(reading, 1)  # it lives until its parent is done
        os._exit(0)
    os.read(begun, 1)
    print(data_directory.is_locked(lock))
print(data_directory.is_locked(lock))
with data_directory.locked(lock, 0.0):
    print("locked again")
os.close(writing)
print(os.waitpid(child, 0)[1])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)

    assert done.stdout.splitlines() == ["True", "False", "locked again", "0"]
