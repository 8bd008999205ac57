"""
CloudFormation: what `aws cloudformation list-stack-resources` or `describe-stack-resources` prints of a stack.

The physical id of both types is the ARN: it is what `Ref` returns, and the primary identifier of their schemas.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks.other_tools.inventory import Entry, Inventory, objects_in

_TYPES: Final = ("AWS::IVSChat::Room", "AWS::IVSChat::LoggingConfiguration")
_NESTED: Final = "AWS::CloudFormation::Stack"
_LISTS: Final = ("StackResourceSummaries", "StackResources")
_NOT_ITS_OWN: Final = {"DELETE_COMPLETE", "DELETE_SKIPPED"}
"""Statuses of resources that the stack no longer manages."""
_NOTE: Final = """\
{place} does not have the resources of the nested stack {arn}. To list them: \
`aws cloudformation list-stack-resources --stack-name {arn}`."""


@attrs.frozen(kw_only=True)
class CloudFormationStack(Inventory):
    """The inventory of a stack; *name* is "" if the document does not have it."""

    name: str

    def release_instructions(self, arns: Collection[str]) -> str:
        """Return the two deployments after which the stack does not have these."""
        ids = ", ".join(dict.fromkeys(entry.address for entry in self.entries if entry.arn in arns))
        stack = f"the stack {self.name}" if self.name else "their stack"
        return "\n".join(
            [
                f"Then let CloudFormation go of them, in two deployments of {stack}:",
                f"1. In the template, set `DeletionPolicy: Retain` on {ids}, and deploy it.",
                f"2. Remove {ids} and what refers to them from the template, and deploy it.",
                "Do not skip the first, nor delete the stack before it: that would delete them.",
            ]
        )

    def forgetting(self, arn: str) -> str:
        """Return how the document forgets a resource that is gone."""
        ids = ", ".join(entry.address for entry in self.entries if entry.arn == arn)
        return f"remove {ids} from {self.place}"


def recognizes(document: Mapping[str, Any]) -> bool:
    """Return whether a document lists the resources of a stack."""
    return any(key in document for key in _LISTS)


def read(document: Mapping[str, Any], place: str) -> CloudFormationStack:
    """Return the inventory of a document; raise SettingsError if it is incomplete, or CloudFormation is still at work."""
    if document.get("NextToken"):
        msg = f"{place} is one page of several"
        raise SettingsError(msg, remedy="Write all of them with `aws cloudformation list-stack-resources`.")
    listed = [each for key in _LISTS for each in objects_in(document, key)]
    own = [each for each in listed if each.get("ResourceStatus") not in _NOT_ITS_OWN]
    # One without a physical id was never created.
    ours = [each for each in own if each.get("ResourceType") in _TYPES and each.get("PhysicalResourceId")]
    if busy := [str(each.get("LogicalResourceId")) for each in ours if _is_in_progress(each)]:
        msg = f"{place}: CloudFormation is changing {', '.join(busy)}"
        raise SettingsError(msg, remedy="Wait until the stack has settled. Then write the file again.")
    nested = [str(each.get("PhysicalResourceId")) for each in own if each.get("ResourceType") == _NESTED]
    return CloudFormationStack(
        place=place,
        entries=[_entry(each, place) for each in ours],
        notes=[_NOTE.format(place=place, arn=shlex.quote(arn)) for arn in nested],
        name=next((str(each["StackName"]) for each in listed if each.get("StackName")), ""),
    )


def _entry(resource: Mapping[str, Any], place: str) -> Entry:
    logical_id = str(resource.get("LogicalResourceId"))
    return Entry.of(resource.get("PhysicalResourceId"), logical_id, logical_id, place=place)


def _is_in_progress(resource: Mapping[str, Any]) -> bool:
    return str(resource.get("ResourceStatus")).endswith("_IN_PROGRESS")
