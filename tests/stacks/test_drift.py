"""Drift between states and accounts: everything that changed, nothing that did not, and no more calls than pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pulumi_ivschat.errors import AccessDenied, DamagedState
from pulumi_ivschat.model.conversion import iso8601
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks import state
from pulumi_ivschat.stacks.account import Lists
from pulumi_ivschat.stacks.drift import STALE_AFTER, Finding, Report, StackState, compare
from pulumi_ivschat.stacks.providers import Providers
from tests.conftest import REGION
from tests.stacks.conftest import HANDLER, Account, Resource, exported, native, provider_of, resource, secret

NOW = datetime.now(timezone.utc)


def of(settings: Settings, *resources: Resource, name: str = "test") -> StackState:
    """Return the stack chat/NAME with these resources."""
    seen = exported(*resources)
    managed = state.managed(seen)
    providers = Providers(seen).settings({each.provider for each in managed} - {""})
    return StackState("chat", name, settings, managed, frozenset(state.arns(seen)), providers)


def report(account: Account, *resources: Resource, now: datetime = NOW, **options: Any) -> Report:
    with Lists() as lists:
        return compare([of(account.settings, *resources)], now, lists, **options)


def shown(found: Report) -> list[tuple[str, str, str, Any, Any]]:
    """Return what a report says, in short."""
    return [(each.kind, each.resource, each.path, each.before, each.after) for each in found.findings]


def test_nothing_is_found_if_nothing_changed(account: Account) -> None:
    room = account.recorded(
        "lobby",
        maximum_message_length=7,
        message_review_handler={"uri": HANDLER, "fallback_result": "DENY"},
        tags={"a": "b", "empty": ""},
    )
    tags = account.recorded("cost", "TagSet", resource_arn=room["id"], tags={"cost": "1"})

    assert report(account, room, tags, account.recorded("hall", name="")).is_clean


def test_of_resources_without_outputs_others_tags_are_not_reported_and_what_is_gone_is_missing(
    account: Account,
) -> None:
    room, gone = account.recorded("lobby", tags={"a": "1"}), account.recorded("hall")
    account.service.client().tag_resource(resourceArn=room["id"], tags={"theirs": "1"})
    account.service.client().delete_room(identifier=gone["id"])
    room["outputs"] = gone["outputs"] = {}

    found = shown(report(account, room, gone))

    assert ("missing", "hall") in [each[:2] for each in found]
    assert "tags.theirs" not in [each[2] for each in found]


@pytest.mark.parametrize(
    ("change", "path", "before", "after"),
    [
        ({"name": "other"}, "name", "lobby", "other"),
        ({"maximumMessageLength": 1}, "maximum_message_length", 500, 1),
        ({"maximumMessageRatePerSecond": 1}, "maximum_message_rate_per_second", 10, 1),
        (
            {"messageReviewHandler": {"uri": HANDLER}},
            "message_review_handler",
            None,
            {"uri": HANDLER, "fallback_result": "ALLOW"},
        ),
    ],
)
def test_a_property_that_changed_is_found_alone_with_when(
    account: Account, change: dict[str, Any], path: str, before: object, after: object
) -> None:
    room = account.recorded("lobby")
    live = account.service.client().update_room(identifier=room["id"], **change)

    found = report(account, room)

    assert shown(found) == [("changed", "lobby", path, before, after)]
    assert found.findings[0].changed_at == iso8601(live["updateTime"])
    assert found.findings[0].stack == "chat/test"


def test_another_logging_configuration_is_found(account: Account) -> None:
    logging = account.service.client().create_logging_configuration(
        destinationConfiguration={"s3": {"bucketName": "chat-logs"}}
    )["arn"]
    room = account.recorded("lobby")
    account.service.client().update_room(identifier=room["id"], loggingConfigurationIdentifiers=[logging])

    [finding, _] = report(account, room).findings

    assert (finding.path, finding.before, finding.after) == ("logging_configuration_identifiers", [], [logging])


def test_a_logging_configuration_that_failed_is_found_by_its_state_alone(account: Account) -> None:
    logging = account.recorded(
        "logs", "LoggingConfiguration", destination_configuration={"s3": {"bucket_name": "chat"}}
    )
    logging["outputs"]["state"] = "UPDATE_FAILED"

    assert shown(report(account, logging)) == [("changed", "logs", "state", "UPDATE_FAILED", "ACTIVE")]


def test_a_property_that_came_back_to_what_it_was_is_not_one(account: Account) -> None:
    room = account.recorded("lobby")
    for length in (1, 500):
        account.service.client().update_room(identifier=room["id"], maximumMessageLength=length)

    assert report(account, room).is_clean


def test_tags_that_the_room_owns_are_found_key_by_key_and_keys_of_others_are_ignored(account: Account) -> None:
    room = account.recorded("lobby", tags={"a": "1", "b": "2", "c": "3"})
    client = account.service.client()
    client.tag_resource(resourceArn=room["id"], tags={"a": "9", "foreign": "x"})
    client.untag_resource(resourceArn=room["id"], tagKeys=["b"])

    found = report(account, room)

    assert shown(found) == [
        ("changed", "lobby", "tags.a", "1", "9"),
        ("changed", "lobby", "tags.b", "2", None),
    ]
    assert {finding.changed_at for finding in found.findings} == {""}


def test_a_tag_sets_keys_are_found_and_those_of_others_if_it_is_exclusive(account: Account) -> None:
    arns = [account.room(), account.room()]
    sets = [
        account.recorded(f"set-{number}", "TagSet", resource_arn=arn, tags={"a": "1"}, exclusive=bool(number))
        for number, arn in enumerate(arns)
    ]
    for arn in arns:
        account.service.client().tag_resource(resourceArn=arn, tags={"a": "9", "foreign": "x"})

    assert shown(report(account, *sets)) == [
        ("changed", "set-0", "tags.a", "1", "9"),
        ("changed", "set-1", "tags.a", "1", "9"),
        ("changed", "set-1", "tags.foreign", None, "x"),
    ]


def test_what_is_gone_is_missing_and_that_is_asked_of_aws_itself(account: Account) -> None:
    room = account.recorded("lobby")
    tags = account.recorded("cost", "TagSet", resource_arn=room["id"], tags={"cost": "1"})
    account.service.client().delete_room(identifier=room["id"])

    assert shown(report(account, room, tags)) == [
        ("missing", "lobby", "", None, None),
        ("missing", "cost", "", None, None),
    ]
    assert account.service.calls()[-2:] == ["GetRoom", "ListTagsForResource"]


def test_unmanaged_is_exactly_what_was_made_by_hand(account: Account) -> None:
    managed = account.recorded("lobby")
    looked_up = resource("guest", id=account.room("guest"), external=True)
    by_hand = [account.room("a"), account.room("")]

    found = report(account, managed, looked_up)

    assert [(each.kind, each.arn, each.resource, each.note) for each in found.findings] == [
        ("unmanaged", by_hand[1], "", ""),
        ("unmanaged", by_hand[0], "a", ""),
    ]


def test_resources_of_other_stacks_are_listed_apart(account: Account) -> None:
    arn = account.owned_room("lobby", "chat/prod/lobby")

    found = report(account)

    assert found.is_clean
    assert [each.arn for each in found.foreign] == [arn]


def test_what_this_stack_made_and_does_not_know_is_unmanaged_and_recover_is_named(account: Account) -> None:
    account.owned_room("lobby")

    [finding] = report(account).findings

    assert finding.note == "its owner tag names chat/test, whose state does not have it"
    assert "`pulumi-ivschat recover`" in finding.hint


def test_a_renamed_stack_whose_owner_tags_have_not_followed_yet_has_not_drifted(account: Account) -> None:
    rooms = [account.recorded(name, owner_tag=f"chat/old/{name}") for name in ("lobby", "hall")]
    before = len(account.service.calls())

    assert report(account, *rooms).is_clean
    assert account.service.calls()[before:] == ["ListLoggingConfigurations", "ListRooms"]


def test_an_owner_tag_that_another_stack_added_has_drifted_and_one_that_is_gone_has_not(account: Account) -> None:
    taken, untagged = account.recorded("lobby"), account.recorded("hall")
    client = account.service.client()
    client.tag_resource(resourceArn=taken["id"], tags={OWNER_TAG: "talk/test/lobby"})
    client.untag_resource(resourceArn=untagged["id"], tagKeys=[OWNER_TAG])

    [finding] = report(account, taken, untagged).findings

    assert (finding.resource, finding.path) == ("lobby", "owner_tag")
    assert (finding.before, finding.after) == ("chat/test/lobby", "talk/test/lobby")


def test_several_stacks_share_an_account_and_know_of_each_other(account: Account) -> None:
    mine, theirs = account.recorded("lobby"), account.recorded("hall", owner_tag="chat/prod/hall")
    account.service.client().update_room(identifier=theirs["id"], maximumMessageLength=1)

    with Lists() as lists:
        found = compare([of(account.settings, mine), of(account.settings, theirs, name="prod")], NOW, lists)

    assert found.stacks == ["chat/test", "chat/prod"]
    assert [(each.stack, each.resource) for each in found.findings] == [("chat/prod", "hall")]
    assert account.service.calls().count("ListRooms") == 1


def test_a_resource_of_an_explicit_provider_is_compared_in_its_account(account: Account, other: Account) -> None:
    here, there = account.recorded("lobby"), native(other.recorded("hall"), "p")
    assert report(account, provider_of(other), here, there).is_clean
    other.service.client().update_room(identifier=there["id"], maximumMessageLength=1)
    by_hand = other.room("by-hand")

    found = report(account, provider_of(other), here, there)

    assert shown(found)[0] == ("changed", "hall", "maximum_message_length", 500, 1)
    assert [each.arn for each in found.findings] == [there["id"], by_hand]


def test_providers_of_one_account_and_region_share_its_pages(account: Account) -> None:
    rooms = [native(account.recorded(name), name) for name in "pq"]
    own, providers = account.recorded("own"), [provider_of(account, name, maxAttempts=3) for name in "pq"]
    before = len(account.service.calls())

    assert report(account, *providers, *rooms, own).is_clean
    assert account.service.calls()[before:] == ["ListLoggingConfigurations", "ListRooms"]


def test_an_account_that_only_unused_own_settings_lead_to_is_not_looked_at(account: Account, other: Account) -> None:
    assert report(account, provider_of(other), native(other.recorded("lobby"), "p")).is_clean
    assert account.service.calls() == []


def test_an_error_names_the_provider_whose_account_does_not_answer(account: Account, other: Account) -> None:
    room = native(other.recorded("lobby"), "p")
    other.service.fault("ListRooms", error="AccessDeniedException", count=None)

    with pytest.raises(AccessDenied, match="The settings are those of the Provider resource p"):
        report(account, provider_of(other), room)


def test_every_region_that_a_stack_uses_is_looked_at_and_those_that_are_named(account: Account) -> None:
    room = account.recorded("lobby", region="eu-west-1")
    by_hand = account.service.client("ap-south-1").create_room(name="x")["arn"]

    found = report(account, room, regions=["ap-south-1"])

    assert found.regions == ["ap-south-1", "eu-west-1", REGION]
    assert [each.arn for each in found.findings] == [by_hand]


@pytest.mark.parametrize(("age", "stale"), [(STALE_AFTER - timedelta(days=1), False), (STALE_AFTER, True)])
def test_a_room_that_nobody_updated_for_23_months_is_stale(account: Account, age: timedelta, stale: bool) -> None:  # noqa: FBT001
    room = account.recorded("lobby")

    found = report(account, room, now=datetime.now(timezone.utc) + age)

    assert [each.kind for each in found.findings] == ["stale"] * stale


def test_secrets_are_not_shown_and_their_changes_are(account: Account) -> None:
    room = account.recorded("lobby", tags={"s": "hunter2", "t": "x"}, name="hidden-name")
    room["outputs"]["tags"] = secret(room["outputs"]["tags"])
    room["outputs"]["name"] = secret(room["outputs"]["name"])
    account.service.client().tag_resource(resourceArn=room["id"], tags={"s": "hunter3"})
    account.service.client().untag_resource(resourceArn=room["id"], tagKeys=["t"])
    account.service.client().update_room(identifier=room["id"], name="hunter4")

    found = report(account, room)

    assert shown(found) == [
        ("changed", "lobby", "name", "[secret]", "[secret]"),
        ("changed", "lobby", "tags.s", "[secret]", "[secret]"),
        ("changed", "lobby", "tags.t", "[secret]", None),
    ]
    assert "hunter" not in repr(found)


def test_a_thousand_rooms_take_pages_only(account: Account) -> None:
    template = account.recorded("room", tags={"a": "b"})
    rooms = [_listed(template, number) for number in range(1000)]
    service = Pages([_summary(room) for room in rooms])

    found = _compared_on(service, account, rooms)

    assert found.is_clean
    assert service.calls == ["ListLoggingConfigurations", *["ListRooms"] * 20]


def _listed(template: Resource, number: int) -> Resource:
    arn = f"{template['id'][:-4]}{number:04}"
    own = {"arn": arn, "room_id": arn[-12:], "name": f"room-{number}", "maximum_message_length": number % 500 + 1}
    outputs = {**template["outputs"], **own}
    return {**resource(f"room-{number}", id=arn), "inputs": template["inputs"], "outputs": outputs}


def _summary(room: Resource) -> dict[str, Any]:
    outputs = room["outputs"]
    moved = datetime.fromisoformat(outputs["update_time"].replace("Z", "+00:00"))
    return {
        "arn": room["id"],
        "id": room["id"][-12:],
        "name": outputs["name"],
        "tags": outputs["tags_all"],
        "createTime": outputs["create_time"],
        "updateTime": moved,
    }


class Pages:
    """A control plane that has these rooms, and nothing but lists of them."""

    def __init__(self, rooms: Sequence[dict[str, Any]]) -> None:
        self._rooms = rooms
        self.calls: list[str] = []

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Return a page of fifty."""
        del region, subject
        self.calls.append(operation)
        if operation == "ListLoggingConfigurations":
            return {"loggingConfigurations": []}
        assert operation == "ListRooms"
        start = int(members.get("nextToken", 0))
        more = {"nextToken": str(start + 50)} if start + 50 < len(self._rooms) else {}
        return {"rooms": self._rooms[start : start + 50], **more}


def _compared_on(service: Pages, account: Account, rooms: Sequence[Resource]) -> Report:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pulumi_ivschat.stacks.account.control_plane_of", lambda _: service)
        return report(account, *rooms)


@pytest.mark.parametrize(
    ("rule", "ignored"),
    [
        ("changed:chat/test/lobby.name", True),
        ("changed:chat/test/*", True),
        ("*:chat/*.name", True),
        ("changed:chat/test/lobby.tags.*", False),
        ("missing:chat/test/lobby.name", False),
        ("changed:chat/test/lobby", False),
        ("changed:CHAT/test/lobby.name", False),
    ],
)
def test_a_rule_ignores_what_it_matches(account: Account, rule: str, ignored: bool) -> None:  # noqa: FBT001
    room = account.recorded("lobby")
    account.service.client().update_room(identifier=room["id"], name="other")

    found = report(account, room, rules=[rule])

    assert (found.is_clean, len(found.ignored)) == (ignored, int(ignored))


def test_each_findings_rule_ignores_it_and_no_other() -> None:
    findings = [
        Finding("changed", "Room", "arn", "chat/test", name, path)
        for name in ("a", "ab", "a*", "a[b]", "a?", "[*]", "a.tags")
        for path in ("tags.x", "tags.*", "tags.[x]", "name")
    ]

    for finding in findings:
        assert [other for other in findings if other.is_ignored([finding.rule])] == [finding]


def test_an_unmanaged_room_is_ignored_by_its_arn(account: Account) -> None:
    arn = account.room("x", tags={OWNER_TAG: "no owner of ours"})

    [finding] = report(account).findings

    assert finding.rule == f"unmanaged:{arn}"
    assert report(account, rules=[finding.rule]).is_clean


def test_a_damaged_property_is_reported_as_changed_and_a_wrong_id_as_damage_of_that_resource(account: Account) -> None:
    room = account.recorded("lobby", tags={"a": "b"}, maximum_message_length=7)
    damaged = {**room, "outputs": {**room["outputs"], "tags_all": "x", "maximum_message_length": "long"}}

    assert shown(report(account, damaged)) == [("changed", "lobby", "maximum_message_length", None, 7)]
    with pytest.raises(DamagedState, match=r"Room lobby: the state of this resource is damaged"):
        report(account, {**room, "id": "lobby"})
