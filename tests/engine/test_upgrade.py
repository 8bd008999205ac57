"""A stack that the previous commit's package made, in the hands of this one."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import Stack

pytestmark = pytest.mark.long

REPOSITORY = Path(__file__).parents[2]
PROGRAM = """
archive = LoggingConfiguration("archive", destination_configuration={"s3": {"bucket_name": "chat"}}, tags={"of": "chat"})
lobby = Room(
    "lobby",
    name="Lobby",
    maximum_message_length=123,
    maximum_message_rate_per_second=5,
    message_review_handler={
        "uri": "arn:aws:lambda:us-west-2:000000000000:function:review",
        "fallback_result": "DENY",
    },
    logging_configuration_identifiers=[archive.arn],
    tags={"team": pulumi.Output.secret("chat")},
)
Room("plain")
TagSet("cost", resource_arn=lobby.arn, tags={"cost": "1"})
"""


BEFORE_THE_MOVES = "4c0a622"
"""The last commit whose modules were where the first states were written."""


@pytest.fixture(params=[pytest.param("HEAD~1", marks=pytest.mark.nightly), BEFORE_THE_MOVES])
def previous(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """Return an environment in which the package is that of the commit before this one, or of one before the moves."""
    command = ["git", "-C", str(REPOSITORY), "archive", request.param, "pulumi_ivschat"]
    archived = subprocess.run(command, check=False, capture_output=True)
    if archived.returncode != 0:
        pytest.skip(f"there is no commit before this one here: {archived.stderr.decode().strip()}")
    site = tmp_path / "previous"
    with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as files:
        files.extractall(site, filter="data")
    return {"PYTHONPATH": str(site)}


def test_what_the_previous_commit_made_is_without_changes_then_changed_and_destroyed_as_any(
    stack: Stack, service: LocalService, previous: dict[str, str]
) -> None:
    stack.config(defaultTags='{"stage": "test"}').program(PROGRAM).up(environment=previous)
    made = {resource["id"] for resource in stack.resources()}

    stack.preview("--refresh", "--expect-no-changes")

    stack.apply(PROGRAM.replace("123", "321").replace('"chat"', '"talk"').replace('"1"', '"2"'))
    assert {resource["id"] for resource in stack.resources()} == made
    assert service.client().get_room(identifier=stack.resource("lobby")["id"])["maximumMessageLength"] == 321
    stack.destroy()
    assert service.client().list_rooms()["rooms"] == []


@pytest.mark.nightly
def test_drift_of_what_the_previous_commit_made_is_found_and_repaired(
    stack: Stack, service: LocalService, previous: dict[str, str]
) -> None:
    stack.program(PROGRAM).up(environment=previous)
    service.client().update_room(identifier=stack.resource("lobby")["id"], maximumMessageLength=7)

    assert "maximum_message_length: 123 => 7" in stack.drift()
    stack.up("--refresh")

    stack.drift(code=0)
