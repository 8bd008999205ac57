"""examples/fleet, run as it is there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from importlib.metadata import version
from typing import Any

import jsonschema
import pytest
import yaml

from tests import workflows
from tests.conftest import LocalService
from tests.examples.conftest import EXAMPLES
from tests.examples.fleets import EAST, EXAMPLE, OPERATOR, STACKS, WEST, Fleet, counts, rooms_at
from tests.examples.operator_crd import STACK

WORKFLOWS = sorted((EXAMPLE / ".github" / "workflows").glob("*.yml"))


@pytest.mark.long
@pytest.mark.nightly
def test_a_fleet_of_two_regions_gets_another_stack_which_moves_no_room_that_exists(
    fleet: Fleet, service: LocalService
) -> None:
    rooms: dict[str, Any] = {f"room-{number}": {"region": EAST} if number == 0 else {} for number in range(6)}
    fleet.write(rooms, stacks=STACKS[:1])
    assert counts(fleet.run("up"), "create") == 6
    assert {region: len(rooms_at(service, region)) for region in (WEST, EAST)} == {WEST: 5, EAST: 1}

    fleet.write(rooms, stacks=STACKS[:2])
    assert "add `stack: fleet-a` to it" in fleet.run("preview", code=1)
    before = {**rooms_at(service, WEST), **rooms_at(service, EAST)}
    kept = {key: {**inputs, "stack": "fleet-a"} for key, inputs in rooms.items() if key != "room-2"}
    kept["room-1"]["maximum_message_length"] = 99
    fleet.write({**kept, "late": {"stack": "fleet-b"}}, stacks=STACKS[:2])
    said = fleet.run("up")
    assert [counts(said, kind) for kind in ("create", "update", "delete", "same")] == [1, 1, 1, 4]
    after = {**rooms_at(service, WEST), **rooms_at(service, EAST)}
    assert after.items() - before.items() == {("late", after["late"])}
    assert "No drift" in fleet.run("drift")
    assert "No drift (2 stacks in us-east-1, us-west-2)" in fleet.ivschat("drift", "--all")

    fleet.run("destroy")
    assert not rooms_at(service, WEST)
    assert not rooms_at(service, EAST)


@pytest.mark.long
@pytest.mark.nightly
def test_each_shard_runs_on_a_machine_of_its_own(fleet: Fleet, service: LocalService) -> None:
    rooms = {f"room-{number}": {"stack": STACKS[number % 2]} for number in range(4)}
    fleet.write(rooms, stacks=STACKS[:2])

    stacks = json.loads(fleet.job("fleet", "shards")["stacks"])
    assert stacks == STACKS[:2]
    for stack in stacks:
        fleet.job("fleet", "up", stack)
    before = rooms_at(service, WEST)
    assert len(before) == 4

    fleet.job("recover", "recover", "fleet-a")  # nothing was lost, and the machine has none of the stack's files
    assert rooms_at(service, WEST) == before


def test_a_shard_that_the_file_does_not_have_is_an_error_that_lists_them(fleet: Fleet) -> None:
    fleet.write({})
    ran = subprocess.run(
        [sys.executable, "fleet.py", "up", "--stack", "fleet-z"],
        check=False,
        cwd=fleet.directory,
        env=fleet.environment,
        capture_output=True,
        text=True,
    )

    assert (ran.returncode, ran.stderr) == (1, "--stack must be one of fleet-a, fleet-b, fleet-c; it is 'fleet-z'\n")


@pytest.mark.long
@pytest.mark.nightly
def test_a_fleet_lives_in_three_stacks_and_two_regions(fleet: Fleet, service: LocalService) -> None:
    rooms: dict[str, Any] = {f"room-{number}": {"region": EAST} if number % 3 == 0 else {} for number in range(24)}
    fleet.write(rooms)
    assert counts(fleet.run("up"), "create") == 24
    assert {region: len(rooms_at(service, region)) for region in (WEST, EAST)} == {WEST: 16, EAST: 8}
    assert counts(fleet.run("up"), "same") == 24
    assert "No drift" in fleet.run("drift")

    before = {**rooms_at(service, WEST), **rooms_at(service, EAST)}
    rooms["room-1"] = {"maximum_message_length": 99}
    del rooms["room-2"]
    fleet.write({**rooms, "late": {"tags": {"stage": "show"}}})
    said = fleet.run("up")
    assert [counts(said, kind) for kind in ("create", "update", "delete")] == [1, 1, 1]
    after = {**rooms_at(service, WEST), **rooms_at(service, EAST)}
    assert after.items() - before.items() == {("late", after["late"])}

    fleet.run("destroy")
    assert not rooms_at(service, WEST)
    assert not rooms_at(service, EAST)


@pytest.mark.long
def test_a_stack_that_fails_is_reported_and_leaves_the_others_alone(fleet: Fleet, service: LocalService) -> None:
    fleet.write({"here": {"stack": "fleet-a"}, "there": {"stack": "fleet-b"}}, stacks=STACKS[:2])
    assert counts(fleet.run("preview"), "create") == 2
    service.fault("CreateRoom", error="ServiceQuotaExceededException", count=1)

    said = fleet.run("up", code=1)

    assert "ServiceQuotaExceededException" in said
    assert len(rooms_at(service, WEST)) == 1
    assert len(re.findall(r"│ fleet-\w │ \?", said)) == 1  # what it has done is not known


def test_everything_wrong_in_a_file_is_reported_at_once_with_entry_and_property(fleet: Fleet) -> None:
    fleet.write(
        {"lobby": {"maximum_message_length": 501, "nmae": "x"}, "a b": {}, "far": {"region": "Oregon", "stack": "z"}},
        settings={"retries": 3},
    )

    said = fleet.run("up", code=1)

    assert "rooms.yaml: settings: unknown setting ivschat:retries" in said
    assert "rooms.yaml: rooms.lobby.maximum_message_length must be at most 500" in said
    assert "rooms.yaml: rooms.lobby.nmae is not a property here; did you mean name?" in said
    assert "rooms.yaml: rooms.a b.name must be" in said
    assert "rooms.yaml: rooms.far.region must be a region such as us-west-2; it is 'Oregon'" in said
    assert "rooms.yaml: rooms.far.stack must be one of fleet-a, fleet-b, fleet-c; it is 'z'" in said


def test_rooms_are_spread_and_another_room_moves_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(EXAMPLES / "fleet")
    from fleet_file import Fleet as FleetFile  # noqa: PLC0415  an example is not a package

    keys = [f"room-{number}" for number in range(300)]
    alone = FleetFile(STACKS, {}, {keys[0]: {}})
    all_of_them = FleetFile(STACKS, {}, {key: {} for key in keys})

    assert alone.stack_of(keys[0]) == all_of_them.stack_of(keys[0])
    assert min(Counter(map(all_of_them.stack_of, keys)).values()) > 80


def test_the_operator_gets_a_stack_for_each_shard_with_the_fields_that_it_knows(fleet: Fleet) -> None:
    fleet.write({}, settings={"region": WEST, "defaultTags": {"team": "chat"}})

    account, role, *stacks = yaml.safe_load_all(fleet.shards(*OPERATOR, "--directory", "fleet"))

    assert [account["kind"], role["kind"]] == ["ServiceAccount", "ClusterRoleBinding"]
    assert [(each["metadata"]["name"], each["spec"]["stack"]) for each in stacks] == [(name, name) for name in STACKS]
    for stack in stacks:
        jsonschema.validate(stack, STACK)
        assert stack["spec"]["config"] == {"ivschat:region": WEST, "ivschat:defaultTags": {"team": "chat"}}


def test_a_workspace_installs_the_version_that_printed_its_manifest(fleet: Fleet) -> None:
    *_, stack = yaml.safe_load_all(fleet.shards(*OPERATOR))

    [install] = stack["spec"]["workspaceTemplate"]["spec"]["podTemplate"]["spec"]["initContainers"]
    assert install["command"][-1] == f"pulumi-ivschat[cli]=={version('pulumi-ivschat')}"


def test_another_shard_changes_no_manifest_of_the_others(fleet: Fleet) -> None:
    fleet.write({}, stacks=STACKS[:2])
    before = fleet.shards(*OPERATOR)
    fleet.write({"lobby": {}}, stacks=STACKS)

    assert fleet.shards(*OPERATOR).startswith(before)


def test_a_name_that_kubernetes_refuses_is_an_error_that_names_the_rule(fleet: Fleet) -> None:
    fleet.write({}, stacks=["Fleet_A", "fleet-b"])

    shown = fleet.shards(*OPERATOR, code=1)

    assert shown == (
        "stacks: the operator needs lower-case letters, digits and hyphens, at most 42; rename 'Fleet_A'\n"
    )


def test_more_shards_than_a_matrix_may_have_are_an_error(fleet: Fleet) -> None:
    fleet.write({}, stacks=[f"fleet-{number}" for number in range(257)])

    assert "there are 257, and GitHub runs 256 jobs of a matrix" in fleet.shards("matrix", code=1)


def test_the_workflows_fit_githubs_schema_and_zizmor_finds_nothing_and_actions_are_pinned() -> None:
    workflows.validate("vendor.github-workflows", WORKFLOWS)
    workflows.lint(WORKFLOWS)
    assert workflows.unpinned(WORKFLOWS) == []


def test_runs_of_one_shard_wait_for_each_other_and_recovery_waits_with_them() -> None:
    jobs = [yaml.safe_load(file.read_text())["jobs"] for file in WORKFLOWS]
    groups = [job["concurrency"] for each in jobs for job in each.values() if "concurrency" in job]

    assert groups == ["fleet-${{ matrix.stack }}", "fleet-${{ inputs.stack }}"]
