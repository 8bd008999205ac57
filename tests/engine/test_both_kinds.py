"""A stack that has dynamic resources of the Python API and resources of the native plug-in: whole-stack commands work on both."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import yaml

from tests.conftest import REGION, LocalService
from tests.engine import native
from tests.engine.conftest import Stack
from tests.engine.test_drift import shown
from tests.engine.test_recovery import is_whole, killed_when, rooms

PROGRAM = """
class NativeRoom(pulumi.CustomResource):
    def __init__(self, name, **properties):
        super().__init__("ivschat:index:Room", name, properties)

for number in range({count}):
    Room(f"dynamic-{{number}}")
    NativeRoom(f"native-{{number}}")
"""
"""A native room without a generated SDK, which would need packages that nothing else here does."""


@pytest.fixture
def both(new_stack: Callable[[str], Stack], service: LocalService) -> Stack:
    """Return a stack whose programs in Python also find the plug-in."""
    made = new_stack("test").config(region=REGION, endpointUrl=service.url)
    project = {**yaml.safe_load(native.project_file("chat")), "runtime": "python"}
    (made.directory / "Pulumi.yaml").write_text(yaml.safe_dump(project))
    return made


def types(stack: Stack) -> list[str]:
    return sorted(each["type"] for each in stack.resources() if each["type"].endswith(":Room"))


@pytest.mark.long
def test_drift_recover_and_import_work_on_a_stack_of_both_kinds(both: Stack, service: LocalService) -> None:
    both.program(PROGRAM.format(count=1)).up()
    for name in ("dynamic-0", "native-0"):
        service.client().update_room(identifier=both.resource(name)["id"], maximumMessageLength=7)
    path = "maximum_message_length"
    assert shown(both) == [("changed", "dynamic-0", path), ("changed", "native-0", path)]
    both.up("--refresh")

    service.fault("CreateRoom", hang=True, when="after", count=None)
    both.program(PROGRAM.format(count=3))
    killed_when(both, lambda: len(rooms(service)) == 6)
    service.clear_faults()
    recovered = both.ivschat("recover", "--yes").stderr
    assert recovered.count("Made, not recorded: Room ") == 4
    both.up("--expect-no-changes")
    assert is_whole(both, service)

    by_hand = [service.client().create_room(name=name)["arn"] for name in ("one", "two")]
    both.ivschat("import", f"one={by_hand[0]}", "--yes")
    both.ivschat("import", f"two={by_hand[1]}", "--yes", "--language", "yaml")
    added = "import imported_rooms\nNativeRoom('two')"
    both.program(f"{PROGRAM.format(count=3)}\n{added}").run("preview", "--expect-no-changes", "--refresh")
    assert {each["id"] for each in both.resources()} == rooms(service)
    assert types(both) == ["ivschat:index:Room"] * 4 + ["pulumi-python:dynamic/ivschat:Room"] * 4
    assert json.loads(both.ivschat("drift", "--json").stdout)["findings"] == []
