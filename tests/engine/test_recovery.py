"""What an `up` that was killed left, put in order again: by the real engine, with kills at fixed points of progress."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_ivschat.model.owner_tag import OWNER_TAG
from tests.conftest import LocalService
from tests.engine.conftest import Stack
from tests.engine.environments import quick

_ALSO = [pytest.mark.long, pytest.mark.nightly]

AT_ONCE = 4
"""Creates that the dynamic host has under way together."""

TWENTY = """
class Group(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("app:index:Group", name)
        for number in range(5):
            Room(f"in-{number}", opts=pulumi.ResourceOptions(parent=self))

Group("group")
for number in range(15):
    Room(f"room-{number}", tags={"s": pulumi.Output.secret("x")} if number % 3 else {"a": "b"})
"""


def rooms(service: LocalService) -> set[str]:
    """Return the ARNs of all rooms."""
    return {room["arn"] for room in service.client().list_rooms()["rooms"]}


def logging_configurations(service: LocalService) -> set[str]:
    """Return the ARNs of all logging configurations."""
    return {each["arn"] for each in service.client().list_logging_configurations()["loggingConfigurations"]}


def killed(  # noqa: PLR0913  one for each thing that distinguishes kills
    stack: Stack,
    service: LocalService,
    recorded: int,
    *,
    when: str = "after",
    made: int = AT_ONCE,
    operation: str = "CreateRoom",
) -> None:
    """Run `up` and kill it when so many creates are recorded and the next ones have made, or are about to make, theirs."""
    listed = rooms if operation == "CreateRoom" else logging_configurations
    if recorded:
        service.fault(operation, count=recorded)
    service.fault(operation, hang=True, when=when, count=None)
    before = len(listed(service))
    killed_when(stack, lambda: len(listed(service)) == before + recorded + (made if when == "after" else 0))
    service.clear_faults()


def killed_when(stack: Stack, condition: Callable[[], bool]) -> None:
    """Run `up` and kill it when it has come to that."""
    command = ["pulumi", "--non-interactive", "up", "--yes", "--skip-preview"]
    quiet: Mapping[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    with subprocess.Popen(
        command, cwd=stack.directory, env=quick(stack.environment), start_new_session=True, **quiet
    ) as up:
        _wait_for(condition)
        time.sleep(0.5)  # what was answered is recorded, and what hangs has come
        kill_session(up.pid)


def kill_session(leader: int) -> None:
    """Kill a process and all that it started, whatever their groups: as a machine does that is interrupted."""
    for process in (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()):
        with contextlib.suppress(ProcessLookupError):
            if os.getsid(process) == leader:
                os.kill(process, signal.SIGKILL)


def _wait_for(condition: Any) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.1)


def is_whole(stack: Stack, service: LocalService) -> bool:
    """Return whether all rooms are recorded and nothing is under way, and hold that nothing is to be changed."""
    state = stack.deployment()
    recorded = {
        resource["id"]
        for resource in state["resources"]
        if resource["type"].endswith(("ivschat:Room", "ivschat:index:Room"))
    }
    stack.preview("--refresh", "--expect-no-changes")
    return recorded == rooms(service) and not state.get("pending_operations")


@pytest.mark.long
@pytest.mark.parametrize("recorded", [pytest.param(0, marks=_ALSO), 7, pytest.param(17, marks=_ALSO)])
def test_after_a_kill_and_recover_an_up_makes_what_is_missing_and_nothing_twice(
    stack: Stack, service: LocalService, recorded: int
) -> None:
    made = min(AT_ONCE, 20 - recorded)
    killed(stack.program(TWENTY), service, recorded, made=made)

    shown = stack.ivschat("recover", "--yes").stderr
    stack.up()

    assert shown.count("Made, not recorded: Room ") == made
    assert len(rooms(service)) == 20
    assert is_whole(stack, service)


@pytest.mark.long
@pytest.mark.nightly
def test_requests_that_never_came_to_anything_are_forgotten(stack: Stack, service: LocalService) -> None:
    killed(stack.program(TWENTY), service, 2, when="before")

    shown = stack.ivschat("recover", "--yes").stderr

    assert "Waiting 5 s for what may still be on its way" in shown
    assert shown.count("Under way, nothing made: creating Room ") >= AT_ONCE
    assert len(rooms(service)) == 2
    assert is_whole_after(stack, service)


def is_whole_after(stack: Stack, service: LocalService) -> bool:
    stack.up()
    return len(rooms(service)) == 20 and is_whole(stack, service)


def live(stack: Stack) -> set[str]:
    """Return the ARNs of what the state records, without what is to be deleted."""
    return {each["id"] for each in stack.resources() if not each.get("delete")}


@pytest.mark.long
@pytest.mark.nightly
def test_what_a_second_up_has_recorded_lives_and_what_the_first_one_left_is_deleted_by_name(
    stack: Stack, service: LocalService
) -> None:
    """Three rooms and a replacement: `up` that is killed, `cancel`, `up`, `recover`, `up`, `recover --delete`, `destroy`."""
    stack.program('Room("moved", region="eu-west-1")').up()
    program = 'for name in ("a", "b", "c", "moved"):\n    Room(name)'
    killed(stack.program(program), service, 0, made=4)
    left = rooms(service)
    stack.run("cancel", "--yes")
    advice = stack.up()
    recorded = live(stack)

    shown = stack.ivschat("recover", "--yes", code=1).stderr

    assert "The resource that this `up` creates stays." in advice
    assert shown.count("Made, not recorded: Room ") == 4
    assert all(f"{arn}; the stack has arn:" in shown for arn in left)
    assert "nothing made" not in shown
    assert "could not" not in shown
    assert live(stack) == recorded
    stack.up("--expect-no-changes")
    assert rooms(service) == left | recorded
    [command] = re.findall(r"`pulumi-ivschat (recover --delete arn\S+ [^`]*)`", shown)
    stack.ivschat(*command.split(), "--yes")
    assert rooms(service) == recorded
    stack.destroy()
    assert rooms(service) == set()


@pytest.mark.long
def test_a_replacement_that_was_killed_is_done_again_and_what_it_made_is_left(
    stack: Stack, service: LocalService
) -> None:
    stack.program('Room("lobby", region="eu-west-1")\nRoom("hall")').up()
    before = live(stack)
    hall = rooms(service)
    killed(stack.program('Room("lobby")\nRoom("hall")'), service, 0, made=1)
    [left] = rooms(service) - hall

    stack.ivschat("recover", "--yes", code=1)

    assert live(stack) == before
    stack.up()
    assert rooms(service) == {left, *live(stack)}
    assert service.client("eu-west-1").list_rooms()["rooms"] == []
    stack.preview("--refresh", "--expect-no-changes")


@pytest.mark.long
@pytest.mark.nightly
def test_after_a_rename_no_new_stack_of_that_name_takes_or_deletes_what_the_former_one_has_or_retained(
    stack: Stack, service: LocalService, tmp_path: Path
) -> None:
    """The stack test becomes prod, and there is a new stack test; its first `up` is interrupted before it creates anything."""
    kept = 'Room("kept", opts=pulumi.ResourceOptions(retain_on_delete=True))\n'
    stack.program(f'{kept}Room("a")').up()
    stack.program('Room("a")').up()
    stack.run("stack", "rename", "prod")
    everything = rooms(service)
    config = (stack.directory / "Pulumi.prod.yaml").read_text()
    stack.run("stack", "init", "test")
    (stack.directory / "Pulumi.test.yaml").write_text(config)

    shown = stack.ivschat("recover", "--delete", "--yes", code=1).stderr
    assert shown.count(": recorded in chat/prod\n") == shown.count("the state does not show since when") == 1
    service.fault("CreateRoom", hang=True, when="before", count=None)
    state = tmp_path / "state" / ".pulumi" / "stacks" / "chat" / "test.json"
    killed_when(stack.program(f'{kept}Room("a")'), lambda: state.read_text().count('"creating"') == 2)
    service.clear_faults()
    shown = stack.ivschat("recover", "--delete", "--yes", code=1).stderr

    assert shown.count(": recorded in chat/prod\n") == shown.count("before what this stack may have lost") == 1
    assert "Nothing is changed.\n" in shown
    assert rooms(service) == everything


@pytest.mark.long
def test_a_logging_configuration_that_was_made_comes_back_with_the_rooms_that_use_it(
    stack: Stack, service: LocalService
) -> None:
    stack.program(
        """
        archive = LoggingConfiguration("archive", destination_configuration={"s3": {"bucket_name": "chat-logs"}})
        Room("lobby", logging_configuration_identifiers=[archive.arn])
        """
    )
    killed(stack, service, 0, made=1, operation="CreateLoggingConfiguration")

    shown = stack.ivschat("recover", "--yes").stderr
    stack.up()

    assert "Made, not recorded: LoggingConfiguration archive arn:" in shown
    assert len(logging_configurations(service)) == 1
    assert is_whole(stack, service)


def tags(service: LocalService, arn: str) -> dict[str, str]:
    """Return all tags of a room."""
    return service.client().list_tags_for_resource(resourceArn=arn)["tags"]


@pytest.fixture
def tagged(stack: Stack, service: LocalService) -> str:
    """Return somebody else's room, on which an `up` that was killed has put the tag set `cost`."""
    arn = service.client().create_room(tags={"theirs": "1"})["arn"]
    own = '{"a": "1", "s": pulumi.Output.secret("x")}'
    stack.program(f'TagSet("cost", resource_arn="{arn}", tags={own})')
    service.fault("TagResource", hang=True, when="after", count=None)
    killed_when(stack, lambda: "a" in tags(service, arn))
    service.clear_faults()
    return arn


@pytest.mark.long
@pytest.mark.nightly
def test_a_tag_set_that_was_killed_is_the_stacks_as_if_it_had_ended(
    stack: Stack, service: LocalService, tagged: str
) -> None:
    shown = stack.ivschat("recover", "--yes").stderr

    assert f"Made, not recorded: TagSet cost on {tagged}: a, s\n" in shown
    stack.preview("--refresh", "--expect-no-changes")
    stack.program("").up()
    assert tags(service, tagged) == {"theirs": "1"}


@pytest.mark.long
def test_a_tag_set_of_which_a_part_is_there_is_completed_by_the_next_up(
    stack: Stack, service: LocalService, tagged: str
) -> None:
    service.client().untag_resource(resourceArn=tagged, tagKeys=["a"])

    stack.ivschat("recover", "--yes")

    assert '"x"' not in stack.run("stack", "export")
    stack.up()
    assert tags(service, tagged) == {"theirs": "1", "a": "1", "s": "x"}
    stack.preview("--refresh", "--expect-no-changes")


@pytest.mark.long
@pytest.mark.nightly
def test_tags_that_an_update_added_before_it_was_killed_go_where_the_program_is_changed_back(
    stack: Stack, service: LocalService
) -> None:
    arn = service.client().create_room(tags={"theirs": "1"})["arn"]
    before = f'TagSet("cost", resource_arn="{arn}", tags={{"a": "1"}})\nRoom("lobby", tags={{"a": "1"}})'
    stack.program(before).up()
    lobby = stack.resource("lobby")["id"]
    service.fault("TagResource", hang=True, when="after", count=None)
    stack.program(before.replace('"1"', 'pulumi.Output.secret("canary"), "b": "2"'))
    killed_when(stack, lambda: all("b" in tags(service, each) for each in (arn, lobby)))
    service.clear_faults()

    shown = stack.ivschat("recover", "--yes").stderr
    assert "canary" not in shown + stack.run("stack", "export")
    stack.program(before).up()

    assert f"Changed, not recorded: tags of TagSet cost {arn}: a, b\n" in shown
    assert tags(service, arn) == {"theirs": "1", "a": "1"}
    assert tags(service, lobby) == {"a": "1", OWNER_TAG: "chat/test/lobby"}
    stack.preview("--refresh", "--expect-no-changes")


@pytest.mark.long
@pytest.mark.nightly
def test_the_keys_of_a_tag_set_that_was_killed_can_be_removed_instead(
    stack: Stack, service: LocalService, tagged: str
) -> None:
    stack.ivschat("recover", "--delete", "--yes")

    assert tags(service, tagged) == {"theirs": "1"}
    assert "+ 1 created" in stack.up()


@pytest.mark.long
@pytest.mark.nightly
def test_what_was_made_can_be_deleted_instead(stack: Stack, service: LocalService) -> None:
    by_hand = service.client().create_room(name="by-hand")["arn"]
    killed(stack.program('Room("lobby")'), service, 0, made=1)

    stack.ivschat("recover", "--delete", "--yes")

    assert rooms(service) == {by_hand}
    assert "+ 1 created" in stack.up()


@pytest.mark.long
def test_without_its_pending_creates_what_was_made_takes_the_programs_places(
    stack: Stack, service: LocalService
) -> None:
    killed(stack.program(TWENTY), service, 0)
    stack.run("cancel", "--yes")
    stack.run("refresh", "--yes", "--clear-pending-creates")

    shown = stack.ivschat("recover", "--yes").stderr

    assert shown.count("Made, not recorded: Room ") == AT_ONCE
    assert is_whole_after(stack, service)


@pytest.mark.long
@pytest.mark.nightly
def test_what_has_no_place_in_the_program_is_reported(stack: Stack, service: LocalService) -> None:
    killed(stack.program('Room("lobby")'), service, 0, made=1)
    stack.run("cancel", "--yes")
    stack.program("").run("refresh", "--yes", "--clear-pending-creates")
    [arn] = rooms(service)

    shown = stack.ivschat("recover", "--yes", code=1).stderr

    assert f"{arn} is not in the program. Import it with `pulumi-ivschat import`, or delete it with" in shown
    assert rooms(service) == {arn}


def test_a_plain_up_after_a_crash_says_that_there_is_recover(stack: Stack, service: LocalService) -> None:
    killed(stack.program('Room("lobby")\nRoom("hall")'), service, 0, made=2)
    stack.run("cancel", "--yes")

    shown = stack.up()

    assert "as well. It may be in use: another stack or resource had this name before a rename" in shown
    assert shown.count("`pulumi-ivschat recover --region us-west-2`") in {
        1,
        2,
    }  # as it comes, and in the diagnostics at the end


@pytest.mark.long
@pytest.mark.nightly
def test_what_a_create_made_that_failed_where_only_the_program_says_is_found_by_the_errors_command(
    stack: Stack, service: LocalService
) -> None:
    service.fault("ListRooms", error="InternalServerException", count=None)
    service.fault("CreateRoom", drop=True, when="after")
    shown = stack.program('Room("lobby", region="eu-west-1")').up(code=1)
    [command] = {*re.findall(r"`pulumi-ivschat (recover --region \S+)`", shown)}
    service.clear_faults()

    stack.ivschat(*command.split(), "--yes")
    stack.up()

    [room] = service.client("eu-west-1").list_rooms()["rooms"]
    assert stack.resource("lobby")["id"] == room["arn"]


@pytest.mark.long
def test_a_state_whose_attributes_a_kill_cut_off_is_read_again_after_recover(stack: Stack, tmp_path: Path) -> None:
    stack.program('Room("lobby")').up()
    place = tmp_path / "state" / ".pulumi"
    [attributes] = place.glob("stacks/chat/test.json.attrs")
    attributes.write_text("")
    for each in place.glob("history/chat/test/*.attrs"):
        each.write_text('{"user.')

    assert "`pulumi-ivschat recover --stack STACK`" in stack.ivschat("drift", "test", code=1).stderr
    shown = stack.ivschat("recover", "--yes", "--stack", "test").stderr

    assert f"Cut off by a kill, holds nothing of the state: {attributes}\n" in shown
    stack.up("--expect-no-changes")
    stack.run("stack", "history")


@pytest.mark.long
@pytest.mark.nightly
def test_a_replacement_does_not_advise_recover_and_with_nothing_to_recover_a_stale_lock_is_removed(
    stack: Stack,
) -> None:
    stack.program('Room("lobby")').up()
    assert "recover" not in stack.program('Room("lobby", region="eu-west-1")').up()
    stack.lock()

    shown = stack.ivschat("recover", "--yes").stderr
    assert "There is nothing to recover.\n" in shown
    assert "could not" not in shown
    stack.lock(host="elsewhere")
    stack.ivschat("recover", "--yes", "--break-lock")
    stack.up("--expect-no-changes")


@pytest.mark.long
def test_a_lock_that_may_be_a_living_updates_is_left(stack: Stack) -> None:
    holders: list[tuple[dict[str, Any], str]] = [
        ({"pid": os.getpid()}, "that process still runs"),
        ({"host": "elsewhere"}, "cannot be seen from here: make sure that it does not, then `pulumi cancel`"),
    ]
    for holder, advice in holders:
        stack.lock(**holder)
        assert advice in stack.ivschat("recover", "--yes", code=1).stderr
    assert "currently locked" in stack.program('Room("lobby")').up(code=1)


@pytest.mark.long
def test_operations_of_another_provider_stay(stack: Stack, service: LocalService, tmp_path: Path) -> None:
    killed(stack.program('Room("lobby")'), service, 0, made=1)
    file = tmp_path / "state" / ".pulumi" / "stacks" / "chat" / "test.json"
    state = json.loads(file.read_text())
    pet = {"urn": "urn:pulumi:test::chat::random:index/randomPet:RandomPet::pet", "custom": True}
    operation = {"type": "creating", "resource": {**pet, "type": "random:index/randomPet:RandomPet"}}
    state["checkpoint"]["latest"]["pending_operations"].append(operation)
    file.write_text(json.dumps(state))

    shown = stack.ivschat("recover", "--yes", code=1).stderr

    assert "operations of other providers are under way, and would be forgotten" in shown
    assert len(stack.deployment()["pending_operations"]) == 2
