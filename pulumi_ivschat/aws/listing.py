"""All that a List… operation has, page by page; and the one room of a name."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.errors import InternalServerError, Invalid, ResourceNotFound
from pulumi_ivschat.model import arns, conversion, service_model, validation
from pulumi_ivschat.model.service_model import Operation
from pulumi_ivschat.model.validation import PYTHON_NAMES, Naming


def listed(
    control_plane: ControlPlane, operation: str, region: str, names: Naming = PYTHON_NAMES, /, **filters: Any
) -> Iterator[dict[str, Any]]:
    """
    Yield each resource that passes the filters, once, in AWS's order: latest change first.

    *filters* are the operation's own, in snake_case, None for those that do not matter; errors have the *names* of people's
    language. The members of what is yielded are AWS's own.
    A resource that changes meanwhile may move to a page that was read already, and be missed: no list says that
    something is gone.

    Raises Invalid before any call if AWS would refuse a filter, and InternalServerError for pages without an end.
    """
    found = service_model.operations()[operation]
    given: set[str] = set()
    for resource in _resources(control_plane, found, region, _checked(found, filters, names)):
        if resource["arn"] not in given:
            given.add(resource["arn"])
            yield resource


def room_named(control_plane: ControlPlane, region: str, name: str) -> dict[str, Any]:
    """
    Return what ListRooms reports about the one room that has this name.

    Raises ResourceNotFound if there is none, and Invalid with all ARNs if there are several.
    """
    rooms = [room for room in listed(control_plane, "ListRooms", region, name=name) if room.get("name") == name]
    about = {"operation": "ListRooms", "subject": name}
    if not rooms:
        msg = f"there is no room of this name in {region}"
        looks = " It looks like a room id: use the ARN of the room." if arns.is_id(name) else ""
        raise ResourceNotFound(msg, **about, remedy=f"Check the name, the account and the region.{looks}")
    if len(rooms) > 1:
        msg = f"{len(rooms)} rooms in {region} have this name: {', '.join(room['arn'] for room in rooms)}"
        raise Invalid(msg, **about, remedy="Name the room by its ARN.")
    return rooms[0]


def listed_member(operation: Operation) -> str:
    """Return the member of a List… operation's answer that has the resources, such as `rooms`."""
    [member] = [member for member, inner in operation.output.members.items() if inner.type == "list"]
    return member


def _checked(operation: Operation, filters: Mapping[str, Any], names: Naming) -> dict[str, Any]:
    validation.validate(operation.input, filters, "", functools.partial(Invalid, operation=operation.name), names)
    return conversion.to_api(operation.input, filters)


def _resources(
    control_plane: ControlPlane, operation: Operation, region: str, members: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    content = listed_member(operation)
    tokens: set[str] = set()
    while True:
        page = control_plane.call(operation.name, region, **members)
        yield from page[content]
        token = page.get("nextToken")
        if not token:
            return
        if token in tokens:
            msg = "AWS gave the same page twice, so the list would have no end"
            raise InternalServerError(msg, operation=operation.name)
        tokens.add(token)
        members = {**members, "nextToken": token}
