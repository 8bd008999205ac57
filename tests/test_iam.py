"""IAM policy documents: the operations that are called, on the resources that they are about, and no more."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest

from pulumi_ivschat import iam, lifecycle, runtime
from pulumi_ivschat.aws import listing
from pulumi_ivschat.aws.client import BotoControlPlane, shared_control_plane
from pulumi_ivschat.aws.creates import Creates
from pulumi_ivschat.errors import AccessDenied, Invalid
from pulumi_ivschat.lifecycle import lifecycle_for
from pulumi_ivschat.model.conversion import to_api
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.operations import lookups as looking_up
from pulumi_ivschat.operations.leftovers import Leftovers
from pulumi_ivschat.program import lookups
from pulumi_ivschat.settings import Connection, Settings
from tests.conftest import REGION, RESTRICTED, LocalService

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
OTHER = "arn:aws:ivschat:eu-west-1:000000000000:room/mnopqrstuvwx"


def statements(document: str) -> list[dict[str, Any]]:
    policy: dict[str, Any] = json.loads(document)
    assert policy.keys() == {"Version", "Statement"}
    assert policy["Version"] == "2012-10-17"
    found: list[dict[str, Any]] = policy["Statement"]
    return found


def allowed(document: str) -> set[str]:
    return {action.removeprefix("ivschat:") for action in actions(document) if action.startswith("ivschat:")}


def actions(document: str) -> set[str]:
    return {action for statement in statements(document) for action in statement["Action"]}


def linted(document: str) -> subprocess.CompletedProcess[str]:
    """Let parliament, which knows AWS's actions and the resources of each, look for mistakes in a document."""
    command = [sys.executable, "-m", "parliament.cli", "--json"]
    return subprocess.run(command, check=False, input=document, capture_output=True, text=True)


@pytest.mark.parametrize(
    "document",
    [
        iam.issuer_policy(ROOM, OTHER),
        iam.moderator_policy(ROOM),
        iam.deployer_policy(),
        iam.deployer_policy(account="000000000000", region="us-west-2", logging_configurations=True, chat_tokens=True),
    ],
)
def test_a_linter_of_policies_finds_nothing(document: str) -> None:
    ran = linted(document)

    assert (ran.returncode, ran.stdout) == (0, ""), ran.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "issue"),
    [
        ("CreateChatToken", "CreateChatTokens", "UNKNOWN_ACTION"),
        (":room/", ":stage/", "RESOURCE_MISMATCH"),
        ("Allow", "Permit", "MALFORMED"),
    ],
)
def test_the_linter_would_find_a_mistake(right: str, wrong: str, issue: str) -> None:
    assert issue in linted(iam.issuer_policy(ROOM).replace(right, wrong)).stdout


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (iam.issuer_policy, {"CreateChatToken"}),
        (iam.moderator_policy, {"SendEvent", "DeleteMessage", "DisconnectUser"}),
    ],
)
def test_a_policy_for_rooms_is_for_exactly_these(policy: Callable[..., str], actions: set[str]) -> None:
    [statement] = statements(policy(ROOM, OTHER, ROOM))

    assert allowed(policy(ROOM)) == actions
    assert (statement["Effect"], statement["Resource"]) == ("Allow", [ROOM, OTHER])


def called(pattern: str, modules: str = "*.py") -> set[str]:
    source = "".join(file.read_text() for file in Path(lifecycle.__file__).parent.glob(modules))
    return set(re.findall(pattern, source))


def test_deploying_is_allowed_what_the_life_cycles_call_and_no_more() -> None:
    verbs, others = called(r'(?:_call|type\.operation)\(\s*"(\w+)"'), called(r'control_plane\.call\(\s*"(\w+)"')
    of_logging = called(r'control_plane\.call\(\s*"(\w+)"', "logging_configuration.py")

    rooms = {f"{verb}Room" for verb in verbs} | others - of_logging | {"ListRooms"}  # leftovers.py lists
    assert allowed(iam.deployer_policy()) == rooms
    logging = {f"{verb}LoggingConfiguration" for verb in verbs} | of_logging | {"ListLoggingConfigurations"}
    assert allowed(iam.deployer_policy(logging_configurations=True)) == rooms | logging


def test_deploying_logging_configurations_is_allowed_what_cloudformations_handler_needs_but_to_open_buckets() -> None:
    assert {
        action for action in actions(iam.deployer_policy(logging_configurations=True)) if "ivschat" not in action
    } == {
        "firehose:TagDeliveryStream", "iam:CreateServiceLinkedRole", "logs:CreateLogDelivery", "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups", "logs:DescribeResourcePolicies", "logs:GetLogDelivery", "logs:ListLogDeliveries",
        "logs:PutResourcePolicy", "logs:UpdateLogDelivery", "s3:GetBucketPolicy",
    }  # fmt: skip


def test_a_program_with_chat_tokens_may_issue_them_too() -> None:
    assert allowed(iam.deployer_policy(chat_tokens=True)) - allowed(iam.deployer_policy()) == {"CreateChatToken"}


def test_looking_up_is_allowed_what_lookups_call_and_no_more() -> None:
    source = Path(looking_up.__file__).read_text() + Path(listing.__file__).read_text()

    assert allowed(iam.lookup_policy()) == set(re.findall(r'"((?:Get|List)\w+)",', source)) & operations().keys()


def test_every_allowed_operation_exists() -> None:
    rooms = [iam.issuer_policy(ROOM), iam.moderator_policy(ROOM)]
    documents = [*rooms, iam.deployer_policy(logging_configurations=True), iam.lookup_policy()]

    assert set().union(*map(allowed, documents)) <= operations().keys()


OF_IVSCHAT = {
    "arn:aws:ivschat:us-west-2:000000000000:room/*",
    "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/*",
}
OF_DESTINATIONS = {
    "*",  # log deliveries have no ARNs
    "arn:aws:s3:::*",
    "arn:aws:firehose:us-west-2:000000000000:deliverystream/*",
    "arn:aws:iam::000000000000:role/aws-service-role/delivery.logs.amazonaws.com/AWSServiceRoleForLogDelivery",
}


@pytest.mark.parametrize(
    ("policy", "kept_to"),
    [
        (functools.partial(iam.deployer_policy, logging_configurations=True), OF_IVSCHAT | OF_DESTINATIONS),
        (iam.lookup_policy, OF_IVSCHAT),
    ],
)
def test_a_policy_can_be_kept_to_an_account_and_a_region(policy: Callable[..., str], kept_to: set[str]) -> None:
    document = policy(account="000000000000", region="us-west-2")

    assert {resource for statement in statements(document) for resource in statement["Resource"]} == kept_to


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (iam.issuer_policy, "there is no room"),
        (lambda: iam.issuer_policy("*"), r"room_arns\[0\] is not a room ARN"),
        (lambda: iam.moderator_policy(ROOM, "lobby"), r"room_arns\[1\] is not a room ARN"),
        (lambda: iam.deployer_policy(account="me"), "account must be 12 digits"),
        (lambda: iam.deployer_policy(region="Oregon"), "region must be"),
        (lambda: iam.lookup_policy(account="me"), "account must be 12 digits"),
    ],
)
def test_what_is_not_a_room_account_or_region_is_refused(make: Callable[[], str], shown: str) -> None:
    with pytest.raises(Invalid, match=shown):
        make()


# Policies at work: a key that has one of them, on a local service that holds it to that.

OWNED = {OWNER_TAG: "chat/test/lobby"}
ALL_OF_DEPLOYING = functools.partial(iam.deployer_policy, logging_configurations=True, chat_tokens=True)


@attrs.frozen
class Account:
    """An account with a room and a logging configuration, and somebody in it who may not do everything."""

    service: LocalService
    connection: Connection
    control_plane: BotoControlPlane
    room: str
    logging: str

    def life(self, kind: str, inputs: dict[str, Any], changed: dict[str, Any]) -> None:
        """Let a resource go through its life."""
        life = lifecycle_for(kind, Settings(REGION, self.connection), self.control_plane)
        arn, state = life.create(life.check(inputs, {}).inputs)
        assert life.read(arn, state)
        checked = life.check(changed, inputs).inputs
        life.delete(arn, life.update(arn, state, checked))

    def sees_leftovers(self, kind: str) -> None:
        """Hold that an `up` shows what an earlier one left."""
        inputs = {"region": REGION, "owner_tag": OWNED[OWNER_TAG]}
        if Leftovers(Creates(self.control_plane, 1)).warning(kind, inputs) is None:
            msg = "nothing was reported"
            raise AccessDenied(msg, operation=f"List{kind}s")


@pytest.fixture
def account(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Account:
    """Return the account, and be the one who may not do everything."""
    client = service.client()
    destination: Any = {"s3": {"bucketName": "archive"}}
    logging = client.create_logging_configuration(destinationConfiguration=destination, tags=OWNED)["arn"]
    room = client.create_room(name="lobby", tags=OWNED)["arn"]
    for name, value in RESTRICTED.items():
        monkeypatch.setenv(name, value)
    # A name of its own, since clients are kept by their connection.
    connection = Connection(endpoint_url=service.url, max_attempts=1, app_name="restricted")
    return Account(service, connection, shared_control_plane(connection), room, logging)


def deploys_rooms(account: Account) -> None:
    account.sees_leftovers("Room")
    account.life("Room", {"name": "a", "tags": {"a": "1", "b": "2"}}, {"name": "b", "tags": {"a": "2"}})
    tag_set = {"resource_arn": account.room}
    account.life("TagSet", {**tag_set, "tags": {"a": "1"}}, {**tag_set, "tags": {"a": "2"}})


def deploys_logging(account: Account) -> None:
    account.sees_leftovers("LoggingConfiguration")
    inputs = {"destination_configuration": {"s3": {"bucket_name": "logs"}}, "tags": {"a": "1"}}
    account.life("LoggingConfiguration", inputs, {**inputs, "name": "b", "tags": {"b": "1"}})


def issues_tokens(account: Account) -> None:
    runtime.create_chat_token(account.room, "ann", connection=account.connection)


def deploys_everything(account: Account) -> None:
    deploys_rooms(account)
    deploys_logging(account)
    issues_tokens(account)


def moderates(account: Account) -> None:
    runtime.send_event(account.room, "goal", connection=account.connection)
    runtime.delete_message(account.room, "abcdefghijkl", connection=account.connection)
    runtime.disconnect_user(account.room, "ann", connection=account.connection)


def looks_up(account: Account) -> None:
    lookups.get_room(account.room, connection=account.connection)
    lookups.list_rooms(region=REGION, connection=account.connection)
    lookups.get_logging_configuration(account.logging, connection=account.connection)
    lookups.list_logging_configurations(region=REGION, connection=account.connection)
    lookups.list_tags_for_resource(account.room, connection=account.connection)
    lookups.list_tags_for_resource(account.logging, connection=account.connection)


Work = Callable[[Account], None]
AT_WORK: list[tuple[Work, Callable[[str], str]]] = [
    (deploys_rooms, lambda _: iam.deployer_policy()),
    (deploys_everything, lambda _: ALL_OF_DEPLOYING()),
    (issues_tokens, iam.issuer_policy),
    (moderates, iam.moderator_policy),
    (looks_up, lambda _: iam.lookup_policy()),
]


@pytest.mark.parametrize(("work", "policy"), AT_WORK)
def test_a_policy_is_enough_for_its_work_and_all_of_it_is_called(
    work: Work, policy: Callable[[str], str], account: Account
) -> None:
    document, before = policy(account.room), len(account.service.calls())
    account.service.permit(document)

    work(account)

    assert set(account.service.calls()[before:]) == allowed(document)


def without(document: str, action: str) -> str:
    """Leave an action out of a policy, everywhere that it stands."""
    kept = [{**each, "Action": [one for one in each["Action"] if one != action]} for each in statements(document)]
    return json.dumps({"Statement": [each for each in kept if each["Action"]]})


@pytest.mark.parametrize(("work", "policy"), AT_WORK)
def test_without_any_one_action_of_a_policy_something_does_not_work(
    work: Work, policy: Callable[[str], str], account: Account
) -> None:
    document = policy(account.room)
    for operation in sorted(allowed(document)):
        account.service.permit(without(document, f"ivschat:{operation}"))
        with pytest.raises(AccessDenied, match=operation):
            work(account)


@pytest.mark.parametrize("kind", ["room", "logging-configuration"])
@pytest.mark.parametrize("policy", [iam.deployer_policy, iam.lookup_policy])
def test_without_either_type_of_resource_something_does_not_work(
    kind: str, policy: Callable[[], str], account: Account
) -> None:
    given = {"logging_configurations": True} if policy is iam.deployer_policy else {}
    document = json.loads(policy(**given))
    for statement in document["Statement"]:
        statement["Resource"] = [arn for arn in statement["Resource"] if f":{kind}/" not in arn] or ["arn:none"]
    account.service.permit(json.dumps(document))

    with pytest.raises(AccessDenied):
        (deploys_everything if given else looks_up)(account)


def asked_for(account: Account, room: str) -> dict[str, dict[str, Any]]:
    """Return an input that is right for each operation."""
    in_room = {"room_identifier": room}
    inputs: dict[str, dict[str, Any]] = {
        "CreateLoggingConfiguration": {"destination_configuration": {"s3": {"bucket_name": "logs"}}},
        "CreateChatToken": {**in_room, "user_id": "ann"},
        "SendEvent": {**in_room, "event_name": "goal"},
        "DeleteMessage": {**in_room, "id": "abcdefghijkl"},
        "DisconnectUser": {**in_room, "user_id": "ann"},
        "TagResource": {"resource_arn": room, "tags": {"a": "1"}},
        "UntagResource": {"resource_arn": room, "tag_keys": ["a"]},
        "ListTagsForResource": {"resource_arn": room},
    }
    for verb in ("Get", "Update", "Delete"):
        inputs |= {f"{verb}Room": {"identifier": room}, f"{verb}LoggingConfiguration": {"identifier": account.logging}}
    return {operation: to_api(operations()[operation].input, inputs.get(operation, {})) for operation in operations()}


def succeed(account: Account, room: str) -> set[str]:
    """Call every operation, and return those that are allowed."""
    found = set()
    for operation, members in sorted(asked_for(account, room).items(), key=lambda each: "Delete" in each[0]):
        with contextlib.suppress(AccessDenied):
            account.control_plane.call(operation, REGION, **members)
            found.add(operation)
    return found


@pytest.mark.parametrize(("work", "policy"), AT_WORK)
def test_a_policy_is_for_nothing_but_its_work(work: Work, policy: Callable[[str], str], account: Account) -> None:
    del work
    document = policy(account.room)
    account.service.permit(document)

    assert succeed(account, account.room) == allowed(document)


@pytest.mark.parametrize("policy", [iam.issuer_policy, iam.moderator_policy])
def test_a_policy_for_a_room_is_for_no_other_room(policy: Callable[..., str], account: Account) -> None:
    other = account.service.client().create_room(name="other")["arn"]
    account.service.permit(policy(account.room))

    assert succeed(account, other) == set()


@pytest.mark.parametrize(
    "place", [{"account": "111111111111"}, {"region": "eu-west-1"}, {"account": "000000000000", "region": "eu-west-1"}]
)
@pytest.mark.parametrize("policy", [ALL_OF_DEPLOYING, iam.lookup_policy])
def test_a_policy_for_another_account_or_region_is_for_nothing_here(
    policy: Callable[..., str], place: dict[str, str], account: Account
) -> None:
    account.service.permit(policy(**place))

    assert succeed(account, account.room) == set()
