"""Lists of the resources of CloudFormation stacks."""

from __future__ import annotations

from typing import Any

import botocore.session
import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.other_tools import cloudformation
from tests.stacks.other_tools.documents import Document, cfn_description, cfn_list, cfn_resource, logging, room

ROOM, LOGGING = "AWS::IVSChat::Room", "AWS::IVSChat::LoggingConfiguration"
ONE, TWO, ARCHIVE = room("aaaaaaaaaaaa"), room("bbbbbbbbbbbb"), logging("dddddddddddd")
NESTED = "arn:aws:cloudformation:us-west-2:111122223333:stack/chat-inner/e0a2"


@pytest.mark.parametrize(
    ("operation", "document"),
    [
        ("ListStackResources", cfn_list(cfn_resource(ROOM, "Lobby", ONE))),
        ("DescribeStackResources", cfn_description(cfn_resource(ROOM, "Lobby", ONE))),
    ],
)
def test_the_documents_of_these_tests_have_the_members_of_awss_service_model(
    operation: str, document: Document
) -> None:
    model = botocore.session.get_session().get_service_model("cloudformation")
    shape: Any = model.operation_model(operation).output_shape

    for name, listed in document.items():
        members = {*shape.members[name].member.members}
        for each in listed:
            assert members >= {*each}


@pytest.mark.parametrize("form", [cfn_list, cfn_description])
def test_names_are_logical_ids(form: type) -> None:
    document = form(
        cfn_resource("AWS::S3::Bucket", "Logs", "logs"),
        cfn_resource(LOGGING, "Archive", ARCHIVE),
        cfn_resource(ROOM, "LobbyA1B2C3D4", ONE, "UPDATE_ROLLBACK_COMPLETE"),
    )

    assert cloudformation.recognizes(document)
    assert [(each.arn, each.address, each.name) for each in cloudformation.read(document, "stack.json").entries] == [
        (ARCHIVE, "Archive", "Archive"),
        (ONE, "LobbyA1B2C3D4", "LobbyA1B2C3D4"),
    ]


def test_resources_that_the_stack_does_not_manage_are_skipped() -> None:
    document = cfn_list(
        cfn_resource(ROOM, "Deleted", ONE, "DELETE_COMPLETE"),
        cfn_resource(ROOM, "LetGoOf", ONE, "DELETE_SKIPPED"),
        cfn_resource(ROOM, "NeverCreated", None, "CREATE_FAILED"),
        cfn_resource(ROOM, "StillThere", TWO, "DELETE_FAILED"),
    )

    assert [each.name for each in cloudformation.read(document, "stack.json").entries] == ["StillThere"]


def test_a_nested_stack_is_named_with_the_command_that_lists_it() -> None:
    document = cfn_list(cfn_resource("AWS::CloudFormation::Stack", "Inner", NESTED), cfn_resource(ROOM, "Lobby", ONE))

    [note] = cloudformation.read(document, "stack.json").notes

    assert note.startswith(f"stack.json does not have the resources of the nested stack {NESTED}. To list them: ")
    assert note.endswith(f"`aws cloudformation list-stack-resources --stack-name {NESTED}`.")


def test_a_release_takes_two_deployments_which_name_the_logical_ids() -> None:
    document = cfn_description(
        cfn_resource(LOGGING, "Archive", ARCHIVE), cfn_resource(ROOM, "Lobby", ONE), cfn_resource(ROOM, "Hall", TWO)
    )
    found = cloudformation.read(document, "stack.json")

    assert found.release_instructions({ARCHIVE, ONE}).splitlines() == [
        "Then let CloudFormation go of them, in two deployments of the stack chat:",
        "1. In the template, set `DeletionPolicy: Retain` on Archive, Lobby, and deploy it.",
        "2. Remove Archive, Lobby and what refers to them from the template, and deploy it.",
        "Do not skip the first, nor delete the stack before it: that would delete them.",
    ]
    assert found.forgetting(ONE) == "remove Lobby from stack.json"


def test_a_list_does_not_have_the_stacks_name() -> None:
    found = cloudformation.read(cfn_list(cfn_resource(ROOM, "Lobby", ONE)), "stack.json")

    assert "in two deployments of their stack:" in found.release_instructions({ONE})


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (cfn_list(NextToken="x"), "stack.json is one page of several"),
        (cfn_list(cfn_resource(ROOM, "Lobby", ONE, "UPDATE_IN_PROGRESS")), "CloudFormation is changing Lobby"),
        (cfn_list(cfn_resource(ROOM, "Lobby", "lobby")), "Lobby does not have the ARN"),
    ],
)
def test_a_list_that_is_incomplete_or_not_at_rest_is_an_error(document: Document, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as raised:
        cloudformation.read(document, "stack.json")

    assert raised.value.remedy
