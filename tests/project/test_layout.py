"""The layout shows the design: who may import whom, and where a module's tests stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import pulumi_ivschat

PACKAGE = Path(pulumi_ivschat.__file__).parent
TESTS = Path(__file__).parents[1]
MODULES = {
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): file
    for file in PACKAGE.rglob("*.py")
}

ELSEWHERE = {"engine", "faults", "examples", "clients", "project", "typing"}
"""Tests that are about more than one module."""
OF_A_WHOLE_FOLDER = {"local/test_attacks.py"}
"""The same, beside the tests of its modules."""

LAYERS = [
    {"arns", "forks"},
    {"call_site", "errors", "key_owners", "service_model", "waiting"},
    {"call_rates", "callbacks", "redaction"},
    {"settings", "pacing"},
    {"attempts", "iam"},
    {"client"},
    {"chat_calls", "listing"},
    {"runtime"},
    {"lifecycle.tags", "lifecycle"},
    {"creates", "inventory"},
    {"lifecycle.cloud_resource", "lifecycle.tag_ownership", "leftovers"},
    {"lifecycle.log_routing", "lifecycle.room"},
    {"properties", "tag_claims", "run_errors", "stack_settings"},
    {"provider"},
    {"dynamic"},
    {"owned_resource"},
    {"room", "logging_configuration", "tag_set", "policies"},
    {"chat_tokens", "lookups"},
    {"stacks", "stacks.engine", "stacks.account"},
    {"stacks.state"},
    {"stacks.adoption", "stacks.recovery", "stacks.drift"},
    {"stacks.source_code", "stacks.drift_reports", "stacks.drift_rules"},
    {"cli"},
    {"__main__"},
]
"""Whoever stands in a layer imports from the layers above it in this list (which are below it in the design)."""

WITH_PULUMI = {
    "properties",
    "provider",
    "dynamic",
    "tag_claims",
    "run_errors",
    "stack_settings",
    "owned_resource",
    "room",
    "logging_configuration",
    "tag_set",
    "policies",
    "chat_tokens",
    "lookups",
}
LOCAL_MAY = {"service_model", "call_rates", "forks"}
OF_LOCAL = {"client": {"local.discovery"}, "cli": None}
"""Who may import what of the local service; None is all of it."""

LOCAL = [name for name in MODULES if name.split(".")[1:2] == ["local"]]
OTHERS = [name for name in MODULES if name not in LOCAL]


def imports(module: str) -> Iterator[str]:
    """Give what a module imports, also inside functions."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)


def own(module: str) -> set[str]:
    """Give the package's modules that a module imports, without the package's name."""
    return {name.removeprefix("pulumi_ivschat.") for name in imports(module) if name.startswith("pulumi_ivschat.")}


def short(module: str) -> str:
    return module.removeprefix("pulumi_ivschat.")


def part(module: str) -> str:
    """Give the name under which a module stands in the lists above: the command line is one part."""
    return "cli" if short(module).split(".")[0] == "cli" else short(module)


@pytest.mark.parametrize("module", [name for name in OTHERS if name != "pulumi_ivschat"])
def test_a_module_imports_from_the_layers_below_it_only(module: str) -> None:
    [layer] = [number for number, modules in enumerate(LAYERS) if part(module) in modules]
    below = set().union(*LAYERS[:layer])
    beside = {"errors": {"service_model"}, "cli": {"cli"}}.get(part(module), set())

    wanted = {part(name) for name in own(module) if not name.startswith("local")}
    assert wanted <= below | beside


@pytest.mark.parametrize("module", OTHERS)
def test_the_local_service_is_imported_where_that_is_allowed_only(module: str) -> None:
    allowed = OF_LOCAL.get(part(module), set())

    wanted = {name for name in own(module) if name.startswith("local")}
    assert allowed is None or wanted <= allowed


@pytest.mark.parametrize("module", LOCAL)
def test_the_local_service_imports_the_service_model_only(module: str) -> None:
    assert {name for name in own(module) if not name.startswith("local")} <= LOCAL_MAY


@pytest.mark.parametrize("module", [name for name in MODULES if short(name) not in WITH_PULUMI])
def test_pulumi_is_imported_by_the_programs_side_only(module: str) -> None:
    assert [name for name in imports(module) if name.split(".")[0] == "pulumi"] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_tests_of_its_own(module: str) -> None:
    file = MODULES[module]
    if file.name == "__init__.py" and module not in {"pulumi_ivschat", "pulumi_ivschat.cli"}:
        return  # a package's own file holds what its modules share
    name = {"__init__": "package"}.get(file.stem, file.stem)

    assert (TESTS / file.relative_to(PACKAGE).with_name(f"test_{name}.py")).exists()


def test_every_test_file_mirrors_a_module() -> None:
    strays = [
        file.relative_to(TESTS)
        for file in TESTS.rglob("test_*.py")
        if file.relative_to(TESTS).parts[0] not in ELSEWHERE
        and file.relative_to(TESTS).as_posix() not in OF_A_WHOLE_FOLDER
        and not (PACKAGE / file.relative_to(TESTS).with_name(_mirrored(file.name))).exists()
    ]

    assert strays == []


def _mirrored(test: str) -> str:
    return {"test_package.py": "__init__.py"}.get(test, test.removeprefix("test_"))
