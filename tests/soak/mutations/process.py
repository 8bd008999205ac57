"""
A mutation in all Python processes that tests start, Pulumi's language and dynamic hosts among them.

With the variables of `environment`, each process calls `begin` first (as `sitecustomize`). A module is mutated right after its
import, so that `from module import name` gets the mutated name. All processes write to one report.
"""

from __future__ import annotations

import functools
import importlib.machinery
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from tests.soak.mutations import MUTATIONS
from tests.soak.mutations.mutation import RAN, Patch

_NAME: Final = "IVSCHAT_MUTATION"
_REPORT: Final = "IVSCHAT_MUTATION_REPORT"
_ROOT: Final = Path(__file__).parents[3]
PUT_IN: Final = "put in "
ERROR: Final = "error "
_BEGIN: Final = f"""
import importlib.util, os

if importlib.util.find_spec("attrs"):
    try:
        from tests.soak.mutations.process import begin
    except Exception as error:
        with open(os.environ["{_REPORT}"], "a", encoding="utf-8") as report:
            report.write(f"{ERROR}{{error}}\\n")
    else:
        begin()
"""
"""The code of each process; one whose Python has no attrs cannot import the package either."""


def environment(directory: Path, mutation: str) -> dict[str, str]:
    """Return the environment of processes with a mutation ("" for none), whose report is in *directory*."""
    if mutation:
        (directory / "sitecustomize.py").write_text(_BEGIN, encoding="utf-8")
    path = os.pathsep.join(map(str, (directory, _ROOT)))
    return {**os.environ, "PYTHONPATH": path, _NAME: mutation, _REPORT: str(directory / "report")}


def report(directory: Path) -> list[str]:
    """Return the lines of the report: `PUT_IN` with a target, `RAN`, or `ERROR` with a reason."""
    file = directory / "report"
    return file.read_text(encoding="utf-8").splitlines() if file.exists() else []


@functools.cache
def _say(line: str) -> None:
    """Add a line to the report, once in a process."""
    with Path(os.environ[_REPORT]).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def begin() -> None:
    """Prepare the mutation that the environment of this process names; its modules are mutated when they are imported."""
    mutation = MUTATIONS.get(os.environ[_NAME])
    if mutation is None:
        _say(f"{ERROR}no mutation is called {os.environ[_NAME]}")
        return
    for patch in mutation.patches:
        if patch.module in sys.modules:
            _say(f"{ERROR}{patch.module} was imported before")
    sys.meta_path.insert(0, _Finder(mutation.patches))


class _Finder:
    """A finder of the modules that are mutated."""

    def __init__(self, patches: Sequence[Patch]) -> None:
        self._patches = patches

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: Any = None) -> Any:
        """Return how to load a module with its mutations; None if it has none."""
        patches = [patch for patch in self._patches if patch.module == name]
        spec = importlib.machinery.PathFinder.find_spec(name, path, target) if patches else None
        if spec and spec.loader:
            right = spec.loader.exec_module
            spec.loader.exec_module = functools.partial(_execute, right, patches)  # type: ignore[method-assign]
        return spec


def _execute(right: Any, patches: Sequence[Patch], module: Any) -> None:
    right(module)
    for patch in patches:
        try:
            patch.put_in(_say)
        except Exception as error:
            _say(f"{ERROR}{patch.target}: {traceback.format_exception_only(error)[-1].strip()}")
            raise
        _say(f"{PUT_IN}{patch.target}")


def verdict(code: int | None, lines: Sequence[str], targets: Sequence[str]) -> str:
    """
    Return the outcome of a mutation, from pytest's exit code (None if it was stopped) and the report.

    It is caught only if a test failed and the wrong code had run.
    """
    errors = [line for line in lines if line.startswith(ERROR)]
    if errors:
        return errors[0]
    if not any(f"{PUT_IN}{target}" in lines for target in targets):
        return f"{ERROR}no test imported its module"
    if code is None:
        return "too slow"
    if code not in (0, 1):
        return f"{ERROR}pytest ended with {code}"
    if code == 1 and RAN not in lines:
        return f"{ERROR}a test failed, and the wrong code never ran"
    return "caught" if code else "MISSED"
