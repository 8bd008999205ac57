"""Reads what people give for a function: a file, a module or an address."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Final

from pulumi_ivschat.local.handlers import Target
from pulumi_ivschat.local.handlers.environment import Program
from pulumi_ivschat.local.handlers.functions import FunctionTarget
from pulumi_ivschat.local.handlers.http_function import HttpTarget

FORMS: Final = "file.py:function, file.js:function, package.module:function or http://127.0.0.1:PORT/…"

_HERE: Final = Path(__file__).parent
_NODE: Final = (".js", ".mjs", ".cjs")
_TYPESCRIPT: Final = (".ts", ".mts", ".cts", ".tsx")


def parse(text: str) -> Target:
    """
    Return the target that a text names; raise ValueError if there is none.

    Forms: an HTTP address; `file.py:function` and `file.js:function` (also .mjs and .cjs); `package.module:function`; and
    `path/file.function`, as Lambda writes handlers.
    """
    if text.startswith(("http:", "https:")):
        return HttpTarget.parse(text)
    place, colon, name = text.rpartition(":")
    if not colon:
        return _as_lambda_writes(text)
    if not place or not name:
        msg = f"{text!r} must be {FORMS}"
        raise ValueError(msg)
    if place.endswith((".py", *_NODE, *_TYPESCRIPT)):
        file = Path(place).absolute()
        return _of_file(file, name, file.parent, text)
    return FunctionTarget(_python(place, name, Path.cwd(), text))


def _as_lambda_writes(text: str) -> Target:
    """Return the target of `path/file.function`; the path is below the working directory, Lambda's task root."""
    folder, _, last = text.rpartition("/")
    stem, _, name = last.partition(".")
    wanted = [Path(folder) / f"{stem}{suffix}" for suffix in (".py", *_NODE)] if name else []
    found = [file.absolute() for file in wanted if file.is_file()]
    if len(found) != 1 or Path(text).is_file():
        what = (
            f"{' and '.join(file.name for file in found)} exist" if len(found) > 1 else "that function does not exist"
        )
        msg = f"{text!r} must be {FORMS}; as Lambda's file.function, {what}"
        raise ValueError(msg)
    return _of_file(found[0], name, Path.cwd(), text)


def _of_file(file: Path, name: str, root: Path, text: str) -> Target:
    if file.suffix in _TYPESCRIPT:
        msg = f"{text!r} is TypeScript, which Lambda does not run: compile it, and name the .js file"
        raise ValueError(msg)
    if not file.is_file():
        msg = f"the file of the review handler {text!r} does not exist: {file}"
        raise ValueError(msg)
    if file.suffix == ".py":
        return FunctionTarget(_python(str(file), name, root, text))
    return FunctionTarget(_node(file, name, root, text))


def _python(place: str, name: str, root: Path, text: str) -> Program:
    command = (sys.executable, str(_HERE / "python_runtime.py"), place, name)
    return Program(command, root, text, f"python{sys.version_info.major}.{sys.version_info.minor}")


def _node(file: Path, name: str, root: Path, text: str) -> Program:
    node = shutil.which("node")
    if node is None:
        msg = f"the review handler {text!r} needs Node.js, and there is no node on PATH"
        raise ValueError(msg)
    return Program((node, str(_HERE / "node_runtime.mjs"), str(os.getpid()), str(file), name), root, text, "nodejs")
