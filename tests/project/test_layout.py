"""The layout shows the design: who may import whom, and where a module's tests are."""

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

ELSEWHERE = {"engine", "faults", "examples", "clients", "project", "sdk", "typing", "verify"}
"""Tests that are about more than one module."""
OF_A_WHOLE_FOLDER = {"local/test_attacks.py"}
"""The same, beside the tests of its modules."""

MAY_IMPORT = {
    "words": set(),
    "aws": {"words", "local.discovery", "local.data_directory"},
    "lifecycle": {"words", "aws"},
    "runtime": {"words", "aws"},
    "operations": {"words", "aws", "lifecycle"},
    "host": {"words", "lifecycle", "operations"},
    "plugin": {"words", "aws", "lifecycle", "operations"},
    "program": {"words", "aws", "lifecycle", "runtime", "operations", "host"},
    "stacks": {"words", "aws", "lifecycle", "host"},
    "cli": {"words", "aws", "lifecycle", "runtime", "stacks", "local"},
    "local": {"words"},
    "testing": {"words", "local"},
}
"""The parts of the package, and the parts that each of them imports."""

PART_OF = {"__main__": "cli", "dynamic": "host", "pytest_plugin": "testing", "runtime": "runtime"}
"""Modules at the root that belong to a part; the others there are words, which all parts share."""

WITH_PULUMI = {"host", "program", "properties"}


def imports(module: str) -> Iterator[str]:
    """Yield the modules that a module imports, also inside functions."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else str(node.module)


def own(module: str) -> set[str]:
    """Return the package's modules that a module imports, without the package's name."""
    return {short(name) for name in imports(module) if name.startswith("pulumi_ivschat.")}


def short(module: str) -> str:
    return module.removeprefix("pulumi_ivschat.")


def part(name: str) -> str:
    """Return the part that a module (without the package's name) belongs to."""
    folder = name.partition(".")[0]
    return folder if folder in MAY_IMPORT else PART_OF.get(name, "words")


@pytest.mark.parametrize("module", [name for name in MODULES if name != "pulumi_ivschat"])
def test_a_module_imports_its_own_part_and_those_that_its_part_may_import(module: str) -> None:
    here = part(short(module))
    wanted = {name for name in own(module) if part(name) != here}

    assert [name for name in wanted if not {name, part(name)} & MAY_IMPORT[here]] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {short(module): own(module) for module in MODULES if module != "pulumi_ivschat"}
    while ends := {name for name, wanted in graph.items() if not wanted & graph.keys()}:
        graph = {name: wanted for name, wanted in graph.items() if name not in ends}

    assert graph == {}


@pytest.mark.parametrize("module", MODULES)
def test_pulumi_is_imported_by_the_host_and_the_program_only_and_its_protocol_by_the_plugin(module: str) -> None:
    if not {short(module), part(short(module))} & WITH_PULUMI:
        protocol = "pulumi.runtime.proto" if part(short(module)) == "plugin" else None
        found = [name for name in imports(module) if name.split(".")[0] == "pulumi"]
        assert [name for name in found if name != protocol] == []


@pytest.mark.parametrize("folder", [file.parent for file in PACKAGE.rglob("*/__init__.py")], ids=lambda each: each.name)
def test_a_folder_shows_what_it_holds_who_calls_it_and_what_it_imports(folder: Path) -> None:
    described = ast.get_docstring(ast.parse((folder / "__init__.py").read_text()))

    assert described is not None
    may_import = {name.partition(".")[0] for name in MAY_IMPORT.get(folder.name, ())} - {"words"}
    assert [name for name in may_import if f"`{name}" not in described] == []
    assert described.count(". ") + described.count(".\n") + 1 >= 3


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
        and not any(PACKAGE.glob(f"{file.relative_to(TESTS).with_name(_mirrored(file.name)).with_suffix('')}.*"))
    ]

    assert strays == []


def test_a_module_of_the_suite_of_questions_has_tests_of_its_own() -> None:
    modules = {file.stem for file in (PACKAGE.parent / "verify").glob("*.py")} - {"__init__"}

    assert {f"test_{name}.py" for name in modules} - {file.name for file in (TESTS / "verify").iterdir()} == set()


def _mirrored(test: str) -> str:
    return {"test_package.py": "__init__.py"}.get(test, test.removeprefix("test_"))
