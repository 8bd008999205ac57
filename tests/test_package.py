"""The package itself: its public names, and what loading it costs."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from pathlib import Path

import pytest

import pulumi_ivschat


@pytest.mark.parametrize("name", pulumi_ivschat.__all__)
def test_every_public_name_exists_and_is_described(name: str) -> None:
    assert inspect.getdoc(getattr(pulumi_ivschat, name))


def test_what_checkers_see_is_what_there_is() -> None:
    tree = ast.parse(Path(pulumi_ivschat.__file__).read_text())
    seen = {
        (node.module, alias.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("pulumi_ivschat.")
        for alias in node.names
    }

    assert seen == {(f"pulumi_ivschat.{home}", name) for name, home in pulumi_ivschat._HOME.items()}  # noqa: SLF001


def test_every_public_name_has_a_home() -> None:
    assert sorted(pulumi_ivschat._HOME) == pulumi_ivschat.__all__  # noqa: SLF001


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Rum'"):
        pulumi_ivschat.Rum  # noqa: B018


def test_dir_lists_the_public_names() -> None:
    assert dir(pulumi_ivschat) == sorted(pulumi_ivschat.__all__)


def test_importing_the_package_loads_neither_pulumi_nor_an_aws_sdk(run_python: Callable[[str], str]) -> None:
    code = (
        "import sys, pulumi_ivschat; pulumi_ivschat.IvsChatError; print({'pulumi', 'boto3', 'attrs'} & {*sys.modules})"
    )

    assert run_python(code) == "set()"
