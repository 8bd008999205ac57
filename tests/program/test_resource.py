"""The behaviour that rooms and logging configurations share in a program."""

from __future__ import annotations

import pytest

from pulumi_ivschat.program.logging_configuration import LoggingConfiguration
from pulumi_ivschat.program.resource import OwnedResource
from pulumi_ivschat.program.room import Room


@pytest.mark.parametrize("resource", [Room, LoggingConfiguration])
def test_what_has_an_arn_owns_its_tags(resource: type) -> None:
    assert issubclass(resource, OwnedResource)
    assert {"tags", "tags_all", "owner_tag", "region"} <= resource.__annotations__.keys()
