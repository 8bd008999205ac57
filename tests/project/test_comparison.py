"""The comparison with other tools: each row names how it is known."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "comparison.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the rows of the table below *heading*, without its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_each_row_about_other_tools_names_a_test_of_ours_or_a_source_of_theirs() -> None:
    source = re.compile(r"`tests/\S+\.py`|`\w+\.go`|[\w-]+#\d+")

    assert [row[0] for row in rows("Tools that manage rooms") if not source.search(row[-1])] == []


def test_the_tests_that_the_page_names_exist() -> None:
    named = {ROOT / path for path in re.findall(r"`(tests/[\w/.]+)`", PAGE)}

    assert [path for path in named if not path.exists()] == []


def test_each_row_about_emulators_names_how_it_is_known() -> None:
    source = re.compile(r"`tests/\S+\.py`.*; .*(`\w+\.(java|md)`|[\w-]+#\d+|not recorded)|`make bench ARGS=\w+`")

    assert [row[0] for row in rows("Emulators") if not source.search(row[-1])] == []


def test_each_emulator_has_a_line_that_shows_how_its_column_is_known() -> None:
    head = next(line for line in PAGE.splitlines() if line.startswith("| IVS Chat on"))
    names = [cell.strip() for cell in head.strip("|").split("|")[1:-1]]
    known = re.findall(r"^- \*\*(.+?):\*\*", PAGE, re.MULTILINE)

    assert [name.split()[0].lower() for name in names] == [each.split()[0].lower() for each in known]


def test_moto_has_no_ivs_chat_in_the_version_that_the_tests_install() -> None:
    code = "import importlib.util as i, importlib.metadata as m; print(m.version('moto'), i.find_spec('moto.ivschat'))"
    found = subprocess.run(
        [ROOT / ".venv-s3" / "bin" / "python", "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert f"moto {found[0]} " in PAGE
    assert found[1] == "None"
