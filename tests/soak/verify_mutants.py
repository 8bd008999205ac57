"""
Behaviours of the local service changed on purpose: which questions of `make verify` find each.

    make soak ARGS=verify-mutants
    make soak ARGS='verify-mutants --only tags'
    make soak ARGS='verify-mutants --markdown FILE'

No file is changed: a mutation of `mutations.LOCAL_SERVICE` is put into the processes of a run. Exit code: 0, all are found; 1, not.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from tests.soak.mutations import LOCAL_SERVICE, MUTATIONS
from tests.soak.mutations.mutation import Mutation
from tests.soak.mutations.process import environment, report, verdict
from verify.question import Verdict

_ROOT: Final = Path(__file__).parents[2]
_SECONDS: Final = 240.0
_FOUND: Final = {Verdict.DIFFERENT.value, Verdict.FAILED.value}
"""An answer that does not come, such as a frame or a close, fails its question."""


@attrs.frozen
class Found:
    """The outcome of a mutation, and the questions that were answered differently."""

    outcome: str
    questions: tuple[str, ...]


def changes() -> list[Mutation]:
    """Return the mutations of the local service."""
    parts = {part.__name__.rpartition(".")[2] for part in LOCAL_SERVICE}
    return [mutation for name, mutation in MUTATIONS.items() if name.partition(".")[0] in parts]


def found(mutation: Mutation | None) -> Found:
    """Run the questions against a service with a mutation, or without any, and return what they found."""
    name, targets = (mutation.name, [patch.target for patch in mutation.patches]) if mutation else ("", [])
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        code = _asked(place / "answers.json", environment(place, name))
        outcome = verdict(code, report(place), targets) if mutation else str(code)
        return Found(outcome, _different(place / "answers.json"))


def _asked(answers: Path, variables: dict[str, str]) -> int | None:
    """Ask the questions in an environment, and return the exit code; None if they take too long."""
    command = [sys.executable, "-m", "verify", "--no-deployments", "--json", str(answers)]
    quiet = subprocess.DEVNULL
    try:
        ran = subprocess.run(
            command, check=False, cwd=_ROOT, env=variables, stdout=quiet, stderr=quiet, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired:
        return None
    return ran.returncode


def _different(answers: Path) -> tuple[str, ...]:
    if not answers.exists():
        return ()
    results = json.loads(answers.read_text(encoding="utf-8"))["results"]
    return tuple(each["question"] for each in results if each["result"] in _FOUND)


def main() -> int:
    """Run, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="those whose name or description has this in it")
    parser.add_argument("--markdown", type=Path, help="write a table of the changes and the questions that find them")
    options = parser.parse_args()
    chosen = [each for each in changes() if options.only in f"{each.name} {each.bug}"]
    seen = {each.bug: _shown(each) for each in chosen}
    missed = [bug for bug, questions in seen.items() if not questions]
    if options.markdown:
        options.markdown.write_text(table(seen), encoding="utf-8")
    print(f"{len(chosen) - len(missed)} of {len(chosen)} were found")  # noqa: T201
    return 1 if missed else 0


def table(seen: Mapping[str, tuple[str, ...]]) -> str:
    """Return the changes and the questions that find them as Markdown."""
    rows = (f"| {bug} | {', '.join(f'`{question}`' for question in found)} |\n" for bug, found in seen.items())
    return f"| Change | Found by |\n|---|---|\n{''.join(rows)}"


def _shown(mutation: Mutation) -> tuple[str, ...]:
    """Return the questions that find a change, none if it is missed."""
    begin = time.monotonic()
    seen = found(mutation)
    caught = seen.outcome == "caught" and bool(seen.questions)
    word = "found" if caught else "MISSED" if seen.outcome == "caught" else seen.outcome
    about = f"{mutation.name}: {mutation.bug}"
    print(f"{word:9} {time.monotonic() - begin:5.1f} s  {about}", *seen.questions, sep="\n    ", flush=True)  # noqa: T201
    return seen.questions if caught else ()
