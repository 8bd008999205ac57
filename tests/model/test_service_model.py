"""The service model: read right, without botocore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore import xform_name

from pulumi_ivschat.model.service_model import REGIONS, botocore_regions, operations, shape, snake_case

BOTOCORE: Any = botocore.session.get_session().get_service_model("ivschat")


def test_the_regions_are_those_that_botocore_knows() -> None:
    assert (
        list(REGIONS)
        == sorted(botocore.session.get_session().get_available_regions("ivschat"))
        == list(botocore_regions())
    )


def test_every_operation_of_botocore_is_known_with_its_route_and_status() -> None:
    theirs = {
        name: (http["method"], http["requestUri"], http["responseCode"])
        for name in BOTOCORE.operation_names
        for http in [BOTOCORE.operation_model(name).http]
    }

    assert theirs == {name: (ours.method, ours.path, ours.status) for name, ours in operations().items()}


@pytest.mark.parametrize("name", BOTOCORE.shape_names)
def test_every_shape_has_botocores_constraints(name: str) -> None:
    theirs, ours = BOTOCORE.shape_for(name), shape(name)

    assert theirs.metadata.get("min") == ours.minimum
    assert theirs.metadata.get("max") == ours.maximum
    assert tuple(theirs.metadata.get("enum", ())) == ours.choices
    assert tuple(theirs.metadata.get("required", ())) == ours.required
    assert list(getattr(theirs, "members", {})) == list(ours.members)


def test_python_names_of_members_are_boto3s() -> None:
    members = {member for name in operations() for member in operations()[name].input.members}

    assert {member: xform_name(member) for member in members} == {member: snake_case(member) for member in members}


def test_the_model_is_read_without_importing_botocore(run_python: Callable[[str], str]) -> None:
    code = "import sys; from pulumi_ivschat.model import service_model as m; m.operations(); print('botocore' in sys.modules)"

    assert run_python(code) == "False"


@pytest.mark.parametrize(
    ("rate", "named"),
    [
        (3, {f"{verb}LoggingConfiguration" for verb in ("Create", "Get", "Update", "Delete")}),
        (3, {"ListLoggingConfigurations"}),
        (5, {"CreateRoom", "GetRoom", "UpdateRoom", "DeleteRoom", "ListRooms"}),
        (10, {"TagResource", "UntagResource", "ListTagsForResource"}),
        (100, {"DeleteMessage", "DisconnectUser", "SendEvent"}),
        (200, {"CreateChatToken"}),
    ],
)
def test_an_operation_has_the_rate_of_its_group(rate: int, named: set[str]) -> None:
    assert {operations()[operation].rate for operation in named} == {rate}


def test_every_operation_has_a_rate() -> None:
    assert all(operation.rate > 0 for operation in operations().values())
