"""What each operation does, asked in-process with signed requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from pulumi_ivschat.local.access_keys import AccessKey
from pulumi_ivschat.local.control_plane import OPERATIONS, Call, perform
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.faults import Fault
from pulumi_ivschat.local.handlers.http_function import HttpTarget
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.settings import ReviewHandler
from pulumi_ivschat.local.store import Home
from pulumi_ivschat.local.tokens import opened
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.model.validation import API_NAMES, failures
from tests.local.conftest import Time

Asked: TypeAlias = Callable[..., dict[str, Any]]

LAMBDA = "arn:aws:lambda:us-west-2:000000000000:function:review"
NOWHERE = "arn:aws:ivschat:us-west-2:000000000000:room/nothingHere1"
NO_LOGGING = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/nothingHere1"
S3 = {"s3": {"bucketName": "some-bucket"}}


def _newest_first(output: dict[str, Any]) -> list[str]:
    return [room["name"] for room in output["rooms"]]


def test_every_operation_of_the_service_model_is_served() -> None:
    assert OPERATIONS.keys() == operations().keys()


def test_a_room_is_created_with_the_defaults_of_aws(call: Asked) -> None:
    room = call("CreateRoom", {"name": "lobby"})

    assert room == {
        "arn": f"arn:aws:ivschat:us-west-2:000000000000:room/{room['id']}",
        "id": room["id"],
        "name": "lobby",
        "createTime": "2026-01-31T08:00:00.123Z",
        "updateTime": "2026-01-31T08:00:00.123Z",
        "maximumMessageRatePerSecond": 10,
        "maximumMessageLength": 500,
        "tags": {},
    }


def test_every_member_of_a_new_room_is_kept(call: Asked) -> None:
    logging = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})["arn"]
    members = {
        "name": "hall",
        "maximumMessageRatePerSecond": 100,
        "maximumMessageLength": 1,
        "messageReviewHandler": {"uri": LAMBDA, "fallbackResult": "DENY"},
        "tags": {"team": "live"},
        "loggingConfigurationIdentifiers": [logging],
    }

    room = call("CreateRoom", members)

    assert members.items() <= room.items()
    assert call("GetRoom", {"identifier": room["arn"]}) == room


@pytest.mark.parametrize(
    ("operation", "named", "members", "changed"),
    [
        ("UpdateRoom", "identifier", {"name": "hall"}, {"name": "hall"}),
        ("UpdateRoom", "identifier", {"messageReviewHandler": {"uri": ""}}, {}),
        ("TagResource", "resourceArn", {"tags": {"b": "ü"}}, {"tags": {"a": "1", "b": "ü"}}),
        ("UntagResource", "resourceArn", {"tagKeys": ["a"]}, {"tags": {}}),
    ],
)
def test_a_change_is_in_the_next_answers(
    operation: str, named: str, members: dict[str, Any], changed: dict[str, Any], call: Asked
) -> None:
    room = call("CreateRoom", {"tags": {"a": "1"}})
    asked = {"identifier": room["arn"]}
    before = call("GetRoom", asked), call("ListRooms")["rooms"]

    call(operation, {named: room["arn"], **members})

    [listed] = call("ListRooms")["rooms"]
    assert listed.items() <= call("GetRoom", asked).items()
    assert changed.items() <= listed.items()
    assert (call("GetRoom", asked), [listed]) != before


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_answers_conform_to_the_service_model(operation: str, ask: Callable[..., Answer], call: Asked) -> None:
    room = call("CreateRoom", {"messageReviewHandler": {"uri": LAMBDA}, "tags": {"a": "b"}})
    logging = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})
    target = logging if "LoggingConfiguration" in operation else room
    members = {
        "identifier": target["arn"],
        "resourceArn": target["arn"],
        "destinationConfiguration": S3,
        "tags": {"c": "d"},
        "tagKeys": ["a"],
        "roomIdentifier": room["arn"],
        "userId": "ann",
        "eventName": "app:clear",
        "id": "abcdefghijkl",
    }
    described = operations()[operation]

    answer = ask(operation, {name: members[name] for name in described.input.members if name in members})

    assert answer.status == described.status
    assert list(failures(described.output, json.loads(answer.body or "{}"), names=API_NAMES)) == []


def test_a_handler_without_a_fallback_result_allows(call: Asked) -> None:
    room = call("CreateRoom", {"messageReviewHandler": {"uri": LAMBDA}})

    assert room["messageReviewHandler"] == {"uri": LAMBDA, "fallbackResult": "ALLOW"}


@pytest.mark.parametrize(
    ("region", "account", "shown"),
    [
        ("eu-west-1", "000000000000", "must be a Lambda function in the room's region us-west-2, not in eu-west-1"),
        (
            "us-west-2",
            "111111111111",
            "must be a Lambda function in the room's account 000000000000, not in 111111111111",
        ),
    ],
)
def test_a_handler_of_another_region_or_account_is_refused(
    region: str, account: str, shown: str, call: Asked, refused: Asked
) -> None:
    handler = {"uri": f"arn:aws:lambda:{region}:{account}:function:review:live"}
    room = call("CreateRoom")["arn"]

    for operation, members in (("CreateRoom", {}), ("UpdateRoom", {"identifier": room})):
        error = refused(operation, {**members, "messageReviewHandler": handler})
        assert (error["code"], error["status"]) == ("ValidationException", 400)
        assert error["fieldList"] == [{"name": "messageReviewHandler.uri", "message": shown}]
    assert "messageReviewHandler" not in call("GetRoom", {"identifier": room})
    assert len(call("ListRooms")["rooms"]) == 1


def test_a_handler_whose_permission_is_not_there_yet_is_refused_until_it_is(
    call: Asked, refused: Asked, service: Service, pass_time: Callable[[float], None]
) -> None:
    service.reviewers.put(LAMBDA, ReviewHandler(HttpTarget("http://127.0.0.1:1"), permission_after=10))
    room = call("CreateRoom")["arn"]

    for operation, members in (("CreateRoom", {}), ("UpdateRoom", {"identifier": room})):
        error = refused(operation, {**members, "messageReviewHandler": {"uri": LAMBDA}})
        assert (error["code"], error["status"]) == ("ValidationException", 400)
        assert error["message"] == "Request member: uri failed to satisfy the constraints: invalid lambda permission"
        pass_time(4.9)
    call("UpdateRoom", {"identifier": room, "name": "lobby", "messageReviewHandler": {"uri": ""}})
    pass_time(0.2)
    assert call("CreateRoom", {"messageReviewHandler": {"uri": LAMBDA}})["messageReviewHandler"]["uri"] == LAMBDA
    call("UpdateRoom", {"identifier": room, "messageReviewHandler": {"uri": LAMBDA}})


def test_names_need_not_be_unique_and_may_be_empty(call: Asked) -> None:
    rooms = [call("CreateRoom", {"name": name}) for name in ("twin", "twin", "")]

    assert len({room["arn"] for room in rooms}) == 3
    assert call("CreateRoom")["name"] == ""


def test_an_update_changes_what_it_names_and_leaves_the_rest(call: Asked, pass_time: Callable[[float], None]) -> None:
    room = call("CreateRoom", {"name": "lobby", "messageReviewHandler": {"uri": LAMBDA}, "tags": {"a": "b"}})
    pass_time(1)

    changed = call("UpdateRoom", {"identifier": room["arn"], "maximumMessageLength": 7})

    assert changed == {**room, "maximumMessageLength": 7, "updateTime": "2026-01-31T08:00:01.123Z"}
    assert call("GetRoom", {"identifier": room["arn"]}) == changed


def test_an_update_within_the_same_millisecond_still_moves_the_update_time(call: Asked) -> None:
    room = call("CreateRoom")

    changed = call("UpdateRoom", {"identifier": room["arn"], "name": "x"})

    assert changed["updateTime"] == "2026-01-31T08:00:00.124Z"


def test_an_empty_uri_removes_the_review_handler_and_leaves_an_object(call: Asked) -> None:
    room = call("CreateRoom", {"messageReviewHandler": {"uri": LAMBDA}})

    call("UpdateRoom", {"identifier": room["arn"], "messageReviewHandler": {"uri": ""}})

    assert call("GetRoom", {"identifier": room["arn"]})["messageReviewHandler"]["uri"] == ""


def test_an_empty_list_clears_logging_and_a_new_one_replaces_in_order(call: Asked) -> None:
    first, second = (call("CreateLoggingConfiguration", {"destinationConfiguration": S3})["arn"] for _ in range(2))
    room = call("CreateRoom", {"loggingConfigurationIdentifiers": [first]})
    member = "loggingConfigurationIdentifiers"

    assert call("UpdateRoom", {"identifier": room["arn"], member: [second, first]})[member] == [second, first]
    assert member not in call("UpdateRoom", {"identifier": room["arn"], member: []})


@pytest.mark.parametrize("operation", ["CreateRoom", "UpdateRoom"])
def test_logging_that_does_not_exist_is_not_found_and_changes_nothing(
    operation: str, call: Asked, refused: Asked
) -> None:
    room = call("CreateRoom", {"name": "before"})
    identity = {"identifier": room["arn"]} if operation == "UpdateRoom" else {}

    error = refused(operation, {**identity, "name": "after", "loggingConfigurationIdentifiers": [NO_LOGGING]})

    assert (error["status"], error["code"]) == (404, "ResourceNotFoundException")
    assert _newest_first(call("ListRooms")) == ["before"]


def test_a_deleted_room_is_gone(call: Asked, ask: Callable[..., Answer], refused: Asked) -> None:
    room = call("CreateRoom")

    answer = ask("DeleteRoom", {"identifier": room["arn"]})

    assert (answer.status, answer.body) == (204, b"")
    for operation in ("GetRoom", "UpdateRoom", "DeleteRoom"):
        error = refused(operation, {"identifier": room["arn"]})
        assert (error["status"], error["resourceId"], error["resourceType"]) == (404, room["id"], "ROOM")


def test_rooms_are_listed_without_their_limits(call: Asked) -> None:
    room = call("CreateRoom", {"name": "lobby", "tags": {"a": "b"}})

    (listed,) = call("ListRooms")["rooms"]

    assert listed == {name: value for name, value in room.items() if not name.startswith("maximumMessage")}


def test_rooms_are_listed_by_their_last_update_newest_first(call: Asked, pass_time: Callable[[float], None]) -> None:
    rooms = {}
    for name in "abc":
        rooms[name] = call("CreateRoom", {"name": name})
        pass_time(1)

    call("UpdateRoom", {"identifier": rooms["a"]["arn"], "maximumMessageLength": 9})

    assert _newest_first(call("ListRooms")) == ["a", "c", "b"]


def test_rooms_of_the_same_millisecond_are_listed_in_the_reverse_order_of_their_making(call: Asked) -> None:
    for name in "abcd":
        call("CreateRoom", {"name": name})

    assert _newest_first(call("ListRooms")) == ["d", "c", "b", "a"]


def test_filters_find_rooms_by_name_handler_and_logging_and_all_must_hold(call: Asked) -> None:
    logging = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})["arn"]
    call("CreateRoom", {"name": "plain"})
    call("CreateRoom", {"name": "logged", "loggingConfigurationIdentifiers": [logging]})
    call("CreateRoom", {"name": "reviewed", "messageReviewHandler": {"uri": LAMBDA}})

    assert _newest_first(call("ListRooms", {"name": "plain"})) == ["plain"]
    assert _newest_first(call("ListRooms", {"loggingConfigurationIdentifier": logging})) == ["logged"]
    assert _newest_first(call("ListRooms", {"messageReviewHandlerUri": LAMBDA})) == ["reviewed"]
    assert _newest_first(call("ListRooms", {"name": "plain", "messageReviewHandlerUri": LAMBDA})) == []


def test_pages_hold_fifty_rooms_and_together_all_of_them_once(call: Asked) -> None:
    names = [call("CreateRoom", {"name": f"room-{number}"})["name"] for number in range(120)]

    sizes, listed = [], []
    page = call("ListRooms")
    while True:
        sizes.append(len(page["rooms"]))
        listed += _newest_first(page)
        if "nextToken" not in page:
            break
        page = call("ListRooms", {"nextToken": page["nextToken"]})

    assert (sizes, listed) == ([50, 50, 20], names[::-1])


def test_a_full_last_page_has_no_next_token(call: Asked) -> None:
    for _ in range(4):
        call("CreateRoom")

    token = call("ListRooms", {"maxResults": 2})["nextToken"]

    assert "nextToken" not in call("ListRooms", {"maxResults": 2, "nextToken": token})


def test_rooms_made_between_two_pages_neither_repeat_nor_hide_others(call: Asked) -> None:
    for name in "abcd":
        call("CreateRoom", {"name": name})
    page = call("ListRooms", {"maxResults": 2})
    call("CreateRoom", {"name": "new"})
    call("DeleteRoom", {"identifier": page["rooms"][1]["arn"]})

    rest = call("ListRooms", {"nextToken": page["nextToken"]})

    assert _newest_first(rest) == ["b", "a"]


@pytest.mark.parametrize("other", [{"name": "x"}, {"messageReviewHandlerUri": LAMBDA}, {"region": "eu-west-1"}])
def test_a_page_token_is_good_for_the_same_list_only(other: dict[str, str], call: Asked, refused: Asked) -> None:
    for _ in range(2):
        call("CreateRoom")
    token = call("ListRooms", {"maxResults": 1})["nextToken"]
    region = {"region": other["region"]} if "region" in other else {}
    filters = {} if region else other

    error = refused("ListRooms", {"nextToken": token, **filters}, **region)

    assert (error["status"], error["code"]) == (400, "ValidationException")
    assert error["fieldList"][0]["name"] == "nextToken"


@pytest.mark.parametrize("alter", [lambda t: t[:-1], lambda t: t.swapcase(), lambda _: "no token", lambda t: t + "=="])
def test_an_altered_page_token_is_refused(alter: Callable[[str], str], call: Asked, refused: Asked) -> None:
    for _ in range(2):
        call("CreateRoom")
    token = call("ListRooms", {"maxResults": 1})["nextToken"]

    assert refused("ListRooms", {"nextToken": alter(token)})["code"] == "ValidationException"


def test_regions_and_accounts_are_apart(call: Asked, refused: Asked, other_account: AccessKey) -> None:
    room = call("CreateRoom", region="eu-west-1")

    assert call("ListRooms", region="us-west-2")["rooms"] == []
    assert call("ListRooms", region="eu-west-1", key=other_account)["rooms"] == []
    assert refused("GetRoom", {"identifier": room["arn"]}, region="us-west-2")["code"] == "ResourceNotFoundException"
    foreign = refused("GetRoom", {"identifier": room["arn"]}, region="eu-west-1", key=other_account)
    assert (foreign["status"], foreign["code"]) == (403, "AccessDeniedException")
    assert "ivschat:GetRoom" in foreign["message"]


def test_an_arn_of_another_type_is_refused(call: Asked, refused: Asked) -> None:
    logging = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})["arn"]

    assert refused("GetRoom", {"identifier": logging})["code"] == "ValidationException"


def test_a_logging_configuration_is_active_at_once(call: Asked) -> None:
    logging = call("CreateLoggingConfiguration", {"name": "archive", "destinationConfiguration": S3})

    assert logging == {
        "arn": f"arn:aws:ivschat:us-west-2:000000000000:logging-configuration/{logging['id']}",
        "id": logging["id"],
        "createTime": "2026-01-31T08:00:00.123Z",
        "updateTime": "2026-01-31T08:00:00.123Z",
        "name": "archive",
        "destinationConfiguration": S3,
        "state": "ACTIVE",
        "tags": {},
    }
    assert call("ListLoggingConfigurations")["loggingConfigurations"] == [logging]


def test_a_logging_configuration_is_updated_and_deleted(call: Asked, refused: Asked) -> None:
    logging = call("CreateLoggingConfiguration", {"name": "a", "destinationConfiguration": S3})
    firehose = {"firehose": {"deliveryStreamName": "stream"}}

    changed = call("UpdateLoggingConfiguration", {"identifier": logging["arn"], "destinationConfiguration": firehose})
    call("DeleteLoggingConfiguration", {"identifier": logging["arn"]})

    assert (changed["name"], changed["destinationConfiguration"]) == ("a", firehose)
    assert refused("GetLoggingConfiguration", {"identifier": logging["arn"]})["code"] == "ResourceNotFoundException"


def test_a_logging_configuration_in_use_cannot_be_deleted(call: Asked, refused: Asked) -> None:
    logging = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})
    room = call("CreateRoom", {"loggingConfigurationIdentifiers": [logging["arn"]]})

    error = refused("DeleteLoggingConfiguration", {"identifier": logging["arn"]})
    call("DeleteRoom", {"identifier": room["arn"]})

    assert (error["status"], error["code"], error["resourceId"]) == (409, "ConflictException", logging["id"])
    call("DeleteLoggingConfiguration", {"identifier": logging["arn"]})


@pytest.fixture
def slow(service: Service) -> Callable[..., None]:
    """Return a function that lets the next call of an operation take 2 seconds, and end in a state."""

    def slowed(operation: str, state: str | None = None) -> None:
        service.faults.add(Fault(operation, state=state, settle_seconds=2))

    return slowed


def test_a_logging_configuration_takes_its_time_to_be_made_changed_and_deleted(
    call: Asked, refused: Asked, slow: Callable[..., None], pass_time: Callable[[float], None]
) -> None:
    slow("CreateLoggingConfiguration")
    made = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})
    identity = {"identifier": made["arn"]}

    def state() -> str:
        return str(call("GetLoggingConfiguration", identity)["state"])

    assert (made["state"], state()) == ("CREATING", "CREATING")
    pass_time(2)
    assert call("GetLoggingConfiguration", identity) == {**made, "state": "ACTIVE"}

    slow("UpdateLoggingConfiguration")
    assert call("UpdateLoggingConfiguration", {**identity, "name": "new"})["state"] == state() == "UPDATING"
    pass_time(2)
    assert state() == "ACTIVE"

    slow("DeleteLoggingConfiguration")
    call("DeleteLoggingConfiguration", identity)
    assert state() == "DELETING"
    pass_time(2)
    assert refused("GetLoggingConfiguration", identity)["code"] == "ResourceNotFoundException"
    assert call("ListLoggingConfigurations")["loggingConfigurations"] == []


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete"])
def test_a_logging_configuration_can_end_in_a_failed_state_and_recover(
    verb: str, call: Asked, slow: Callable[..., None], pass_time: Callable[[float], None]
) -> None:
    slow(f"{verb}LoggingConfiguration", f"{verb.upper()}_FAILED")
    identity = {"identifier": call("CreateLoggingConfiguration", {"destinationConfiguration": S3})["arn"]}
    if verb != "Create":
        call(f"{verb}LoggingConfiguration", identity)

    pass_time(2)
    assert call("GetLoggingConfiguration", identity)["state"] == f"{verb.upper()}_FAILED"

    call("UpdateLoggingConfiguration", identity)
    assert call("GetLoggingConfiguration", identity)["state"] == "ACTIVE"


def test_without_a_delay_a_failed_state_comes_after_the_answer(call: Asked, service: Service) -> None:
    service.faults.add(Fault("CreateLoggingConfiguration", state="CREATE_FAILED"))

    made = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})

    assert made["state"] == "CREATING"
    assert call("GetLoggingConfiguration", {"identifier": made["arn"]})["state"] == "CREATE_FAILED"


@pytest.mark.parametrize("verb", ["Create", "Update", "Delete"])
def test_a_logging_configuration_on_its_way_is_neither_changed_nor_deleted(
    verb: str, call: Asked, refused: Asked, slow: Callable[..., None]
) -> None:
    slow(f"{verb}LoggingConfiguration")
    identity = {"identifier": call("CreateLoggingConfiguration", {"destinationConfiguration": S3})["arn"]}
    if verb != "Create":
        call(f"{verb}LoggingConfiguration", identity)

    for operation in ("UpdateLoggingConfiguration", "DeleteLoggingConfiguration"):
        error = refused(operation, identity)
        assert (error["status"], error["code"]) == (409, "ConflictException")
        assert error["message"].endswith(f"is {verb.upper().removesuffix('E')}ING")


def test_the_delay_of_the_service_is_that_of_every_call(time: Time, service: Service) -> None:
    home = Home("000000000000", "us-west-2")
    call = Call(
        "CreateLoggingConfiguration", home, "user", {"destinationConfiguration": S3}, service.store, time(),
        service.settings.resource_quotas, 60, service.chat, logging_delay=0.5,
    )  # fmt: skip

    assert perform(call)["state"] == "CREATING"


def test_a_room_cannot_take_a_logging_configuration_that_is_going(
    call: Asked, refused: Asked, slow: Callable[..., None]
) -> None:
    slow("DeleteLoggingConfiguration")
    arn = call("CreateLoggingConfiguration", {"destinationConfiguration": S3})["arn"]
    call("DeleteLoggingConfiguration", {"identifier": arn})

    assert refused("CreateRoom", {"loggingConfigurationIdentifiers": [arn]})["code"] == "ResourceNotFoundException"


@pytest.mark.parametrize("destination", [{}, {**S3, "firehose": {"deliveryStreamName": "x"}}])
def test_a_destination_is_exactly_one(destination: dict[str, Any], refused: Asked) -> None:
    error = refused("CreateLoggingConfiguration", {"destinationConfiguration": destination})

    assert error["fieldList"][0]["name"] == "destinationConfiguration"


def test_a_region_has_ten_logging_configurations_at_most(call: Asked, refused: Asked) -> None:
    for _ in range(10):
        call("CreateLoggingConfiguration", {"destinationConfiguration": S3})

    error = refused("CreateLoggingConfiguration", {"destinationConfiguration": S3})

    assert (error["status"], error["code"], error["limit"]) == (402, "ServiceQuotaExceededException", 10)
    call("CreateLoggingConfiguration", {"destinationConfiguration": S3}, region="eu-west-1")


def test_tags_are_added_overwritten_and_removed_and_update_time_stays(
    call: Asked, pass_time: Callable[[float], None]
) -> None:
    room = call("CreateRoom", {"tags": {"kept": "1", "changed": "1", "removed": "1"}})
    pass_time(1)

    call("TagResource", {"resourceArn": room["arn"], "tags": {"changed": "2", "new/é+ @": ""}})
    call("UntagResource", {"resourceArn": room["arn"], "tagKeys": ["removed", "never there"]})

    tags = {"kept": "1", "changed": "2", "new/é+ @": ""}
    assert call("ListTagsForResource", {"resourceArn": room["arn"]}) == {"tags": tags}
    assert call("GetRoom", {"identifier": room["arn"]}) == {**room, "tags": tags}


def test_a_logging_configuration_has_tags_too(call: Asked) -> None:
    logging = call("CreateLoggingConfiguration", {"destinationConfiguration": S3, "tags": {"a": "b"}})

    call("TagResource", {"resourceArn": logging["arn"], "tags": {"c": "d"}})

    assert call("ListTagsForResource", {"resourceArn": logging["arn"]})["tags"] == {"a": "b", "c": "d"}


@pytest.mark.parametrize("key", ["aws:x", "AWS:x", "Aws:", "semi;colon", "tab\t", "emoji😀"])
def test_reserved_and_unfit_tag_keys_are_refused(key: str, call: Asked, refused: Asked) -> None:
    room = call("CreateRoom")["arn"]

    for operation, members in (
        ("CreateRoom", {"tags": {key: ""}}),
        ("TagResource", {"resourceArn": room, "tags": {key: ""}}),
        ("UntagResource", {"resourceArn": room, "tagKeys": [key]}),
    ):
        error = refused(operation, members)
        assert (error["code"], error["reason"]) == ("ValidationException", "FIELD_VALIDATION_FAILED")


def test_an_unfit_tag_value_is_refused(refused: Asked) -> None:
    assert refused("CreateRoom", {"tags": {"key": "a;b"}})["code"] == "ValidationException"


def test_fifty_tags_are_counted_after_the_merge(call: Asked, refused: Asked) -> None:
    tags = {f"key-{number}": "" for number in range(49)}
    room = call("CreateRoom", {"tags": tags})["arn"]

    call("TagResource", {"resourceArn": room, "tags": {"key-0": "again", "fiftieth": ""}})

    assert refused("TagResource", {"resourceArn": room, "tags": {"too much": ""}})["code"] == "ValidationException"


@pytest.mark.parametrize("operation", ["TagResource", "UntagResource", "ListTagsForResource"])
def test_tags_of_what_does_not_exist_are_not_found(operation: str, refused: Asked) -> None:
    members: dict[str, dict[str, Any]] = {
        "TagResource": {"tags": {"a": "b"}},
        "UntagResource": {"tagKeys": ["a"]},
        "ListTagsForResource": {},
    }

    error = refused(operation, {"resourceArn": NOWHERE, **members[operation]})

    assert (error["status"], error["code"]) == (404, "ResourceNotFoundException")


def test_a_region_has_as_many_rooms_as_the_quota_allows(service: Service) -> None:
    quotas = service.settings.resource_quotas
    assert quotas["room"] == 50_000
    store = service.store
    home = Home("000000000000", "us-west-2")
    for number in range(3):
        arn = home.new_arn("room")
        store.put(home, "room", {"arn": arn, "updateTime": f"2026-01-01T00:00:0{number}.000Z"})
    call_with_room_for_three = Call(
        operation="CreateRoom",
        home=home,
        user="",
        input={},
        store=store,
        now=service.clock(),
        resource_quotas={"room": 3},
        token_lifetime=60,
        chat=service.chat,
    )

    with pytest.raises(ApiError, match="quota of 3 rooms"):
        perform(call_with_room_for_three)


def test_a_chat_token_has_the_defaults_of_aws(call: Asked, service: Service) -> None:
    room = call("CreateRoom")["arn"]

    made = call("CreateChatToken", {"roomIdentifier": room, "userId": "ann"})

    assert made["tokenExpirationTime"] == "2026-01-31T08:01:00Z"
    assert made["sessionExpirationTime"] == "2026-01-31T09:00:00Z"
    grant = opened(made["token"], service.store.token_key, service.clock())
    assert (grant.room_arn, grant.user_id, grant.capabilities, grant.attributes) == (room, "ann", (), {})


def test_a_chat_token_carries_what_is_asked_for(call: Asked, service: Service) -> None:
    asked = {
        "roomIdentifier": call("CreateRoom")["arn"],
        "userId": "u" * 128,
        "capabilities": ["SEND_MESSAGE", "DELETE_MESSAGE", "SEND_MESSAGE"],
        "attributes": {"name": "x" * 1020},
        "sessionDurationInMinutes": 180,
    }

    made = call("CreateChatToken", asked)

    assert made["sessionExpirationTime"] == "2026-01-31T11:00:00Z"
    grant = opened(made["token"], service.store.token_key, service.clock())
    assert grant.capabilities == ("SEND_MESSAGE", "DELETE_MESSAGE")
    assert grant.attributes == asked["attributes"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("userId", ""),
        ("userId", "u" * 129),
        ("capabilities", ["ADMIN"]),
        ("sessionDurationInMinutes", 0),
        ("sessionDurationInMinutes", 181),
        ("attributes", {"é": "x" * 1023}),
        ("attributes", {str(number): "x" * 500 for number in range(3)}),
    ],
)
def test_a_chat_token_beyond_the_limits_is_refused_without_the_value_in_the_answer(
    member: str, value: Any, call: Asked, refused: Asked
) -> None:
    room = call("CreateRoom")["arn"]

    error = refused("CreateChatToken", {"roomIdentifier": room, "userId": "ann", member: value})

    assert (error["code"], error["fieldList"][0]["name"].split("[")[0]) == ("ValidationException", member)
    assert "xxx" not in error["message"]


def test_a_chat_token_is_for_a_room_that_exists(call: Asked, refused: Asked, other_account: AccessKey) -> None:
    room = call("CreateRoom")["arn"]

    nowhere = refused("CreateChatToken", {"roomIdentifier": NOWHERE, "userId": "ann"})
    elsewhere = refused("CreateChatToken", {"roomIdentifier": room, "userId": "ann"}, region="eu-west-1")
    of_others = refused("CreateChatToken", {"roomIdentifier": room, "userId": "ann"}, key=other_account)

    assert [error["code"] for error in (nowhere, elsewhere, of_others)] == [
        "ResourceNotFoundException",
        "ResourceNotFoundException",
        "AccessDeniedException",
    ]


def test_an_event_has_an_id_of_its_own(call: Asked) -> None:
    room = call("CreateRoom")["arn"]

    ids = {call("SendEvent", {"roomIdentifier": room, "eventName": "app:clear"})["id"] for _ in range(2)}

    assert len(ids) == 2


def test_the_names_of_the_services_own_events_are_kept_to_it(call: Asked, refused: Asked) -> None:
    room = call("CreateRoom")["arn"]

    error = refused("SendEvent", {"roomIdentifier": room, "eventName": "AWS:DELETE_MESSAGE"})

    assert (error["code"], error["fieldList"][0]["name"]) == ("ValidationException", "eventName")


def test_a_user_who_is_not_there_can_be_disconnected_and_any_message_deleted(call: Asked) -> None:
    room = call("CreateRoom")["arn"]

    assert call("DisconnectUser", {"roomIdentifier": room, "userId": "nobody"}) == {}
    assert len(call("DeleteMessage", {"roomIdentifier": room, "id": "abcdefghijkl"})["id"]) == 12
