"""The owner tag follows a resource whose URN changes, by the real engine; and a retained room gets another owner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.conftest import REGION, LocalService
from tests.engine.conftest import Stack

_ARCHIVE = 'LoggingConfiguration("archive", destination_configuration={"s3": {"bucket_name": "chat-archive"}}'
PROGRAM = f"""
lobby = Room("lobby", tags={{"a": "1"}}, opts=pulumi.ResourceOptions(replace_on_changes=["*"]))
{_ARCHIVE})
TagSet("cost", resource_arn=lobby.arn, tags={{"cost": "1"}})
"""
ALIASED = f"""
was_at_root = pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)
was_lobby = pulumi.Alias(name="lobby", parent=pulumi.ROOT_STACK_RESOURCE)
group = pulumi.ComponentResource("chat:Group", "group")
hall = Room("hall", tags={{"a": "2"}}, opts=pulumi.ResourceOptions(parent=group, aliases=[was_lobby]))
{_ARCHIVE}, opts=pulumi.ResourceOptions(parent=group, aliases=[was_at_root]))
TagSet("cost", resource_arn=hall.arn, tags={{"cost": "1"}})
"""
NEW_LOBBY = 'Room("lobby")' + ALIASED.replace(", aliases=[was_lobby]", "")

AnotherStack = Callable[[str], Stack]


@pytest.fixture
def another(stack: Stack, service: LocalService, tmp_path: Path) -> AnotherStack:
    """Return a function that creates the stack `test` of another project in the same backend."""

    def make(project: str) -> Stack:
        directory = tmp_path / project
        directory.mkdir()
        (directory / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")
        made = Stack(directory, stack.environment)
        made.program("").run("stack", "init", "test")
        config = f"config:\n  ivschat:region: {REGION}\n  ivschat:endpointUrl: {service.url}\n"
        salt = (directory / "Pulumi.test.yaml").read_text()
        (directory / "Pulumi.test.yaml").write_text(config + salt)
        return made

    return make


def owners(service: LocalService) -> list[str]:
    """Return the owner tags of everything in the account."""
    client = service.client()
    listed = [*client.list_rooms()["rooms"], *client.list_logging_configurations()["loggingConfigurations"]]
    return sorted(each.get("tags", {}).get(OWNER_TAG, "") for each in listed)


def applied(stack: Stack, service: LocalService) -> tuple[str, list[str]]:
    """Run `up`, and return its output and the calls that it made."""
    before = len(service.calls())
    output = stack.up()
    return output, sorted(service.calls()[before:])


@pytest.mark.long
def test_a_renamed_project_stack_and_resource_take_their_owner_tags_with_them(
    stack: Stack, service: LocalService, another: AnotherStack
) -> None:
    stack.program(PROGRAM).up()
    arn = stack.resource("lobby")["id"]
    (stack.directory / "Pulumi.yaml").write_text("name: talk\nruntime: python\n")
    stack.run("stack", "rename", "--stack", "organization/chat/test", "organization/talk/prod")

    shown = " ".join(stack.preview().split())
    assert '~ owner_tag : "chat/test/lobby" => "talk/prod/lobby"' in shown
    assert '~ owner_tag : "chat/test/archive" => "talk/prod/archive"' in shown
    assert "~ 2 to update" in shown
    assert "replace" not in shown
    assert applied(stack, service)[1] == ["TagResource"] * 2
    assert owners(service) == ["talk/prod/archive", "talk/prod/lobby"]
    stack.run("preview", "--refresh", "--expect-no-changes")

    assert applied(stack.program(ALIASED), service)[1] == ["TagResource", "UpdateRoom"]
    assert stack.resource("hall")["id"] == arn
    assert service.client().get_room(identifier=arn)["tags"] == {"a": "2", "cost": "1", OWNER_TAG: "talk/prod/hall"}
    output, calls = applied(stack.program(NEW_LOBBY), service)
    assert calls == ["CreateRoom", "ListRooms"]
    assert "warning" not in output

    moved = another("other").program('Room("lobby")')
    places = ("--source", "organization/talk/prod", "--dest", "organization/other/test")
    stack.run("state", "move", "--yes", *places, stack.resource("lobby")["urn"])
    assert applied(moved, service)[1] == ["TagResource"]
    assert owners(service) == ["other/test/lobby", "talk/prod/archive", "talk/prod/hall"]
    moved.run("preview", "--refresh", "--expect-no-changes")


@pytest.mark.long
@pytest.mark.nightly
def test_a_room_that_a_removed_stack_retained_is_added_to_another_project_and_gets_its_owner_tag(
    stack: Stack, service: LocalService, another: AnotherStack
) -> None:
    stack.program('Room("keep", opts=pulumi.ResourceOptions(retain_on_delete=True))').up()
    arn = stack.resource("keep")["id"]
    stack.destroy("--remove")
    new = another("new")

    shown = new.ivschat("import", f"kept={arn}", "--yes").stderr

    assert "Its owner tag names the stack chat/test. Import it only if that stack does not manage it any more" in shown
    assert "The next `up` changes its owner tag from chat/test/keep to new/test/kept." in shown
    output, calls = applied(new.program("import imported_rooms"), service)
    assert (calls, owners(service)) == (["TagResource"], ["new/test/kept"])
    assert '"chat/test/keep" => "new/test/kept"' in output
    new.run("preview", "--refresh", "--expect-no-changes")
