"""Exported Pulumi stacks; tests/engine/test_moving_in.py has the engine carry out the commands."""

from __future__ import annotations

import shlex

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.other_tools import pulumi_state
from tests.stacks.other_tools.documents import (
    NATIVE_ROOM,
    PULUMI_LOGGING,
    PULUMI_ROOM,
    Document,
    logging,
    pulumi_export,
    pulumi_resource,
    room,
    urn,
)

ONE, TWO, ARCHIVE = room("aaaaaaaaaaaa"), room("bbbbbbbbbbbb"), logging("dddddddddddd")
LOBBY = pulumi_resource(PULUMI_ROOM, "lobby", ONE)


def test_rooms_and_logging_configurations_of_both_providers_are_found_with_their_names() -> None:
    document = pulumi_export(
        pulumi_resource(PULUMI_LOGGING, "archive", ARCHIVE),
        LOBBY,
        pulumi_resource(NATIVE_ROOM, "big hall", TWO),
        pulumi_resource("aws:s3/bucket:Bucket", "logs", "logs"),
    )

    found = pulumi_state.read(document, "stack.json")

    assert pulumi_state.recognizes(document)
    assert [(each.arn, each.address, each.name) for each in found.entries] == [
        (ARCHIVE, urn("archive", PULUMI_LOGGING), "archive"),
        (ONE, urn("lobby", PULUMI_ROOM), "lobby"),
        (TWO, urn("big hall", NATIVE_ROOM), "big hall"),
    ]
    assert (found.stack, found.selector) == ("web/prod", "prod")


def test_components_are_known_from_the_outside_in() -> None:
    outer = {"urn": urn("eu", "web:Region"), "type": "web:Region", "parent": urn("web-prod", "pulumi:pulumi:Stack")}
    inner = {"urn": urn("chat", "web:Chat", "web:Region$"), "type": "web:Chat", "parent": outer["urn"]}
    document = pulumi_export(outer, inner, pulumi_resource(PULUMI_ROOM, "lobby", ONE, parent=inner["urn"]))

    [entry] = pulumi_state.read(document, "stack.json").entries

    assert entry.enclosing == ("eu", "chat")


def test_a_state_as_the_backend_keeps_it_is_read_too() -> None:
    document = {"version": 3, "checkpoint": {"latest": pulumi_export(LOBBY)["deployment"]}}

    assert pulumi_state.recognizes(document)
    assert [each.name for each in pulumi_state.read(document, "prod.json").entries] == ["lobby"]


def test_a_room_that_the_stack_only_looks_up_is_skipped() -> None:
    document = pulumi_export(pulumi_resource(PULUMI_ROOM, "lobby", ONE, external=True))

    assert pulumi_state.read(document, "stack.json").entries == []


def test_each_is_deleted_from_the_state_by_a_command_and_those_that_depend_on_another_first() -> None:
    document = pulumi_export(
        pulumi_resource(PULUMI_LOGGING, "archive", ARCHIVE),
        pulumi_resource(PULUMI_ROOM, "it's", ONE, dependencies=[urn("archive", PULUMI_LOGGING)], protect=True),
    )
    found = pulumi_state.read(document, "stack.json", "acme/web/prod")

    lines = found.release_instructions({ONE, ARCHIVE}).splitlines()

    assert lines[0] == "Then let the stack web/prod go of them. Run in the project web:"
    assert [shlex.split(line) for line in lines[1:3]] == [
        ["pulumi", "state", "delete", urn("it's", PULUMI_ROOM), "--stack", "acme/web/prod", "--yes", "--force"],
        ["pulumi", "state", "delete", urn("archive", PULUMI_LOGGING), "--stack", "acme/web/prod", "--yes"],
    ]
    assert lines[3:] == [
        "Before its next `pulumi up`, remove them from its program.",
        "An `up` in between would create them a second time; without the commands, it would delete them.",
    ]


@pytest.mark.parametrize(
    "needs",
    [
        {"dependencies": [LOBBY["urn"]]},
        {"propertyDependencies": {"policy": [LOBBY["urn"]], "name": None}},
        {"parent": LOBBY["urn"]},
        {"deletedWith": LOBBY["urn"]},
    ],
)
def test_a_room_that_others_depend_on_is_let_go_of_by_the_program(needs: Document) -> None:
    document = pulumi_export(
        LOBBY, pulumi_resource("aws:iam/policy:Policy", "issuer", "arn:aws:iam::1:policy/x", **needs)
    )
    found = pulumi_state.read(document, "stack.json")

    assert found.release_instructions({ONE}) == (
        "issuer depends on lobby in the stack web/prod, so `pulumi state delete` fails for it. Instead, set its option "
        "retainOnDelete in that program and run `pulumi up`. Then remove it, and run `pulumi up` again."
    )


def test_a_room_that_is_gone_is_forgotten_by_a_refresh_of_it_alone() -> None:
    found = pulumi_state.read(pulumi_export(LOBBY), "stack.json")

    assert found.forgetting(ONE) == f"run `pulumi refresh --stack prod --target {LOBBY['urn']}`"


def test_rooms_of_this_package_are_named_as_not_of_another_tool() -> None:
    ours = {"urn": urn("lobby", "ivschat:index:Room"), "type": "ivschat:index:Room", "id": ONE}

    found = pulumi_state.read(pulumi_export(ours), "stack.json")

    assert found.entries == []
    assert found.notes == [
        "stack.json also has resources of this package; `pulumi state move` moves those to another stack."
    ]


@pytest.mark.parametrize(
    "document",
    [
        pulumi_export(pending=[LOBBY]),
        pulumi_export({**LOBBY, "delete": True}),
        pulumi_export({**LOBBY, "pendingReplacement": True}),
    ],
)
def test_a_stack_that_has_not_finished_with_a_room_is_an_error(document: Document) -> None:
    with pytest.raises(SettingsError, match=r"^stack\.json: an update of the stack has not finished with lobby\n"):
        pulumi_state.read(document, "stack.json")


@pytest.mark.parametrize("deployment", [None, {}, {"resources": None}, {"resources": [{"urn": 1}, {}, "x"]}])
def test_an_empty_or_damaged_state_has_no_entries(deployment: object) -> None:
    found = pulumi_state.read({"version": 3, "deployment": deployment}, "stack.json")

    assert (found.entries, found.stack) == ([], "")
