"""
Python runs this file first if the engine starts it in the tests: Pulumi's Automation API is loaded at its first use.

`import pulumi` imports it, and that is 15 % of the processor time of the import. No program of the tests uses it. Scripts do so in
many threads, for which this way of loading is not made.
"""  # noqa: INP001  a folder on PYTHONPATH

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType
from typing import Final

LATE: Final = "pulumi.automation"


class Lazily:
    """Finds a module that is executed at the first use of one of its names."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Return how to load the module; None if it is another one."""
        spec = PathFinder.find_spec(name, path, target) if name == LATE else None
        if spec and spec.loader:
            spec.loader = LazyLoader(spec.loader)
        return spec


if any(argument.endswith(("pulumi-language-python-exec", "pulumi.dynamic")) for argument in sys.orig_argv):
    sys.meta_path.insert(0, Lazily)
