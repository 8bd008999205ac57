"""
Bugs on purpose: which of them the tests catch.

    make soak ARGS='mutants tests/faults/test_programs.py'

Each of `mutations.py` is put into a copy of the package, on which the tests named are run until one fails. Nothing here is
changed. Exit code: 0, all are caught; 1, not.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.soak.mutations import MUTATIONS, Mutation

_ROOT: Final = Path(__file__).parents[2]
_PARTS: Final = ("pulumi_ivschat", "tests", "docs", "examples", "pyproject.toml", "README.md")
_BUILT: Final = shutil.ignore_patterns("__pycache__", "node_modules")
_FIRST_FAILURE: Final = """
from hypothesis import Phase, settings

settings.register_profile("first", phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False)
settings.load_profile("first")
"""
"""A plugin of pytest: no time is spent on a failure's shortest form."""


def main() -> int:
    """Run, and give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", default=["tests/faults/test_programs.py"])
    parser.add_argument("--only", default="", help="those whose file or description has this in it")
    parser.add_argument("--seconds", type=float, default=150, help="how long the tests may take")
    given = parser.parse_args()
    missed = 0
    for mutation in MUTATIONS:
        if given.only in f"{mutation.file}: {mutation.bug}":
            begin = time.monotonic()
            outcome = _outcome(mutation, given.tests, given.seconds)
            missed += outcome != "caught"
            print(f"{outcome:9} {time.monotonic() - begin:5.1f} s  {mutation.file}: {mutation.bug}", flush=True)  # noqa: T201
    return 1 if missed else 0


def _outcome(mutation: Mutation, tests: list[str], seconds: float) -> str:
    with tempfile.TemporaryDirectory() as directory:
        copy = Path(directory)
        for part in _PARTS:
            if (_ROOT / part).is_dir():
                shutil.copytree(_ROOT / part, copy / part, ignore=_BUILT)
            else:
                shutil.copy(_ROOT / part, copy)
        (copy / "first_failure.py").write_text(_FIRST_FAILURE, encoding="utf-8")
        _mutate(copy / "pulumi_ivschat" / mutation.file, mutation)
        return _run(copy, tests, seconds)


def _mutate(file: Path, mutation: Mutation) -> None:
    text = file.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        msg = f"{mutation.file} has {mutation.old!r} {text.count(mutation.old)} times, not once"
        raise SystemExit(msg)
    file.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def _run(copy: Path, tests: list[str], seconds: float) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "first_failure", *tests]
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    try:
        done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return "too slow"
    return {0: "MISSED", 1: "caught"}.get(done.returncode, f"error {done.returncode}")


if __name__ == "__main__":
    sys.exit(main())
