"""What an account holds, as people see it who look with boto3; and what a program says that it should hold."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from pulumi_ivschat.model.conversion import from_api
from pulumi_ivschat.model.owner_tag import OWNER_TAG, owner_tag
from pulumi_ivschat.model.service_model import operations
from tests.conftest import LocalService
from tests.faults.deployment import PROJECT, STACK, Declared, Deployed, Program

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient

Account: TypeAlias = dict[str, dict[str, Any]]
"""Rooms and logging configurations by ARN: their settings (snake_case) and all their tags."""

DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "Room": {
        "maximum_message_length": 500,
        "maximum_message_rate_per_second": 10,
        "message_review_handler": None,
        "logging_configuration_identifiers": [],
    },
    "LoggingConfiguration": {"state": "ACTIVE"},
}
_OWN = {"arn", "id", "create_time", "update_time"}


def listed(service: LocalService, region: str) -> Account:
    """Return everything that the account holds in a region."""
    hand = client(service, region)
    rooms = [room["arn"] for room in hand.list_rooms()["rooms"]]
    logging = [each["arn"] for each in hand.list_logging_configurations()["loggingConfigurations"]]
    found: list[tuple[str, Any]] = [("Room", hand.get_room(identifier=arn)) for arn in rooms]
    found += [("LoggingConfiguration", hand.get_logging_configuration(identifier=arn)) for arn in logging]
    return {answer["arn"]: _seen(kind, answer) for kind, answer in found}


@functools.cache
def client(service: LocalService, region: str) -> IvschatClient:
    """Return the client of somebody who works behind Pulumi's back."""
    return service.client(region)


def _seen(kind: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    seen = {**DEFAULTS[kind], **from_api(operations()[f"Get{kind}"].output, answer)}
    if not (seen.get("message_review_handler") or {}).get("uri"):
        seen.pop("message_review_handler", None)
    return _comparable({name: value for name, value in seen.items() if name not in _OWN})


def declared(deployment: Deployed, program: Program) -> Account:
    """Return what a program reports about the resources that the state has for it; tag sets add their keys."""
    account = {deployment.id_of(each.name): _said(deployment, each) for each in program if each.type != "TagSet"}
    for each in program:
        if each.type == "TagSet" and (on := resolved(deployment, each.inputs["resource_arn"])) in account:
            account[on]["tags"].update(each.inputs["tags"])
    return account


def _said(deployment: Deployed, each: Declared) -> dict[str, Any]:
    said = {**DEFAULTS[each.type], "name": "", **each.inputs}
    said["logging_configuration_identifiers"] = [
        resolved(deployment, value) for value in said.get("logging_configuration_identifiers", [])
    ]
    tags = {**each.inputs.get("tags", {}), OWNER_TAG: owner_tag(PROJECT, STACK, each.name)}
    ours = {"region", "timeout_seconds", "tags"}
    return _comparable({name: value for name, value in said.items() if name not in ours} | {"tags": tags})


def resolved(deployment: Deployed, value: Any) -> Any:
    """Return the ARN that a reference means, and anything else as it is."""
    return value if isinstance(value, str) else deployment.id_of(value.name)


def _comparable(settings: dict[str, Any]) -> dict[str, Any]:
    logging = sorted(settings.pop("logging_configuration_identifiers", []))
    given = {name: value for name, value in settings.items() if value is not None}
    return {**given, "logging": logging}
