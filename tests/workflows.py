"""GitHub workflows, held to their publisher's schema, to a linter for their security, and to pinned actions."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def validate(schema: str, files: Sequence[Path]) -> None:
    """Raise CalledProcessError unless files fit a schema that check-jsonschema has."""
    subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *files], check=True)


def lint(files: Sequence[Path]) -> None:
    """Raise CalledProcessError if zizmor finds anything."""
    zizmor = Path(sys.executable).with_name("zizmor")
    subprocess.run([zizmor, "--offline", "--quiet", "--persona=regular", *files], check=True)


def unpinned(files: Sequence[Path]) -> list[str]:
    """Return the actions that are not pinned to a commit with its version behind it."""
    used = {line for file in files for line in re.findall(r"uses: (.+)", file.read_text())}
    return [line for line in used if not re.search(r"@[0-9a-f]{40} # v[0-9.]+$", line)]
