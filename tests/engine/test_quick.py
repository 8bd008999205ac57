"""How Python starts for the engine in these tests: less is loaded, and everything is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.environments import quick

CODE = """
import sys, pulumi
print("at once" if "pulumi.automation._stack" in sys.modules else "late")
print(pulumi.automation.LocalWorkspace.__module__)
"""


@pytest.mark.parametrize(("script", "shown"), [("pulumi-language-python-exec", "late"), ("fleet.py", "at once")])
def test_the_automation_api_is_loaded_at_its_first_use_in_processes_of_the_engine_alone(
    tmp_path: Path, script: str, shown: str
) -> None:
    (tmp_path / script).write_text(CODE)
    command = [sys.executable, str(tmp_path / script)]

    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=quick(os.environ))

    assert ran.stdout == f"{shown}\npulumi.automation._local_workspace\n"


def test_what_a_caller_runs_at_the_start_of_python_still_runs(tmp_path: Path) -> None:
    """The bugs on purpose of `make soak ARGS=mutants` are put in by such a file."""
    (tmp_path / "sitecustomize.py").write_text("print('mutated')")
    environment = quick({**os.environ, "PYTHONPATH": str(tmp_path)})

    ran = subprocess.run([sys.executable, "-c", ""], check=True, capture_output=True, text=True, env=environment)

    assert ran.stdout == "mutated\n"
