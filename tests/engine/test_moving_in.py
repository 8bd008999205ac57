"""The real engine imports the resources of other tools, from documents with the ARNs of rooms that exist."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.environments import quick
from tests.stacks.other_tools.documents import (
    LOGGING,
    NATIVE_ROOM,
    PULUMI_LOGGING,
    PULUMI_ROOM,
    ROOM,
    Document,
    cfn_list,
    cfn_resource,
    pulumi_export,
    pulumi_resource,
    tf_instance,
    tf_resource,
    tf_state,
)

CHANGES = {"CreateRoom", "UpdateRoom", "DeleteRoom", "TagResource", "UntagResource", "DeleteLoggingConfiguration"}


def old_stack(new_stack: Callable[[str], Stack], document: Document) -> Stack:
    """Return the stack chat/old with the state in a *document*, which is of web/prod."""
    old = new_stack("old")
    (old.directory / "state.json").write_text(
        json.dumps(document).replace("urn:pulumi:prod::web", "urn:pulumi:old::chat")
    )
    old.run("stack", "import", "--file", "state.json")
    return old


def in_shell(stack: Stack, command: str) -> str:
    """Run a command as a person does who has copied it, and return what it printed."""
    ran = subprocess.run(
        ["sh", "-c", command],
        cwd=stack.directory,
        env=quick(stack.environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.mark.long
def test_rooms_of_three_tools_keep_their_names_need_no_change_and_are_let_go_of(
    stack: Stack, new_stack: Callable[[str], Stack], service: LocalService
) -> None:
    client = service.client()
    log = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "chat-archive"}})["arn"]
    old_log = client.create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "chat-old"}})["arn"]
    arns = [
        client.create_room(name="r", tags={"n": str(n)}, loggingConfigurationIdentifiers=[log])["arn"] for n in range(7)
    ]
    state = tf_state(
        tf_resource(LOGGING, "archive", tf_instance(log)),
        tf_resource(ROOM, "lobby", tf_instance(arns[0], "eu"), tf_instance(arns[1], "us east")),
        tf_resource(ROOM, "hall", tf_instance(arns[2]), module="module.chat[0]"),
        tf_resource(ROOM, "hall", tf_instance(arns[3]), module="module.chat[1]"),
    )
    listed = cfn_list(cfn_resource("AWS::IVSChat::Room", "LobbyA1B2C3D4", arns[4]))
    logging = pulumi_resource(PULUMI_LOGGING, "archive-2", old_log)
    lounge = pulumi_resource(PULUMI_ROOM, "the lounge's", arns[5], dependencies=[logging["urn"]], protect=True)
    nook = pulumi_resource(NATIVE_ROOM, "nook", arns[6])
    issuer = pulumi_resource("aws:iam/policy:Policy", "issuer", "arn:issuer", dependencies=[nook["urn"]])
    old = old_stack(new_stack, pulumi_export(logging, lounge, nook, issuer))
    (stack.directory / "terraform.tfstate").write_text(json.dumps(state))
    (stack.directory / "resources.json").write_text(json.dumps(listed))
    calls = len(service.calls())

    stack.program("").ivschat("import", "--from", "terraform.tfstate", "--yes", "--out", "from_terraform.py")
    stack.ivschat("import", "--from", "resources.json", "--yes", "--out", "from_cloudformation.py")
    shown = stack.ivschat("import", "--from", "old", "--yes", "--out", "from_pulumi.py").stderr

    stack.program("import from_terraform, from_cloudformation, from_pulumi")
    stack.preview("--refresh", "--expect-no-changes")
    names = {resource["id"]: resource["urn"].rpartition("::")[2] for resource in stack.resources()}
    assert [names[arn] for arn in (log, old_log)] == ["archive", "archive-2"]
    assert [names[arn] for arn in arns] == [
        *("lobby-eu", "lobby-us-east", "chat-0-hall", "chat-1-hall", "LobbyA1B2C3D4", "the lounge's", "nook"),
    ]

    commands = [line for line in shown.splitlines() if line.startswith("pulumi state delete ")]
    in_shell(old, "\n".join(["set -e", *commands]))
    kept = json.loads(old.run("stack", "export"))["deployment"]["resources"]
    assert [each["type"] for each in kept[2:]] == [NATIVE_ROOM, "aws:iam/policy:Policy"]
    assert "issuer depends on nook in the stack chat/old, so `pulumi state delete` fails for it." in shown
    assert "depend on it" in old.run("state", "delete", kept[2]["urn"], "--yes", code=1)
    assert CHANGES.isdisjoint(service.calls()[calls:])
