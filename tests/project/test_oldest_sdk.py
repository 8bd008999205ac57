"""The oldest Pulumi SDK that pyproject.toml allows, from `make test-setup`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.early
@pytest.mark.long
def test_the_tests_of_the_engine_pass_with_the_oldest_sdk() -> None:
    programs = ROOT / ".venv-oldest" / "bin"
    mine = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    ran = subprocess.run(
        [programs / "python", "-m", "pytest", "-n0", "-m", "oldest_sdk", "-p", "no:cacheprovider", "tests/engine"],
        check=False,
        cwd=ROOT,
        env={**mine, "PATH": f"{programs}{os.pathsep}{mine['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    assert ran.returncode == 0, ran.stdout
