"""`tools/venv.py` makes the environments of a checkout, and touches no other checkout's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools" / "venv.py"


def test_a_link_to_the_environment_of_another_checkout_is_replaced_and_that_one_kept(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    tool = shutil.copy(TOOL, tmp_path / "tools")
    (tmp_path / "nothing.txt").touch()
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / ".stamp.json").write_text('{"path": "another checkout"}')
    (tmp_path / ".venv-linked").symlink_to(theirs)

    subprocess.run(
        [sys.executable, tool, ".venv-linked", "-r", "nothing.txt"], timeout=120, capture_output=True, check=True
    )

    assert [file.name for file in theirs.iterdir()] == [".stamp.json"]
    assert (tmp_path / ".venv-linked" / "bin" / "python").exists()
