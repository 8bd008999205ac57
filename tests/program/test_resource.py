"""The behaviour that rooms and logging configurations share in a program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_ivschat.program.logging_configuration import LoggingConfiguration
from pulumi_ivschat.program.resource import OwnedResource
from pulumi_ivschat.program.room import Room


@pytest.mark.parametrize("resource", [Room, LoggingConfiguration])
def test_what_has_an_arn_owns_its_tags(resource: type) -> None:
    assert issubclass(resource, OwnedResource)
    assert {"tags", "tags_all", "owner_tag", "region"} <= resource.__annotations__.keys()


@pytest.mark.parametrize(
    ("name", "expected"), [("pulumi-language-python-exec", "True"), ("tests-of-a-program", "False")]
)
def test_python_seldom_searches_for_garbage_in_a_program_that_pulumis_launcher_runs(
    name: str, expected: str, tmp_path: Path
) -> None:
    code = """
import gc, pulumi
class Mocks(pulumi.runtime.Mocks):
    def call(self, args): return {}
    def new_resource(self, args): return args.name, args.inputs
pulumi.runtime.set_mocks(Mocks())
from pulumi_ivschat import Room
before = gc.get_threshold()
@pulumi.runtime.test
def declare(): Room("lobby")
declare()
print(before < gc.get_threshold())
"""
    (tmp_path / name).write_text(code)
    ran = subprocess.run([sys.executable, name], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60)

    assert ran.stdout.strip() == expected
