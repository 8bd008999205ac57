"""A search for what the package uses of other projects without their documentation: names, modules, replaced attributes, texts."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs

import pulumi_ivschat

PACKAGE: Final = Path(pulumi_ivschat.__file__).parent
_OWN: Final = "pulumi_ivschat"
_STANDARD: Final = sys.stdlib_module_names
_BY_NAME: Final = {"getattr", "hasattr", "setattr", "delattr"}

_DOCUMENTED_MODULES: Final = re.compile(
    r"(pulumi|pulumi\.dynamic|boto3|botocore|botocore\.(config|exceptions|session|credentials|auth|awsrequest)"
    r"|(attrs|click|google|grpc|h11|mypy_boto3_ivschat|pytest|rich|starlette|tomli|typing_extensions|websockets|yaml)(\..*)?|uvicorn)"
)
"""Those whose names their projects document; the standard library's are all."""

_DOCUMENTED_NAMES: Final = {"_exit", "_getframe"}
"""Names of `os` and `sys` that Python documents."""

_MAY_BE_SET: Final = {
    "__doc__", "__name__", "__qualname__",  # of functions that are made here
    "args",  # of an exception of ours
    "atexit",  # of a finalizer
    "caption", "daemon", "obj", "width",  # of rich, threading and click
    "excepthook",  # of sys
}  # fmt: skip
"""Attributes that their projects document for being set."""

_INSIDE: Final = {"POLLHUP", "f_globals", "f_locals", "orig_argv", "tracebacklimit"}
"""Names by which one looks at a process or code of somebody else, or changes it."""

_UNDOCUMENTED_METHODS: Final = {
    "register_first",
    "get_provider",
    "register_component",
    "get_component",
    "set_parser_defaults",
}
"""Methods of botocore that have public names and no page."""

_TEXTS: Final = re.compile(
    r"(?P<key>urllib3(?=\.)|(?:aio)?botocore\.httpx?session|pulumi-language-python-exec|pulumi\.dynamic\.__main__|currently locked"
    r"|unexpected end of JSON input|\.attrs|4dabf18193072939515e22adb298388d|data/ivschat/.*|data/endpoints\.json"
    r"|PULUMI_(?!IVSCHAT)[A-Z_]+|(?:request-created|needs-retry|before-call|before-parse)(?=\.))"
)
"""Names that another project writes or reads, as strings here."""


@attrs.frozen
class _Names:
    """What the package itself defines: in a module, in the others, and in all."""

    here: set[str]
    elsewhere: set[str]

    @property
    def everywhere(self) -> set[str]:
        return self.here | self.elsewhere


def found() -> set[tuple[str, str]]:
    """Return each use, as the file in the package and the name: `("dynamic.py", "pulumi.dynamic.dynamic")`."""
    trees = {file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text("utf-8")) for file in PACKAGE.rglob("*.py")}
    own = {place: _own_names(tree) for place, tree in trees.items()}
    return {
        (place, name)
        for place, tree in trees.items()
        for names in [_Names(own[place], set().union(*(own[other] for other in own.keys() - {place})))]
        for node in _code(tree)
        for name in _foreign(node, names)
    }


def _code(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the nodes of a module but the docstrings."""
    docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return (node for node in ast.walk(tree) if not (isinstance(node, ast.Constant) and id(node) in docstrings))


def _own_names(tree: ast.Module) -> set[str]:
    """Return what a module defines: functions, classes, variables, and attributes of its own objects."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = list(ast.walk(tree))
    return (
        {node.name for node in nodes if isinstance(node, definitions)}
        | {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        | {node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_set(node) and _is_of_self(node)}
    )


def _foreign(node: ast.AST, own: _Names) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        yield from _attribute(node, own)
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from _modules(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (each["key"] for each in _TEXTS.finditer(node.value))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _BY_NAME:
        texts = [str(each.value) for each in node.args[1:2] if isinstance(each, ast.Constant)]
        yield from (name for name in texts if re.match(r"_[a-z]|tracebacklimit", name))


def _attribute(node: ast.Attribute, own: _Names) -> Iterator[str]:
    name = node.attr
    is_private = re.match(r"_[a-z]", name) and name not in _DOCUMENTED_NAMES
    is_own = name in (own.everywhere if _is_of_self(node) else own.elsewhere if _is_of_super(node) else own.here)
    is_replaced = _is_set(node) and not _is_of_self(node) and name not in own.everywhere | _MAY_BE_SET
    if (is_private and not is_own) or is_replaced or name in _INSIDE | _UNDOCUMENTED_METHODS:
        yield name


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
    for name in names:
        is_ours = name.partition(".")[0] in {_OWN, "__future__"} | _STANDARD
        if not is_ours and not _DOCUMENTED_MODULES.fullmatch(name):
            yield name
    if isinstance(node, ast.ImportFrom) and not str(node.module).startswith(_OWN):
        yield from (alias.name for alias in node.names if re.match("_[a-z]", alias.name))


def _is_set(node: ast.Attribute) -> bool:
    return isinstance(node.ctx, (ast.Store, ast.Del))


def _is_of_self(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}


def _is_of_super(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "super"


def rows(page: str) -> list[list[str]]:
    """Return the rows of the page's table of uses: what, where, why, what it buys, what happens if it goes, the test."""
    table = page.partition("| --- |")[2].partition("\n\n")[0]
    lines = [line for line in table.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def listed(page: str) -> set[tuple[str, str]]:
    """Return the uses that the page's table lists, as `found` does."""
    return {
        (place, name)
        for what, where, *_ in rows(page)
        for place in re.findall(r"[\w/]+\.py", where)
        for name in re.findall(r"`([^`]+)`", what)
    }
