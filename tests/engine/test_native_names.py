"""Names that Pulumi proposes for native resources: its automatic names, on the real engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.conftest import REGION, LocalService
from tests.engine import native
from tests.engine.conftest import Stack
from tests.engine.test_plugin import YamlStack


@pytest.mark.long
def test_a_proposed_name_is_kept_and_so_is_an_explicit_one_that_the_program_removes(
    new_stack: Callable[[str], Stack], service: LocalService
) -> None:
    made = new_stack("test").config(region=REGION, endpointUrl=service.url)
    (made.directory / "Pulumi.yaml").write_text(native.project_file("chat"))
    stack = YamlStack(made.directory, made.environment)
    stack.run("config", "set", "--path", "pulumi:autonaming.pattern", "${name}-${alphanum(6)}")
    unnamed = {"lobby": {"type": "ivschat:Room"}}

    def name() -> str:
        [room] = service.client().list_rooms()["rooms"]
        return room["name"]

    stack.yaml(resources=unnamed).up()
    proposed = name()
    stack.preview("--expect-no-changes")
    stack.yaml(resources={"lobby": {**unnamed["lobby"], "properties": {"name": "hall"}}}).up()
    stack.yaml(resources=unnamed).preview("--expect-no-changes")

    assert proposed.startswith("lobby-")
    assert len(proposed) == len("lobby-123456")
    assert name() == "hall"
