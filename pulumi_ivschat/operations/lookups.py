"""
Lookups: what AWS reports about resources that are managed elsewhere, as snake_case properties.

`program.lookups` makes results of them, and `plugin` the answers of functions. Errors are IvsChatErrors: Invalid before any
call for what AWS would refuse, ResourceNotFound for what does not exist.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import attrs

from pulumi_ivschat.aws import listing
from pulumi_ivschat.aws.client import ControlPlane, shared_control_plane
from pulumi_ivschat.aws.regions import resolved_region
from pulumi_ivschat.errors import Invalid, SettingsError, looking_up
from pulumi_ivschat.lifecycle.room import canonical_review_handler
from pulumi_ivschat.lifecycle.words import PYTHON, Words
from pulumi_ivschat.model import conversion, service_model, validation
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.settings import REGION_FORM, Settings

Properties = dict[str, Any]


@attrs.frozen
class Lookups:
    """Lookups where *settings* say; errors have the *words* of people's language."""

    settings: Settings
    control_plane: ControlPlane
    words: Words = PYTHON

    @classmethod
    def of(cls, settings: Settings, words: Words = PYTHON) -> Lookups:
        """Return the lookups of a stack with these settings."""
        return cls(settings, shared_control_plane(settings.connection), words)

    def get_room(self, arn: str | None = None, name: str | None = None, region: str | None = None) -> Properties:
        """
        Return a room, by its ARN or by its name.

        By name it takes two calls, ListRooms before GetRoom. Raises ResourceNotFound if the room does not exist, and
        Invalid with all ARNs if several rooms have the name.
        """
        validate_one_of(arn, name)
        found = arn or listing.room_named(self.control_plane, self._region(region), name or "")["arn"]
        return completed("Room", self._get("GetRoom", found, region))

    def list_rooms(
        self, *, tags: Mapping[str, str] | None = None, region: str | None = None, **filters: Any
    ) -> list[Properties]:
        """
        Return the rooms of a region that pass all filters, latest change first.

        *filters* are those of ListRooms, in snake_case; a room must also have all *tags*.
        """
        wanted = validated_tags(tags)
        rooms = [completed("Room", room) for room in self._listed("ListRooms", region, **filters)]
        return [room for room in rooms if wanted.items() <= room["tags"].items()]

    def get_logging_configuration(self, arn: str) -> Properties:
        """Return a logging configuration, by its ARN."""
        return completed("LoggingConfiguration", self._get("GetLoggingConfiguration", arn))

    def list_logging_configurations(self, region: str | None = None) -> list[Properties]:
        """Return the logging configurations of a region, latest change first."""
        found = self._listed("ListLoggingConfigurations", region)
        return [completed("LoggingConfiguration", each) for each in found]

    def list_tags_for_resource(self, resource_arn: str) -> dict[str, str]:
        """Return all tags of a room or logging configuration."""
        tags: dict[str, str] = self._get("ListTagsForResource", resource_arn)["tags"]
        return tags

    def _region(self, given: str | None) -> str:
        region = given or resolved_region(self.settings)
        if not region:
            msg = "no region is set"
            raise SettingsError(
                msg, remedy="Pass one, or use `pulumi config set ivschat:region us-west-2`, or AWS_REGION."
            )
        if not REGION_FORM.fullmatch(region):
            msg = "region must be a region such as us-west-2"
            raise Invalid(msg)
        return region

    def _get(self, operation: str, arn: str, region: str | None = None) -> dict[str, Any]:
        """Call an operation that takes an ARN alone, in the ARN's region."""
        inputs = service_model.operations()[operation].input
        [member] = inputs.required
        shown = "arn" if member == "identifier" else self.words.named(member)
        validation.validate(inputs.members[member], arn, shown, functools.partial(Invalid, operation=operation))
        here = region_of(arn)
        if region not in (None, here):
            msg = f"region is {region}, but the ARN's is {here}"
            raise Invalid(msg, operation=operation, subject=arn, remedy="Leave region out: the ARN has it.")
        with looking_up():
            return self.control_plane.call(operation, here, arn, **{member: arn})

    def _listed(self, operation: str, region: str | None, **filters: Any) -> Iterator[dict[str, Any]]:
        return listing.listed(self.control_plane, operation, self._region(region), self.words.names, **filters)


def validate_one_of(arn: str | None, name: str | None) -> None:
    """Raise Invalid unless a room is named in one way."""
    if bool(arn) == bool(name):
        msg = "a room is looked up by its ARN or by its name: give one of the two"
        raise Invalid(msg, operation="GetRoom")


def validated_tags(tags: Any) -> Mapping[str, str]:
    """Return the tags that rooms must have; raise Invalid if they are not a map of strings."""
    wanted = tags or {}
    if not isinstance(wanted, Mapping) or not all(isinstance(text, str) for pair in wanted.items() for text in pair):
        msg = "tags must be a map of strings"
        raise Invalid(msg, operation="ListRooms")
    return wanted


def completed(resource_type: str, answer: Mapping[str, Any], region: Callable[[str], str] = region_of) -> Properties:
    """Return the properties of a resource; those that AWS's answer omits have AWS's default."""
    create = service_model.operations()[f"Create{resource_type}"].input
    get = service_model.operations()[f"Get{resource_type}"].output
    found = conversion.from_api(get, answer)
    arn = found["arn"]
    properties = {
        "tags": {},
        **conversion.from_api(create, create.defaults()),
        "region": region(arn),
        f"{service_model.snake_case(resource_type)}_id": arn.rpartition("/")[2],
        **found,
    }
    properties.pop("id", None)
    if resource_type == "Room":
        handler = canonical_review_handler(properties.get("message_review_handler"))
        properties["message_review_handler"] = handler
    return properties
