"""docs/test-your-back-end.md: its files, tested as a reader tests them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_pytest_plugin import QUIET

PAGE = (Path(__file__).parents[2] / "docs" / "test-your-back-end.md").read_text()


@pytest.fixture
def files(pytester: pytest.Pytester) -> Path:
    """Return a directory with the files of the page; a file that is shown in two parts is both."""
    for name, text in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL):
        with (pytester.path / name).open("a") as file:
            file.write(text)
    return pytester.path


@pytest.mark.usefixtures("files")
def test_its_tests_pass(pytester: pytest.Pytester) -> None:
    ran = pytester.runpytest_subprocess(*QUIET, "-W", "error")

    ran.assert_outcomes(passed=6)


def test_its_test_for_unittest_passes(files: Path) -> None:
    command = [sys.executable, "-W", "error", "-m", "unittest", "test_with_unittest"]
    ran = subprocess.run(command, cwd=files, capture_output=True, text=True, check=False, timeout=60)

    assert ran.returncode == 0, ran.stderr
