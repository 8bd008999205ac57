"""The examples of the schema; tests/engine/test_plugin.py runs the programs."""

from __future__ import annotations

import pytest
import yaml

from pulumi_ivschat.model import native
from pulumi_ivschat.plugin.examples import EXAMPLES, markdown


def test_every_resource_and_function_has_an_example() -> None:
    assert {*map(native.token, EXAMPLES)} == {*native.schema()["resources"], *native.schema()["functions"]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_a_program(name: str) -> None:
    assert yaml.safe_load(EXAMPLES[name].yaml)["runtime"] == "yaml"
    assert f"ivschat:{name}" in EXAMPLES[name].yaml


def test_an_example_imports_only_what_it_uses() -> None:
    assert "@pulumi/pulumi" in EXAMPLES["TagSet"].typescript
    assert "@pulumi/pulumi" not in EXAMPLES["Room"].typescript


def test_the_registry_shows_an_example_in_both_languages() -> None:
    shown = markdown("getRoom")

    assert "### A room that another stack manages\n\n```typescript\nimport" in shown
    assert "```yaml\nname: chat\n" in shown
