"""The entry point: what it needs before there is a command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def test_without_click_the_extra_is_named() -> None:
    code = "import sys; sys.modules['click'] = None; from pulumi_ivschat.__main__ import main; main()"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert (
        ran.stderr
        == "pulumi-ivschat needs click: pip install 'pulumi-ivschat[local]', or [cli] without the local service\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_help_for_a_full_disk_ends_with_a_message() -> None:
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-m", "pulumi_ivschat", "--help"]
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert (ran.returncode, ran.stderr) == (1, "Error: No space left on device\n")
