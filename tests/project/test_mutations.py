"""The bugs on purpose: each can be applied, also in the processes that tests start, and is caught only if it ran."""

from __future__ import annotations

import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.soak.mutants import failures
from tests.soak.mutations import MUTATIONS, PARTS, places
from tests.soak.mutations.mutation import RAN, Mutation, Patch, gone, put_in
from tests.soak.mutations.process import ERROR, PUT_IN, environment, report, verdict

ROOT = Path(__file__).parents[2]
NAMED = {name: place for name, place in vars(places).items() if name.isupper()}
TARGET = "pulumi_ivschat.lifecycle.tags:tag_change"
TELLING = "import sys; sys.stdout.write(str([name for name in sys.modules if name.startswith('pulumi')]))"
CHANGING = (
    f"from {TARGET.replace(':', ' import ')}; import sys; sys.stdout.write(str(tag_change({{'a': '1'}}, {{}}).remove))"
)


def test_each_bug_on_purpose_replaces_the_right_values_until_it_is_removed() -> None:
    assert [mutation.name for mutation in MUTATIONS.values() if not is_put_in_and_removed(mutation)] == []


def is_put_in_and_removed(mutation: Mutation) -> bool:
    right = [patch.right() for patch in mutation.patches]
    with put_in(mutation):
        if any(patch.right() is former for patch, former in zip(mutation.patches, right, strict=True)):
            return False
    return [patch.right() for patch in mutation.patches] == right


def test_each_wrong_function_has_the_parameters_of_the_right_one() -> None:
    patches = [(mutation.name, patch) for mutation in MUTATIONS.values() for patch in mutation.patches]

    assert [name for name, patch in patches if not (patch.constant or has_the_right_parameters(patch))] == []


def has_the_right_parameters(patch: Patch) -> bool:
    wrong = inspect.signature(patch.wrong).parameters.values()
    named = [each.name for each in wrong if each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)][1:]
    return named == taken(patch.right())[: len(named) if len(named) < len(wrong) - 1 else None]


def taken(right: Any) -> list[str]:
    """Return the names of what a function, or a property's, takes."""
    return list(inspect.signature(getattr(right, "fget", right)).parameters)


def test_the_names_that_mutations_use_exist() -> None:
    names = {name: place for name, place in NAMED.items() if isinstance(place, str) and ":" in place}

    assert [name for name, place in names.items() if places.value(place) is None] == []


def test_the_tests_that_are_to_catch_a_mutation_exist() -> None:
    tests = [test for place in NAMED.values() if not isinstance(place, str) for test in place]

    assert [test for test in tests if not (ROOT / test).is_file()] == []


def test_each_part_has_mutations() -> None:
    parts = {part.__name__.rpartition(".")[2] for part in PARTS}

    assert parts == {name.partition(".")[0] for name in MUTATIONS}


def mutated(directory: Path, mutation: str, code: str) -> str:
    """Run code in a process with a mutation, and return what it wrote."""
    command = [sys.executable, "-c", code]
    variables = environment(directory, mutation)
    return subprocess.run(command, env=variables, capture_output=True, text=True, check=False).stdout


def test_a_mutation_is_in_the_processes_of_its_environment_and_in_no_other(tmp_path: Path) -> None:
    assert mutated(tmp_path, "tags.dropped_keys_stay", CHANGING) == "[]"
    assert report(tmp_path) == [f"{PUT_IN}{TARGET}", RAN]
    assert mutated(tmp_path / "..", "", CHANGING) == "['a']"


def test_a_mutation_loads_nothing_before_a_test_does(tmp_path: Path) -> None:
    assert mutated(tmp_path, "tags.dropped_keys_stay", TELLING) == "[]"
    assert verdict(1, report(tmp_path), [TARGET]).startswith(ERROR)


def test_a_mutation_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    mutated(tmp_path, "tags.none", CHANGING)

    assert verdict(1, report(tmp_path), [TARGET]) == f"{ERROR}no mutation is called tags.none"


def test_a_process_that_cannot_prepare_a_mutation_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "__init__.py").touch()  # without mutations

    mutated(tmp_path, "tags.dropped_keys_stay", CHANGING)

    assert verdict(1, [f"{PUT_IN}{TARGET}", RAN, *report(tmp_path)], [TARGET]).startswith(f"{ERROR}No module named")


def test_a_mutation_whose_place_is_gone_cannot_pass() -> None:
    places = (TARGET, TARGET.replace("tag_change", "none"), TARGET.replace("tags", "none"))
    patches = tuple(Patch(module, name, print) for module, _, name in (place.partition(":") for place in places))

    assert gone(Mutation("tags.moved", "", patches, ())) == [*places[1:]]


def test_words_that_no_mutation_has_are_wrong_usage() -> None:
    command = [sys.executable, "-m", "tests.soak", "mutants", "--list", "--only", "tags.", "--only", "tags.none"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (ran.returncode, ran.stderr.splitlines()[-1].partition("error: ")[2]) == (
        2,
        "no mutation has tags.none in its name, description or tests",
    )


def test_the_tests_that_caught_a_mutation_are_named() -> None:
    summary = (
        "1 passed\nFAILED tests/a/test_b.py::test_c[x] - assert 1 == 2\nERROR tests/d.py::test_e\nFailed: the tests"
    )

    assert failures(summary) == ["tests/a/test_b.py::test_c[x]", "tests/d.py::test_e"]


@pytest.mark.parametrize(
    ("code", "lines", "outcome"),
    [
        (1, [f"{PUT_IN}{TARGET}", RAN], "caught"),
        (0, [f"{PUT_IN}{TARGET}", RAN], "MISSED"),
        (0, [f"{PUT_IN}{TARGET}"], "MISSED"),
        (None, [f"{PUT_IN}{TARGET}", RAN], "too slow"),
        (1, [f"{PUT_IN}{TARGET}"], f"{ERROR}a test failed, and the wrong code never ran"),
        (1, [RAN], f"{ERROR}no test imported its module"),
        (0, [], f"{ERROR}no test imported its module"),
        (4, [f"{PUT_IN}{TARGET}", RAN], f"{ERROR}pytest ended with 4"),
        (1, [f"{PUT_IN}{TARGET}", RAN, f"{ERROR}in another process"], f"{ERROR}in another process"),
    ],
)
def test_only_a_mutation_that_ran_is_caught(code: int | None, lines: list[str], outcome: str) -> None:
    assert verdict(code, lines, [TARGET]) == outcome
