"""What an account holds, and whom it belongs to."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from pulumi_ivschat.errors import ResourceNotFound, SettingsError
from pulumi_ivschat.model.owner_tag import OWNER_TAG, Owner
from pulumi_ivschat.settings import AssumeRole, Connection, Settings
from pulumi_ivschat.stacks import account as accounts
from pulumi_ivschat.stacks.account import Found
from tests.conftest import REGION
from tests.stacks.conftest import Account


@pytest.mark.parametrize(
    ("tag", "owner"),
    [
        ("chat/prod/lobby", Owner("chat", "prod", "lobby")),
        ("chat/prod/a/b", Owner("chat", "prod", "a/b")),
        ("somebody", None),
        ("", None),
    ],
)
def test_an_owner_tag_names_project_stack_and_resource(tag: str, owner: Owner | None) -> None:
    assert Found("Room", {"arn": "arn", "tags": {OWNER_TAG: tag}}).owner == owner


def test_without_tags_and_name_there_is_no_owner_and_an_empty_name() -> None:
    found = Found("Room", {"arn": "arn"})

    assert (found.owner, found.name, found.tags) == (None, "", {})


@pytest.mark.parametrize(
    ("change", "is_same"),
    [
        ({"endpoint_url": "https://example.com"}, False),
        ({"profile": "other"}, False),
        ({"assume_role": AssumeRole("arn:aws:iam::111122223333:role/chat")}, False),
        ({"max_attempts": 9, "app_name": "chat"}, True),
    ],
)
def test_settings_are_of_one_account_if_endpoint_profile_and_role_are_equal(
    change: dict[str, Any], *, is_same: bool
) -> None:
    own = Settings(connection=Connection("prod", assume_role=AssumeRole("arn:aws:iam::000000000000:role/chat")))
    other = attrs.evolve(own, region="eu-west-1", connection=attrs.evolve(own.connection, **change))

    assert (accounts.account_of(own) == accounts.account_of(other)) is is_same


def test_an_account_holds_logging_configurations_and_rooms_of_all_pages(account: Account) -> None:
    logging = account.service.client().create_logging_configuration(
        destinationConfiguration={"s3": {"bucketName": "chat-logs"}}
    )["arn"]
    rooms = [account.room(f"room-{number}") for number in range(51)]

    found = list(accounts.listed(account.control_plane, REGION))

    assert [(each.type, each.arn) for each in found] == [
        ("LoggingConfiguration", logging),
        *(("Room", arn) for arn in reversed(rooms)),
    ]
    assert account.service.calls()[52:] == ["ListLoggingConfigurations", "ListRooms", "ListRooms"]


def test_what_is_named_by_its_arn_is_read_in_its_region(account: Account) -> None:
    arn = account.service.client("eu-west-1").create_room(name="lobby")["arn"]

    assert accounts.with_arn(account.control_plane, arn).name == "lobby"


@pytest.mark.parametrize(
    ("arn", "error"),
    [
        ("arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl", ResourceNotFound),
        ("arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl", ResourceNotFound),
        ("arn:aws:s3:::bucket", SettingsError),
    ],
)
def test_an_arn_of_nothing_is_an_error(account: Account, arn: str, error: type[Exception]) -> None:
    with pytest.raises(error) as raised:
        accounts.with_arn(account.control_plane, arn)

    assert "recreates it" not in str(raised.value)  # nothing does that is not in a program


def test_all_rooms_of_a_name_are_found_also_of_an_empty_one(account: Account) -> None:
    both = [account.room("lobby"), account.room("lobby")]
    nameless = account.room("")
    account.room("lobby-2")

    assert [found.arn for found in accounts.named(account.control_plane, REGION, "lobby")] == both[::-1]
    assert [found.arn for found in accounts.named(account.control_plane, REGION, "")] == [nameless]


def test_the_logging_of_rooms_comes_with_them_once_and_first(account: Account) -> None:
    logging = account.service.client().create_logging_configuration(
        destinationConfiguration={"s3": {"bucketName": "chat-logs"}}
    )["arn"]
    rooms = [account.room(name, loggingConfigurationIdentifiers=[logging]) for name in ("a", "b")]
    found = [accounts.with_arn(account.control_plane, arn) for arn in (*rooms, rooms[0])]

    together = accounts.with_their_logging(account.control_plane, found)

    assert [each.arn for each in together] == [logging, *rooms]
    assert account.service.calls().count("GetLoggingConfiguration") == 1


def test_a_list_is_fetched_once(account: Account) -> None:
    arn = account.room("lobby")
    with accounts.Lists() as lists:
        begun = [lists.begin(account.settings, REGION) for _ in range(2)]

        assert [[found.arn for found in each.result()] for each in begun] == [[arn], [arn]]

    assert account.service.calls().count("ListRooms") == 1


def test_a_list_that_is_not_needed_any_more_ends_at_its_next_page(account: Account) -> None:
    for number in range(151):
        account.room(f"room-{number}")
    slow = attrs.evolve(account.settings.connection, rates=(("ListRooms", 1.0),))
    with accounts.Lists() as lists:
        begun = lists.begin(attrs.evolve(account.settings, connection=slow), REGION)

    assert begun.cancelled() or begun.done()
    assert account.service.calls().count("ListRooms") <= 2
