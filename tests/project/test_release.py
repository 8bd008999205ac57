"""The release workflow, as far as it can be held without its services."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests import workflows

ROOT = Path(__file__).parents[2]
RELEASE = ROOT / ".github" / "workflows" / "release.yml"
WORKFLOWS = sorted(RELEASE.parent.glob("*.yml"))


def test_each_workflow_fits_its_publishers_schema_and_pins_its_actions() -> None:
    workflows.validate("vendor.github-workflows", WORKFLOWS)
    assert workflows.unpinned(WORKFLOWS) == []


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    workflows.lint(WORKFLOWS)


def test_nothing_is_published_but_what_was_built_once_and_tested() -> None:
    jobs = yaml.safe_load(RELEASE.read_text())["jobs"]

    assert set(jobs["publish"]["needs"]) == {*jobs} - {"publish"}
    assert jobs["publish"]["if"] == "github.ref_type == 'tag'"
    assert not any("make" in step.get("run", "") for step in jobs["publish"]["steps"])


def test_every_target_of_the_workflows_is_one_of_the_makefile() -> None:
    jobs = [job for file in WORKFLOWS for job in yaml.safe_load(file.read_text())["jobs"].values()]
    steps = [step for job in jobs for step in job["steps"]]
    targets = {step["run"].removeprefix("make ") for step in steps if step.get("run", "").startswith("make ")}

    assert targets == {"dist", "docs-links", "plugin", "test-dist", "test-nightly"}
    assert all(f"\n{target}:" in (ROOT / "Makefile").read_text() for target in targets)


def test_the_citation_has_the_version_of_the_package() -> None:
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == version("pulumi-ivschat")


def test_the_newest_release_of_the_changelog_is_the_version_of_the_package() -> None:
    releases = re.findall(r"^## (\S+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert releases[0] == version("pulumi-ivschat")


PINNED = re.compile(r"ivschat(?:\[[\w,]+\])?(?:==|~=|@|-v| )v?(\d+\.\d+\.\d+)")
"""A version of the package behind its name: as pip, npm, Go, Pulumi and sentences name it."""


@pytest.mark.parametrize("place", ["README.md", ".github", "containers", "docs", "examples", "templates"])
def test_a_version_of_the_package_in_an_instruction_is_the_present_one(place: str) -> None:
    files = [ROOT / place, *(ROOT / place).rglob("*")]
    ours = [file for file in files if file.is_file() and not {"node_modules", "__pycache__"} & {*file.parts}]
    texts = {str(file.relative_to(ROOT)): file.read_text(errors="replace") for file in ours}
    pins = {(name, found) for name, text in texts.items() for found in PINNED.findall(text)}

    assert texts
    assert {(name, found) for name, found in pins if found != version("pulumi-ivschat")} == set()


def test_requirements_that_name_the_package_accept_its_version() -> None:
    lines = [(file, line) for file in ROOT.glob("*/*/requirements.txt") for line in file.read_text().splitlines()]
    ours = [(file, Requirement(line)) for file, line in lines if line.startswith("pulumi-ivschat")]

    assert [file for file, each in ours if not each.specifier.contains(version("pulumi-ivschat"))] == []
