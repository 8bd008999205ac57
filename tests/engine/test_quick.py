"""How Python starts for the engine in these tests: less is loaded, and everything is there."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.engine.conftest import quick

CODE = """
import sys, pulumi
assert "pulumi.automation._stack" not in sys.modules
print(pulumi.automation.LocalWorkspace.__module__)
"""


def test_the_automation_api_is_loaded_at_its_first_use() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CODE], check=True, capture_output=True, text=True, env=quick(os.environ)
    )

    assert ran.stdout == "pulumi.automation._local_workspace\n"
