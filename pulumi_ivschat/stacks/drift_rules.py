"""
Rules that ignore findings: in `pyproject.toml`, or one to a line in a file.

    [tool.pulumi-ivschat.drift]
    ignore = ["unmanaged:*", "changed:chat/prod/lobby.tags.*"]

A rule is `KIND:PLACE` or `KIND:PLACE.PROPERTY`; PLACE is project/stack/resource name, or the ARN of what is unmanaged.
`*`, `?` and `[…]` match any characters, as in the shell. Each finding says the rule that ignores it alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.drift import KINDS

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports]

_TABLE: Final = ("tool", "pulumi-ivschat", "drift")


def of_project(directory: Path) -> list[str]:
    """Return the rules in the nearest `pyproject.toml` of a directory or above it; raise SettingsError if they are not valid."""
    for place in (directory.absolute(), *directory.absolute().parents):
        if (file := place / "pyproject.toml").is_file():
            return _checked(_setting(file), str(file))
    return []


def of_file(file: Path) -> list[str]:
    """Return the rules in a file, one to a line; `#` begins a comment. Raises SettingsError."""
    lines = [line.split(" #")[0].strip() for line in _text(file).splitlines()]
    return _checked([line for line in lines if line and not line.startswith("#")], str(file))


def given(rules: Iterable[str]) -> list[str]:
    """Return rules that a command was called with; raise SettingsError."""
    return _checked(list(rules), "--ignore")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        msg = f"{file} is not UTF-8"
        raise SettingsError(msg) from None


def _setting(file: Path) -> Any:
    try:
        found = tomllib.loads(_text(file))
    except tomllib.TOMLDecodeError as error:
        msg = f"{file} is not TOML: {error}"
        raise SettingsError(msg) from None
    for depth, name in enumerate(_TABLE):
        found = found.get(name, {})
        if not isinstance(found, dict):
            msg = f"{file}: {'.'.join(_TABLE[: depth + 1])} must be a table"
            raise SettingsError(msg)
    if unknown := found.keys() - {"ignore"}:
        msg = f"{file}: {'.'.join(_TABLE)}: {', '.join(sorted(unknown))} is not a setting; the setting is ignore"
        raise SettingsError(msg)
    return found.get("ignore", [])


def _checked(rules: Any, place: str) -> list[str]:
    wrong = rules if not isinstance(rules, list) else [rule for rule in rules if not _is_rule(rule)]
    if wrong:
        msg = f"{place}: {wrong!r} is not a rule: a rule begins with {', '.join(f'{kind}:' for kind in KINDS)} or *:"
        raise SettingsError(msg)
    return list(rules)


def _is_rule(rule: Any) -> bool:
    return isinstance(rule, str) and rule.partition(":")[0] in {*KINDS, "*"} and bool(rule.partition(":")[2])
