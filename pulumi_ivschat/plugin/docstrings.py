"""
The words of the Python API's docstrings, for the schema: plain in every language.

They are read from the source, since Python keeps no docstrings of attributes.
"""

from __future__ import annotations

import ast
import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pulumi_ivschat.model.native import camel_case

_PACKAGE: Final = Path(__file__).parents[1]
_LITERALS: Final = {"None": "null", "True": "true", "False": "false"}


@functools.cache
def attributes(module: str, name: str) -> Mapping[str, str]:
    """Return the docstrings of a class's attributes and properties, by their names; and its own, under ""."""
    definition = _definition(module, name)
    words = {"": ast.get_docstring(definition) or ""}
    words.update(_after_annotations(definition.body))
    words.update(
        (each.name, ast.get_docstring(each) or "") for each in definition.body if isinstance(each, ast.FunctionDef)
    )
    return {key: plain(text) for key, text in words.items() if text}


@functools.cache
def summary(module: str, name: str) -> str:
    """Return what a function's docstring says first, without the errors that it raises in Python."""
    paragraph = plain(ast.get_docstring(_definition(module, name)) or "").split("\n\n")[0]
    return re.sub(r"; raise .*", ".", paragraph)


def plain(text: str) -> str:
    """Return a docstring without its Python examples, and with names and literals as other languages write them."""
    lines = [line for line in text.split("\n") if not line.startswith("    ")]
    joined = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    written = re.sub(r"`[^`]+`", _in_camel_case, joined)
    return re.sub(r"\b(None|True|False)\b", lambda found: _LITERALS[found[1]], written)


def _in_camel_case(code: re.Match[str]) -> str:
    return re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda found: camel_case(found[0]), code[0])


def _definition(module: str, name: str) -> ast.ClassDef | ast.FunctionDef:
    source = _PACKAGE.joinpath(*module.split(".")).with_suffix(".py")
    body = ast.parse(source.read_text(encoding="utf-8")).body
    [found] = [each for each in body if isinstance(each, (ast.ClassDef, ast.FunctionDef)) and each.name == name]
    return found


def _after_annotations(body: Sequence[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, after in itertools.pairwise(body):
        if (
            isinstance(statement, ast.AnnAssign)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            yield ast.unparse(statement.target), ast.get_docstring(ast.Module([after], [])) or ""
