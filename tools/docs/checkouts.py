"""
A checkout for a session of README.md, whose `make up` must find everything set up.

It has the files of this one, its engine, and its environment by links. So it costs no download, and neither the stack nor the local
service of this checkout is touched.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Final

from tools.docs.staging import ROOT
from tools.venv import sha256

NAME: Final = "pulumi_ivschat"
_NOT_COPIED: Final = shutil.ignore_patterns(".*", "node_modules", "__pycache__", "build", "dist", "tests")
_ENVIRONMENT: Final = ".venv"
_STAMP: Final = ".stamp.json"


def lay_out(target: Path) -> dict[str, str]:
    """Write a checkout to *target*; return the environment variables that it needs. Raises RuntimeError before a `make setup`."""
    shutil.copytree(ROOT, target, ignore=_NOT_COPIED)
    shutil.copytree(ROOT / ".engine", target / ".engine", symlinks=True)
    _link_environment(target / _ENVIRONMENT)
    return {
        "COLUMNS": "120",
        "PULUMI_IVSCHAT_DATA": str(
            target / ".local-service"
        ),  # that of tools/env.sh, so that the session's end stops it
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"),  # has the engine
    }


def _link_environment(target: Path) -> None:
    """Link what is in this checkout's environment, with a stamp by which tools/venv.py finds nothing to install."""
    target.mkdir()
    for file in (ROOT / _ENVIRONMENT).iterdir():
        if file.name != _STAMP:
            (target / file.name).symlink_to(file)
    stamp = json.loads((ROOT / _ENVIRONMENT / _STAMP).read_text(encoding="utf-8"))
    sources = sha256(ROOT / "tools/venv.py", ROOT / "pyproject.toml")
    if stamp["sources"] != sources:
        msg = "The environment is not that of pyproject.toml: run `make setup` first"
        raise RuntimeError(msg)
    (target / _STAMP).write_text(json.dumps({**stamp, "path": str(target)}), encoding="utf-8")
