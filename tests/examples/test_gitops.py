"""The pipelines of examples/gitops: their schemas, and what their commands do, on the real engine."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests import workflows
from tests.conftest import LocalService
from tests.examples.conftest import EXAMPLES
from tests.examples.forge import NUMBER, Forge
from tests.examples.operator_crd import STACK
from tests.examples.pipelines import PULL_REQUEST, GitHub, GitLab, JobError, Pipeline

GITOPS = EXAMPLES / "gitops"
WORKFLOWS = sorted((GITOPS / ".github" / "workflows").glob("*.yml"))


def _in(first: type[Pipeline]) -> pytest.MarkDecorator:
    """Run a test in *first*, and nightly in the other service too: each service has half of the tests."""
    twin = [pytest.mark.nightly]
    services = [pytest.param(each, marks=[pytest.mark.long, *twin * (each is not first)]) for each in (GitHub, GitLab)]
    return pytest.mark.parametrize("pipeline", services, indirect=True, ids=lambda each: each.__name__)


@pytest.fixture
def pipeline(request: pytest.FixtureRequest, checkout: Path, ci: Mapping[str, str]) -> Pipeline:
    """Return a repository's pipelines, its two stacks made."""
    pipeline: Pipeline = request.param(checkout, ci)
    passphrase = {"GitHub": "a secret of the repository", "GitLab": "a secret of the project"}[request.param.__name__]
    for stack in ("staging", "prod"):
        command = ["pulumi", "stack", "init", stack]
        environment = {**ci, "PULUMI_CONFIG_PASSPHRASE": passphrase}
        subprocess.run(command, check=True, cwd=checkout, env=environment, stdout=subprocess.DEVNULL)
    return pipeline


def names(service: LocalService) -> list[str]:
    return sorted(room["name"] for room in service.client().list_rooms()["rooms"])


@_in(GitHub)
def test_a_preview_comments_what_each_stack_would_get(
    pipeline: Pipeline, ci: Mapping[str, str], forge: Forge, service: LocalService
) -> None:
    state = _state(ci)
    pipeline.preview()
    assert _state(ci) == state, "a preview writes to the state"

    [call] = forge.calls()
    assert PULL_REQUEST in call
    body = call[-1]
    assert "### Preview of `staging`" in body
    assert "### Preview of `prod`" in body
    assert re.search(r"maximum_message_rate_per_second *: 50", body)
    assert body.count("+ 3 to create") == 2
    assert names(service) == []


@pytest.mark.nightly
@_in(GitLab)
def test_a_preview_that_fails_is_commented_and_fails(pipeline: Pipeline, forge: Forge, checkout: Path) -> None:
    config = checkout / "Pulumi.prod.yaml"
    config.write_text(re.sub(r'(messagesPerSecond:) "?50"?', r"\1 500", config.read_text()))

    if isinstance(pipeline, GitLab):  # its comment is a job of its own, which runs also if the preview fails
        with pytest.raises(JobError):
            pipeline.run("preview")
        pipeline.run("comment")
    else:
        with pytest.raises(JobError):
            pipeline.preview()

    [call] = forge.calls()
    assert "must be at most 100" in call[-1].split("### Preview of `prod`")[1]


@_in(GitHub)
def test_a_merge_deploys_and_drift_opens_an_issue(
    pipeline: Pipeline, ci: Mapping[str, str], forge: Forge, service: LocalService
) -> None:
    pipeline.deploy()
    assert names(service) == ["crew", "crew", "lobby", "lobby"]
    state = _state(ci)
    service.client().create_room(name="by-hand")

    pipeline.drift()

    [opened] = _changes(forge)
    assert opened[1:3] == ["issue", "create"]
    assert "by-hand" in opened[-1]
    assert _state(ci) == state, "a look for drift writes to the state"


@pytest.mark.nightly
@_in(GitLab)
def test_without_drift_an_open_issue_closes(pipeline: Pipeline, forge: Forge) -> None:
    (forge.directory / "issue").touch()

    pipeline.drift()  # of two stacks that are empty, as the account is

    assert ["issue", "close", str(NUMBER)] in [call[1:4] for call in _changes(forge)]


@pytest.mark.nightly
@_in(GitHub)
def test_an_issue_follows_drift_until_it_closes_when_all_is_repaired(
    pipeline: Pipeline, ci: Mapping[str, str], forge: Forge, service: LocalService
) -> None:
    pipeline.deploy()
    assert names(service) == ["crew", "crew", "lobby", "lobby"]
    state = _state(ci)
    pipeline.drift()
    assert _changes(forge) == []

    fast = next(room["arn"] for room in service.client().list_rooms()["rooms"] if room["name"] == "lobby")
    service.client().update_room(identifier=fast, maximumMessageLength=7)
    service.client().create_room(name="by-hand")
    pipeline.drift()
    [opened] = _changes(forge)
    assert opened[1:3] == ["issue", "create"]
    assert "maximum_message_length: 500 → 7" in opened[-1]
    assert "by-hand" in opened[-1]
    assert _state(ci) == state, "a look for drift writes to the state"

    pipeline.deploy()
    pipeline.drift()
    [edited] = _changes(forge)
    assert str(NUMBER) in edited
    assert "maximum_message_length" not in edited[-1]

    [by_hand] = [room["arn"] for room in service.client().list_rooms()["rooms"] if room["name"] == "by-hand"]
    service.client().delete_room(identifier=by_hand)
    pipeline.drift()
    assert ["issue", "close", str(NUMBER)] in [call[1:4] for call in _changes(forge)]


@_in(GitHub)
def test_a_drift_check_that_fails_ends_with_an_error_and_leaves_the_issue(
    pipeline: Pipeline, forge: Forge, service: LocalService
) -> None:
    service.fault("ListRooms", error="AccessDeniedException", count=None)

    with pytest.raises(JobError, match="AccessDeniedException"):
        pipeline.drift()
    service.clear_faults()
    assert _changes(forge) == []


@_in(GitLab)
def test_recover_finishes_a_deployment_that_was_interrupted(
    pipeline: Pipeline, ci: Mapping[str, str], checkout: Path, service: LocalService
) -> None:
    service.fault("CreateRoom", latency_seconds=3, when="after", count=None)
    passphrase = "a secret of the repository" if isinstance(pipeline, GitHub) else "a secret of the project"
    _die(["pulumi", "up", "--yes", "--skip-preview", "--stack", "staging"], checkout, ci, passphrase, service)
    service.clear_faults()
    _validate_elsewhere(ci)

    pipeline.recover("staging")

    assert names(service) == ["crew", "lobby"]


def test_the_workflows_fit_their_publishers_schemas() -> None:
    workflows.validate("vendor.github-workflows", WORKFLOWS)
    workflows.validate("vendor.gitlab-ci", [GITOPS / ".gitlab-ci.yml"])


def test_zizmor_finds_nothing_in_the_workflows() -> None:
    workflows.lint(WORKFLOWS)


def test_every_action_is_pinned_to_a_commit_with_its_version_behind() -> None:
    assert workflows.unpinned(WORKFLOWS) == []


def test_the_operators_stack_has_the_fields_that_the_operator_knows() -> None:
    *others, stack = yaml.safe_load_all((GITOPS / "kubernetes" / "stack.yaml").read_text())

    jsonschema.validate(stack, STACK)
    assert [document["kind"] for document in others] == ["ServiceAccount", "ClusterRoleBinding"]
    pod = stack["spec"]["workspaceTemplate"]["spec"]["podTemplate"]["spec"]
    mounts = [mount["name"] for part in (*pod["initContainers"], *pod["containers"]) for mount in part["volumeMounts"]]
    assert set(mounts) == {volume["name"] for volume in pod["volumes"]}


@pytest.mark.parametrize(
    ("where", "reading", "deploying"),
    [
        (
            "--github",
            ["repo:acme/chat:pull_request", "repo:acme/chat:ref:refs/heads/main"],
            ["repo:acme/chat:environment:staging", "repo:acme/chat:environment:prod"],
        ),
        (
            "--gitlab",
            ["project_path:acme/chat:ref_type:branch:ref:*"],
            ["project_path:acme/chat:ref_type:branch:ref:main"],
        ),
    ],
)
def test_the_roles_trust_this_repository_only_and_the_readers_role_only_reads(
    where: str, reading: list[str], deploying: list[str], tmp_path: Path
) -> None:
    account = ["--account", "111122223333", "--region", "us-west-2", "--bucket", "acme-pulumi-state"]
    subprocess.run([sys.executable, GITOPS / "aws_roles.py", tmp_path, *account, where, "acme/chat"], check=True)

    documents = {file.stem: json.loads(file.read_text()) for file in tmp_path.glob("*.json")}
    assert _subjects(documents["reader-trust"]) == reading
    assert _subjects(documents["deployer-trust"]) == deploying
    actions = [name for each in documents["reader-policy"]["Statement"] for name in each["Action"]]
    assert [name for name in actions if not re.match(r"(ivschat|s3):(Get|List)", name)] == []
    assert "ivschat:CreateRoom" in json.dumps(documents["deployer-policy"])
    for role in ("reader", "deployer"):
        lint = [sys.executable, "-m", "parliament.cli"]
        subprocess.run(lint, check=True, input=json.dumps(documents[f"{role}-policy"]), text=True)


def _state(ci: Mapping[str, str]) -> dict[str, bytes]:
    place = Path(ci["PULUMI_BACKEND_URL"].removeprefix("file://").partition("?")[0])
    return {str(file): file.read_bytes() for file in place.rglob("*") if file.is_file()}


def _subjects(trust: dict[str, list[dict[str, dict[str, dict[str, list[str]]]]]]) -> list[str]:
    [statement] = trust["Statement"]
    tests = {name: value for test in statement["Condition"].values() for name, value in test.items()}
    assert len(tests) == 2
    return next(value for name, value in tests.items() if name.endswith(":sub"))


def _changes(forge: Forge) -> list[list[str]]:
    """Return the calls that change something."""
    return [call for call in forge.calls() if call[1:2] != ["api"] and call[1:3] != ["issue", "list"]]


def _die(command: list[str], cwd: Path, ci: Mapping[str, str], passphrase: str, service: LocalService) -> None:
    """Run an update, and kill it and all that it started once it has asked for a room."""
    environment = {**ci, "PULUMI_CONFIG_PASSPHRASE": passphrase}
    with subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL) as up:
        while "CreateRoom" not in service.calls():
            assert up.poll() is None
            time.sleep(0.05)
        for pid in [up.pid, *_descendants(up.pid)]:  # a plug-in outlives an engine that had no time to end it
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _validate_elsewhere(ci: Mapping[str, str]) -> None:
    """Let the lock that is left be that of another runner, as in the next run of a pipeline."""
    place = Path(ci["PULUMI_BACKEND_URL"].removeprefix("file://").partition("?")[0])
    [lock] = place.glob(".pulumi/locks/**/*.json")
    lock.write_text(json.dumps({**json.loads(lock.read_text()), "hostname": "runner-7"}))


def _descendants(pid: int) -> list[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True).stdout
    children = [int(child) for child, parent in map(str.split, listed.splitlines()) if parent == str(pid)]
    return [each for child in children for each in (*_descendants(child), child)]
