"""The entry point: what it needs before there is a command line."""

from __future__ import annotations

import subprocess
import sys


def test_without_click_the_extra_is_named() -> None:
    code = "import sys; sys.modules['click'] = None; from pulumi_ivschat.__main__ import main; main()"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert (
        ran.stderr
        == "pulumi-ivschat needs click: pip install 'pulumi-ivschat[local]', or [cli] without the local service\n"
    )
