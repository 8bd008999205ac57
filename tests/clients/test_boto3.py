"""boto3 with all of its own checks off, so that the service's own are what answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from pulumi_ivschat.model.service_model import Shape, operations

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
LOGGING = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"
LAMBDA = "arn:aws:lambda:us-west-2:000000000000:function:review"
S3 = {"s3": {"bucketName": "some-bucket"}}


def _method(client: Any, operation: str) -> Callable[..., Any]:
    (name,) = [method for method, api in client.meta.method_to_api_mapping.items() if api == operation]
    method: Callable[..., Any] = getattr(client, name)
    return method


def _sample(operation: str) -> dict[str, Any]:
    samples = {
        "identifier": LOGGING if "LoggingConfiguration" in operation else ROOM,
        "destinationConfiguration": S3,
        "resourceArn": ROOM,
        "tags": {"a": "b"},
        "tagKeys": ["a"],
        "roomIdentifier": ROOM,
        "userId": "ann",
        "eventName": "app:clear",
        "id": "abcdefghijkl",
    }
    return {member: samples[member] for member in operations()[operation].input.required}


def _breaches(shape: Shape) -> list[Any]:
    """Return values that break each constraint of a shape, one by one."""
    if shape.type == "string":
        return _string_breaches(shape)
    if shape.type == "integer":
        return [(shape.minimum or 0) - 1, (shape.maximum or 0) + 1]
    if shape.type == "list" and shape.item is not None:
        return [["x"] * ((shape.maximum or 0) + 1), *([breach] for breach in _breaches(shape.item))]
    if shape.type == "map" and shape.item is not None and shape.key is not None:
        too_many = {f"key-{number}": "" for number in range((shape.maximum or 0) + 1)}
        sizes = ([too_many] if shape.maximum else []) + ([{"k": "x" * shape.total}] if shape.total else [])
        keys = [{breach: "x"} for breach in _breaches(shape.key)]
        return [*sizes, *keys, *({"k": breach} for breach in _breaches(shape.item))]
    members = [{name: breach} for name, member in shape.members.items() for breach in _breaches(member)]
    return members if not shape.union else [{}, {name: {} for name in shape.members}, *members]


def _string_breaches(shape: Shape) -> list[Any]:
    if shape.choices:
        return ["", "OTHER", shape.choices[0].lower()]
    breaches: list[Any] = ["x" * (shape.maximum + 1)] if shape.maximum is not None else []
    if shape.minimum:
        breaches.append("")
    if shape.pattern:
        breaches += [text for text in ("a b", "é", "good\n", "x;y") if not shape.pattern.fullmatch(text)]
    return breaches


_CASES = [
    pytest.param(operation, member, breach, id=f"{operation}-{member}-{number}")
    for operation in operations()
    for member, shape in operations()[operation].input.members.items()
    for number, breach in enumerate(_breaches(shape))
]


@pytest.mark.parametrize(("operation", "member", "breach"), _CASES)
def test_every_constraint_of_the_service_model_is_enforced(
    operation: str, member: str, breach: Any, client: Any
) -> None:
    with pytest.raises(client.exceptions.ValidationException) as raised:
        _method(client, operation)(**{**_sample(operation), member: breach})

    response = raised.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["reason"] == "FIELD_VALIDATION_FAILED"
    assert all(failure["name"].startswith(member) and failure["message"] for failure in response["fieldList"])
    assert response["message"] == response["Error"]["Message"]


@pytest.mark.parametrize(
    ("operation", "member"),
    [
        (operation, member)
        for operation in operations()
        for member in operations()[operation].input.required
        if member != "resourceArn"
    ],
)
def test_every_required_member_is_required(operation: str, member: str, client: Any) -> None:
    members = _sample(operation)
    del members[member]

    with pytest.raises(client.exceptions.ValidationException) as raised:
        _method(client, operation)(**members)

    assert raised.value.response["fieldList"] == [{"name": member, "message": "is required"}]


def test_the_extremes_that_are_allowed_get_through(client: Any) -> None:
    room = client.create_room(
        name="x" * 128,
        maximumMessageRatePerSecond=100,
        maximumMessageLength=1,
        messageReviewHandler={"uri": LAMBDA + ":" + "x" * (169 - len(LAMBDA)), "fallbackResult": "DENY"},
        tags={f"{number:0128}": "v" * 256 for number in range(50)},
    )

    assert len(client.get_room(identifier=room["arn"])["tags"]) == 50
    assert len(client.list_rooms(maxResults=50, name="x" * 128)["rooms"]) == 1


def test_times_are_times_with_milliseconds(client: Any) -> None:
    before = datetime.now(timezone.utc)

    created = client.create_room()["createTime"]

    assert -0.001 <= (created - before).total_seconds() < 5


def test_a_life_of_a_room_with_tags(client: Any) -> None:
    room = client.create_room(name="lobby", tags={"a": "1"})["arn"]
    client.update_room(identifier=room, maximumMessageLength=200)
    client.tag_resource(resourceArn=room, tags={"b k": "2", "a/é": "3", "a+=": "4"})
    client.untag_resource(resourceArn=room, tagKeys=["a", "b k", "a/é"])

    assert client.list_tags_for_resource(resourceArn=room)["tags"] == {"a+=": "4"}
    assert client.get_room(identifier=room)["maximumMessageLength"] == 200
    assert client.delete_room(identifier=room)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(client.exceptions.ResourceNotFoundException) as raised:
        client.get_room(identifier=room)
    assert raised.value.response["resourceType"] == "ROOM"
    assert raised.value.response["resourceId"] == room.rpartition("/")[2]


def test_logging_configurations_conflict_and_have_a_quota(client: Any) -> None:
    logging = [client.create_logging_configuration(destinationConfiguration=S3)["arn"] for _ in range(10)]
    client.create_room(loggingConfigurationIdentifiers=logging[:3])

    with pytest.raises(client.exceptions.ConflictException):
        client.delete_logging_configuration(identifier=logging[0])
    with pytest.raises(client.exceptions.ServiceQuotaExceededException) as raised:
        client.create_logging_configuration(destinationConfiguration=S3)

    assert raised.value.response["limit"] == 10
    client.delete_logging_configuration(identifier=logging[9])
    assert len(client.list_logging_configurations()["loggingConfigurations"]) == 9


def test_a_throttled_call_is_tried_again_by_boto3_itself(
    url: str, fault: Callable[..., None], requests: Callable[[], list[str]]
) -> None:
    fault(operation="CreateRoom", error="ThrottlingException", count=2)
    patient = boto3.client(
        "ivschat",
        endpoint_url=url,
        region_name="us-west-2",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106
        config=Config(retries={"mode": "standard", "total_max_attempts": 3}, proxies={}),
    )

    patient.create_room()

    assert requests() == ["CreateRoom"] * 3


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "PendingVerification", "InternalServerException", "ThrottlingException"]
)
def test_modelled_errors_are_typed(code: str, client: Any, fault: Callable[..., None]) -> None:
    fault(operation="ListRooms", error=code, message="asked for")

    with pytest.raises(getattr(client.exceptions, code)) as raised:
        client.list_rooms()

    assert raised.value.response["Error"] == {"Code": code, "Message": "asked for"}


@pytest.mark.parametrize(
    ("key", "secret", "token", "region", "code"),
    [
        ("local", "wrong", None, "us-west-2", "InvalidSignatureException"),
        ("unknown", "local", None, "us-west-2", "UnrecognizedClientException"),
        ("local", "local", "token", "us-west-2", "UnrecognizedClientException"),
        ("local", "local", None, "us-east-2", "InvalidSignatureException"),
    ],
)
def test_wrong_credentials_and_regions_are_refused(  # noqa: PLR0913, PLR0917
    key: str, secret: str, token: str | None, region: str, code: str, url: str
) -> None:
    stranger = boto3.client(
        "ivschat",
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        aws_session_token=token,
        config=Config(proxies={}),
    )

    with pytest.raises(ClientError) as raised:
        stranger.list_rooms()

    assert raised.value.response["Error"]["Code"] == code
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
