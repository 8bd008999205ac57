"""The texts in a file that people read, passage by passage: paragraphs, items, strings, comments and the names of tests."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

_BREAK = re.compile(r"\n(?=[ \t#/*]*\n)|\n(?=\s*(?:[-|<{}\[\]]|\d+\. ))")
"""Where a passage ends: at an empty line, and before an item, a row or a line of markup."""
_MARGIN = re.compile(r"\n[ \t#/*>]*")
_Passages = Iterator[tuple[int, str]]


def of(file: Path) -> _Passages:
    """Yield the passages of a file, each with its first line's number; a line break in one is a single character."""
    text = file.read_text(encoding="utf-8")
    yield from _of_python(text) if file.suffix == ".py" else split(1, text)


def split(line: int, text: str) -> _Passages:
    """Yield the passages of a text that begins at a line."""
    for part in _BREAK.split(text):
        yield line, _MARGIN.sub("\n", part).strip(" \t#/*")
        line += part.count("\n") + 1


def _of_python(text: str) -> _Passages:
    tree = ast.parse(text)
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield from split(node.lineno, _joined(node))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield from split(node.lineno, node.value)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name.startswith("test_"):
            yield node.lineno, node.name.removeprefix("test_").replace("_", " ")
    yield from _comments(text)


def _joined(node: ast.JoinedStr) -> str:
    """Return an f-string with … for each of its expressions."""
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)


def _comments(text: str) -> _Passages:
    """Yield the comments, those on lines that follow each other as one."""
    block: list[tokenize.TokenInfo] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            if block and (token.start[0] != block[-1].start[0] + 1 or token.start[1] != block[-1].start[1]):
                yield from _block(block)
                block = []
            block.append(token)
    if block:
        yield from _block(block)


def _block(comments: list[tokenize.TokenInfo]) -> _Passages:
    yield from split(comments[0].start[0], "\n".join(each.string.removeprefix("#") for each in comments))
