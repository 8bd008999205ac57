"""The examples of the schema; tests/engine/test_plugin.py runs the programs."""

from __future__ import annotations

import pytest
import yaml

from pulumi_ivschat import native
from pulumi_ivschat.plugin.examples import EXAMPLES, markdown


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_of_something_in_the_schema_and_is_a_program(name: str) -> None:
    tokens = {*native.schema()["resources"], *native.schema()["functions"]}

    assert native.token(name) in tokens
    assert yaml.safe_load(EXAMPLES[name].yaml)["runtime"] == "yaml"
    assert f"ivschat:{name}" in EXAMPLES[name].yaml


def test_without_an_example_there_is_no_text() -> None:
    assert markdown("getRoom") == ""
