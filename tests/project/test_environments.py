"""`tools/venv.py` makes the environments of a checkout, and touches no other checkout's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UV = ".venv-uv"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that has the tool, and this one's uv: so nothing is downloaded."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / "tools" / "venv.py", tmp_path / "tools")
    (tmp_path / "nothing.txt").touch()
    (tmp_path / UV / "bin").mkdir(parents=True)
    for name in ("bin/python", "bin/uv", "lib", "pyvenv.cfg"):
        (tmp_path / UV / name).symlink_to(ROOT / UV / name)
    stamp = json.loads((ROOT / UV / ".stamp.json").read_text())
    (tmp_path / UV / ".stamp.json").write_text(json.dumps({**stamp, "path": str(tmp_path / UV)}))
    return tmp_path


def make(checkout: Path, name: str) -> None:
    """Make an environment without packages."""
    command: list[str | Path] = [sys.executable, checkout / "tools" / "venv.py", name, "-r", "nothing.txt"]
    subprocess.run(command, timeout=120, capture_output=True, check=True)


def test_a_link_to_the_environment_of_another_checkout_is_replaced_and_that_one_kept(checkout: Path) -> None:
    theirs = checkout / "theirs"
    theirs.mkdir()
    (theirs / ".stamp.json").write_text('{"path": "another checkout"}')
    (checkout / ".venv-linked").symlink_to(theirs)

    make(checkout, ".venv-linked")

    assert [file.name for file in theirs.iterdir()] == [".stamp.json"]
    assert "uv = " in (checkout / ".venv-linked" / "pyvenv.cfg").read_text()


@pytest.mark.nightly
@pytest.mark.long
def test_pip_makes_an_environment_if_uv_does_not(checkout: Path) -> None:
    uv = checkout / UV / "bin" / "uv"
    uv.unlink()
    uv.write_text("#!/bin/sh\nexit 1\n")
    uv.chmod(0o755)

    make(checkout, ".venv-made")

    assert "uv = " not in (checkout / ".venv-made" / "pyvenv.cfg").read_text()
    assert (checkout / ".venv-made" / "bin" / "pip").exists()
