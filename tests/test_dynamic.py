"""What a program declares, and what the state names: the pickle that people's state holds."""

from __future__ import annotations

import base64
import pickle
from collections.abc import Callable

import pytest

from pulumi_ivschat.dynamic import provider_for, serialized_provider
from pulumi_ivschat.host.provider import Provider
from pulumi_ivschat.lifecycle import RESOURCE_TYPES

PICKLES = {
    "LoggingConfiguration": (
        "gASVRgAAAAAAAACMFnB1bHVtaV9pdnNjaGF0LmR5bmFtaWOUjAxwcm92aWRlcl9mb3KUk5SMFExvZ2dpbmdDb25maWd1cmF0aW9ulIWUUpQu"
    ),
    "Room": "gASVNgAAAAAAAACMFnB1bHVtaV9pdnNjaGF0LmR5bmFtaWOUjAxwcm92aWRlcl9mb3KUk5SMBFJvb22UhZRSlC4=",
    "TagSet": "gASVOAAAAAAAAACMFnB1bHVtaV9pdnNjaGF0LmR5bmFtaWOUjAxwcm92aWRlcl9mb3KUk5SMBlRhZ1NldJSFlFKULg==",
}


@pytest.mark.parametrize("name", RESOURCE_TYPES)
def test_the_pickle_is_what_is_in_peoples_state(name: str) -> None:
    assert serialized_provider(name) == PICKLES[name]
    assert len(PICKLES[name]) < 100 + len(name)


@pytest.mark.parametrize("name", RESOURCE_TYPES)
def test_the_pickle_becomes_the_provider(name: str) -> None:
    loaded = pickle.loads(base64.b64decode(PICKLES[name]))  # noqa: S301  our own bytes

    assert isinstance(loaded, Provider)
    assert vars(loaded) == vars(provider_for(name)) == {"_name": name}


def test_a_program_loads_no_provider(run_python: Callable[[str], str]) -> None:
    code = """
import sys
from pulumi_ivschat import LoggingConfiguration, Room, TagSet
from pulumi_ivschat.dynamic import serialized_provider
serialized_provider("Room")
hosted = {"host.provider", "aws.client", "settings", "aws.read_ahead", "lifecycle.cloud_resource"}
print({f"pulumi_ivschat.{name}" for name in hosted} & set(sys.modules))
"""
    assert run_python(code) == "set()"
