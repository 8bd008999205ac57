"""The page of versions shows what pyproject.toml and the workflow have."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
PROJECT: Any = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
JOBS: Any = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())["jobs"]
NAMES = {"pulumi": "Pulumi's Python SDK"}
"""How the page calls a package, if not by its name."""


def row(name: str) -> list[str]:
    """Return the cells of the row of the supported versions that begins with *name*."""
    section = PAGE.split("\n## Supported versions\n")[1]
    [line] = re.findall(rf"^\| {re.escape(name)} \|.*$", section, re.MULTILINE)
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_least_python_is_that_of_the_package() -> None:
    assert row("Python")[1] == PROJECT["requires-python"].removeprefix(">=")


@pytest.mark.parametrize("dependency", PROJECT["dependencies"])
def test_the_least_version_of_a_dependency_is_that_of_the_package(dependency: str) -> None:
    requirement = Requirement(dependency)
    bounds = {each.operator: each.version for each in requirement.specifier}
    below = f", below {bounds['<']}" if "<" in bounds else ""

    assert row(NAMES.get(requirement.name, requirement.name))[1] == f"{bounds['>=']}{below}"


def test_the_python_of_the_tests_is_that_of_the_workflow() -> None:
    [used] = {
        step["with"]["python-version"] for step in JOBS["tests"]["steps"] if "python-version" in step.get("with", {})
    }

    assert row("Python")[2].startswith(f"{used};")


def test_the_platforms_are_those_of_the_workflow() -> None:
    used = {JOBS["tests"]["runs-on"], *JOBS["plugin"]["strategy"]["matrix"]["os"]}

    assert {*re.findall(r"`((?:ubuntu|macos|windows)-[\w.-]+)`", PAGE)} == used


def test_the_engine_is_the_one_that_the_set_up_builds() -> None:
    [built] = re.findall(r"github\.com/pulumi/pulumi/pkg/v3 v(\S+)", (ROOT / "tools" / "engine" / "go.mod").read_text())

    assert row("Pulumi CLI and engine")[2].startswith(f"{built},")
