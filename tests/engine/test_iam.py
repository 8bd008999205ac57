"""The policies that the package prints, as all that a pipeline has: by the real engine and the command line."""

from __future__ import annotations

import attrs
import pytest

from pulumi_ivschat import iam
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.conftest import REGION, RESTRICTED, LocalService
from tests.engine.conftest import Stack

HERE = {"account": "000000000000", "region": REGION}
PROGRAM = """
logs = LoggingConfiguration("logs", destination_configuration={{"s3": {{"bucket_name": "logs"}}}}, tags={tags})
lobby = Room("lobby", name="{name}", tags={tags}, logging_configuration_identifiers=[logs.arn])
TagSet("more", resource_arn=lobby.arn, tags={more})
smoke = ChatTokens("smoke", room=lobby, grants={{"ann": {{"user_id": "ann"}}}})
"""
BEFORE = PROGRAM.format(name="before", tags={"a": "1", "b": "2"}, more={"c": "1", "d": "2"})
AFTER = PROGRAM.format(name="after", tags={"a": "2"}, more={"c": "2"})


@pytest.fixture
def stack(stack: Stack) -> Stack:
    """Return a stack whose credentials may do only what the service permits."""
    return attrs.evolve(stack, environment={**stack.environment, **RESTRICTED})


@pytest.mark.long
def test_the_deployer_s_policy_alone_is_enough_for_a_whole_life(stack: Stack, service: LocalService) -> None:
    service.permit(iam.deployer_policy(**HERE, logging_configurations=True, chat_tokens=True))
    by_hand = service.client().create_room(name="by-hand", tags={"a": "1"})["arn"]
    left = service.client().create_room(name="left", tags={OWNER_TAG: "chat/test/left"})["arn"]

    stack.apply(BEFORE)
    stack.ivschat("recover", "--delete", "--yes", left)
    stack.ivschat("import", by_hand, "--yes")
    stack.apply(AFTER + "import imported_rooms")
    stack.refresh("--expect-no-changes")
    stack.ivschat("drift", code=0)
    stack.destroy()

    client = service.client()
    assert client.list_rooms()["rooms"] == client.list_logging_configurations()["loggingConfigurations"] == []


@pytest.mark.long
@pytest.mark.nightly
def test_looking_up_is_enough_for_previews_drift_import_and_recovery_and_changes_nothing(
    stack: Stack, service: LocalService
) -> None:
    service.permit(iam.lookup_policy(**HERE))
    room = service.client().create_room(name="lobby", tags={OWNER_TAG: "chat/test/lobby"})["arn"]

    stack.program('Room("lobby", name="lobby")').ivschat("recover", "--yes", room)
    stack.preview("--refresh", "--expect-no-changes")
    stack.ivschat("drift", code=0)
    shown = stack.program('Room("lobby", name="other")').up(code=1)

    user = f"arn:aws:iam::000000000000:user/{RESTRICTED['AWS_ACCESS_KEY_ID']}"
    assert f"User: {user} is not authorized to perform: ivschat:UpdateRoom on resource: {room} because no" in shown
    assert "Traceback" not in shown
    assert service.client().get_room(identifier=room)["name"] == "lobby"
