"""
Bugs on purpose: which of them the tests catch.

    make soak ARGS=mutants                                          # each with the tests that are meant to catch it
    make soak ARGS='mutants tests/faults/test_programs.py'          # all with these
    make soak ARGS='mutants --only tests/engine'                    # those that tests of the engine are to catch
    make soak ARGS='mutants --only creates. --only tags.'           # those of two parts

Each of `mutations/` is put into the processes of the tests, which run until one fails. It is caught if the tests pass without
it. No file of the package is changed. Exit code: 0, all are caught; 1, not; 2, wrong usage.
"""

from __future__ import annotations

import argparse
import functools
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.soak.mutations import MUTATIONS
from tests.soak.mutations.mutation import Mutation, gone
from tests.soak.mutations.process import environment, report, verdict

_ROOT: Final = Path(__file__).parents[2]
_FIRST_FAILURE: Final = """
from hypothesis import Phase, settings

settings.register_profile("first", phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False, database=None)
settings.load_profile("first")
"""
"""A plugin of pytest: no time is spent on a failure's shortest form."""


def main() -> int:
    """Run, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", help="for all mutations, instead of each one's own")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        help="those whose name, description or tests have this in them; repeatable",
    )
    parser.add_argument("--seconds", type=float, default=150, help="how long one path of tests may take")
    parser.add_argument("--list", action="store_true", help="show the mutations and their tests, and run nothing")
    given = parser.parse_args()
    if unknown := [text for text in given.only if not any(text in _words(each) for each in MUTATIONS.values())]:
        parser.error(f"no mutation has {', '.join(unknown)} in its name, description or tests")
    missed = 0
    for mutation in MUTATIONS.values():
        if given.only and not any(text in _words(mutation) for text in given.only):
            continue
        about = f"{mutation.name}: {mutation.bug}"
        if given.list:
            print(about, *mutation.tests, sep="\n    ")  # noqa: T201
            continue
        begin = time.monotonic()
        outcome, test = _outcome(mutation, given.tests or mutation.tests, given.seconds)
        missed += outcome != "caught"
        print(f"{outcome:9} {time.monotonic() - begin:5.1f} s  {about}", *test, sep="\n    ", flush=True)  # noqa: T201
    return 1 if missed else 0


def _words(mutation: Mutation) -> str:
    return " ".join((f"{mutation.name}: {mutation.bug}", *mutation.tests))


def _outcome(mutation: Mutation, tests: Sequence[str], seconds: float) -> tuple[str, list[str]]:
    """Run the tests, one path after the other, until one fails; return the outcome, and the test that failed."""
    if missing := gone(mutation):
        return f"error {', '.join(missing)} is gone", []
    outcome, failed = "error no tests", []
    targets = [patch.target for patch in mutation.patches]
    with tempfile.TemporaryDirectory() as directory:
        for test in tests:
            code = _run(Path(directory), mutation.name, test, seconds)
            outcome = verdict(code, report(Path(directory)), targets)
            failed = failures((Path(directory) / "output").read_text(encoding="utf-8", errors="replace"))
            if outcome == "caught" and _fails(test, seconds):
                outcome = f"error {test} fails without it"
            if code != 0:
                break
    return outcome, failed


def failures(output: str) -> list[str]:
    """Return the tests that failed, by the summary of pytest's *output*."""
    return re.findall(r"^(?:FAILED|ERROR) (\S+::\S+)", output, re.MULTILINE)


@functools.cache
def _fails(test: str, seconds: float) -> bool:
    """Return whether tests fail, or are too slow, without any mutation."""
    with tempfile.TemporaryDirectory() as directory:
        return _run(Path(directory), "", test, 4 * seconds) != 0


def _run(directory: Path, mutation: str, test: str, seconds: float) -> int | None:
    """Run tests until one fails, and return pytest's exit code; None if they take longer, and are stopped."""
    (directory / "first_failure.py").write_text(_FIRST_FAILURE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "first_failure", "-p", "no:cacheprovider", test]
    variables = environment(directory, mutation)
    with (
        (directory / "output").open("wb") as output,
        subprocess.Popen(
            command, cwd=_ROOT, env=variables, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        ) as running,
    ):
        try:
            return running.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if running.poll() is None:  # too slow, or Ctrl-C, which a session of its own does not hear
                os.killpg(running.pid, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
