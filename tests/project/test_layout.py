"""The layout shows the design: who may import whom, and where a module's tests are."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

import pulumi_ivschat

PACKAGE = Path(pulumi_ivschat.__file__).parent
TESTS = Path(__file__).parents[1]
MODULES = {
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): file
    for file in PACKAGE.rglob("*.py")
}
INSIDE = {name: file for name, file in MODULES.items() if name != "pulumi_ivschat"}
FOLDERS = [name for name, file in INSIDE.items() if file.name == "__init__.py"]

ELSEWHERE = {"engine", "faults", "examples", "clients", "project", "sdk", "typing", "verify"}
"""Tests that are about more than one module."""
OF_A_WHOLE_FOLDER = {"local/test_attacks.py"}
"""The same, beside the tests of its modules."""

MAY_IMPORT = {
    "aws": {"local.discovery", "local.data_directory"},
    "lifecycle": {"aws"},
    "operations": {"aws", "lifecycle"},
    "host": {"operations"},
    "plugin": {"aws", "lifecycle", "operations"},
    "program": {"aws", "lifecycle", "operations", "runtime", "dynamic"},
    "stacks": {"aws", "lifecycle", "dynamic"},
    "cli": {"aws", "runtime", "stacks", "local"},
    "testing": {"local"},
}
"""
By part of the package: the parts, or modules of them, that it imports beside the words.

`local` imports the words alone. So do the words: `model`, and modules at the root, but those in `PART_OF`.
"""

PART_OF = {"__main__": "cli", "dynamic": "host", "pytest_plugin": "testing", "runtime": "aws"}
"""Modules at the root that belong to a part."""

WITH_PULUMI = {"host", "program", "model.properties"}


@functools.cache
def imports(module: str) -> tuple[str, ...]:
    """Return the modules that a module imports, also inside functions."""
    return tuple(_imports(module))


def _imports(module: str) -> Iterator[str]:
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
    """Return the part that a module (without the package's name) belongs to, "words" for the others at the root."""
    folder = name.partition(".")[0]
    return folder if folder in {*MAY_IMPORT, "local"} else PART_OF.get(name, "words")


def foreign(module: str) -> set[str]:
    """Return the modules of other parts that a module imports, without the words."""
    return {name for name in own(module) if part(name) not in {part(short(module)), "words"}}


def test_each_part_imports_the_parts_that_it_may_import_and_no_others() -> None:
    wrong = [
        f"{short(module)} imports {name}"
        for module in INSIDE
        for name in sorted(foreign(module))
        if not {name, part(name)} & MAY_IMPORT.get(part(short(module)), set())
    ]
    imported = {
        (part(short(module)), each) for module in INSIDE for name in foreign(module) for each in (name, part(name))
    }
    unused = [f"{here} never imports {name}" for here, names in MAY_IMPORT.items() for name in names]

    assert wrong == []
    assert [line for line in unused if tuple(line.split(" never imports ")) not in imported] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {short(module): own(module) for module in INSIDE}
    while ends := {name for name, wanted in graph.items() if not wanted & graph.keys()}:
        graph = {name: wanted for name, wanted in graph.items() if name not in ends}

    assert graph == {}


def test_pulumi_is_imported_by_the_host_and_the_program_only_and_its_protocol_by_the_plugin() -> None:
    wrong = [
        f"{short(module)} imports {name}"
        for module in MODULES
        for name in imports(module)
        if name.split(".")[0] == "pulumi"
        and not {short(module), part(short(module))} & WITH_PULUMI
        and not (name == "pulumi.runtime.proto" and part(short(module)) == "plugin")
    ]

    assert wrong == []


def modules_of(folder: str) -> set[str]:
    """Return the modules in a folder, with those at the root that belong to it."""
    below = {module for module in INSIDE if module == folder or module.startswith(f"{folder}.")}
    return below | {f"pulumi_ivschat.{name}" for name, here in PART_OF.items() if here == short(folder)}


def sentences_of(folder: str) -> list[str]:
    """Return the sentences that describe a folder."""
    described = ast.get_docstring(ast.parse(MODULES[folder].read_text()))
    return re.split(r"(?<=\.) ", " ".join((described or "").split()))


def parts_in(text: str) -> set[str]:
    """Return the parts that a text names in code style; a module counts as its part."""
    found = {
        part(name) for name in re.findall(r"`([a-z_.]+)`", text) if part(name) != name or name in {*MAY_IMPORT, "local"}
    }
    return found - {"words"}


def callers_of(folder: str) -> set[str]:
    """Return the parts whose modules import a folder's."""
    within = modules_of(folder)
    names = {short(module) for module in within}
    return {part(short(module)) for module in INSIDE.keys() - within if own(module) & names}


def imported_by(folder: str) -> set[str]:
    """Return the parts that a folder's modules import."""
    within = modules_of(folder)
    return {part(name) for module in within for name in own(module) if f"pulumi_ivschat.{name}" not in within} - {
        "words"
    }


def test_the_text_of_each_folder_names_its_callers() -> None:
    """In a sentence with “call it”."""
    wrong = []
    for folder in (each for each in FOLDERS if part(short(each)) != "words"):  # words are for all parts
        calling = [found[1] for each in sentences_of(folder) if (found := re.search(r"(.*)\bcalls? it\b", each))]
        own_part = set() if folder.count(".") > 1 else {short(folder)}
        if parts_in(" ".join(calling)) - own_part != callers_of(folder):
            wrong.append(f"{folder}: its callers are {sorted(callers_of(folder))}")

    assert wrong == []


def test_the_text_of_each_folder_names_its_imports() -> None:
    """In a sentence with “it imports”."""
    wrong = []
    for folder in FOLDERS:
        imported = [found[1] for each in sentences_of(folder) if (found := re.search(r"\b[Ii]t imports\b(.*)", each))]
        if parts_in(" ".join(imported)) != imported_by(folder):
            wrong.append(f"{folder}: it imports {sorted(imported_by(folder))}")

    assert wrong == []


def test_the_text_of_each_folder_has_at_least_three_sentences() -> None:
    assert [folder for folder in FOLDERS if len(sentences_of(folder)) < 3] == []


def test_each_module_has_tests_of_its_own() -> None:
    """A package's own file holds what its modules share, and needs none."""
    missing = [
        module
        for module, file in MODULES.items()
        if (file.name != "__init__.py" or module in {"pulumi_ivschat", "pulumi_ivschat.cli"})
        and not (
            TESTS
            / file.relative_to(PACKAGE).with_name(f"test_{'package' if file.stem == '__init__' else file.stem}.py")
        ).exists()
    ]

    assert missing == []


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
