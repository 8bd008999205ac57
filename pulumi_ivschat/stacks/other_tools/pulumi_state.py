"""
Pulumi stacks with the AWS providers, pulumi-aws or aws-native: what `pulumi stack export` prints.

Ids, names and URNs are in plain text there, so no passphrase is needed. The id of both types is the ARN in both providers.
"""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model.native import DYNAMIC_TYPE_PREFIX
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.stacks.other_tools.inventory import Entry, Inventory, mapping_in, objects_in

_TYPES: Final = (
    "aws:ivschat/room:Room",
    "aws:ivschat/loggingConfiguration:LoggingConfiguration",
    "aws-native:ivschat:Room",
    "aws-native:ivschat:LoggingConfiguration",
)
_STACK: Final = "pulumi:pulumi:Stack"
_OF_THIS_PACKAGE: Final = ("ivschat:index:", DYNAMIC_TYPE_PREFIX)


@attrs.frozen(kw_only=True)
class PulumiState(Inventory):
    """
    The inventory of a stack.

    Attributes:
        selector: the value of `--stack` for it.
        protected: the URNs of protected resources.
        users: the URNs of other resources that depend on an entry, by its URN: Pulumi does not delete that from the state.
    """

    selector: str
    protected: Collection[str]
    users: Mapping[str, Sequence[str]]

    def release_instructions(self, arns: Collection[str]) -> str:
        """Return the commands that delete these from the state, and what to do about those that others depend on."""
        # A state has a resource before those that depend on it, and those must be deleted first.
        gone = [entry for entry in reversed(self.entries) if entry.arn in arns]
        commands = [self._command(entry) for entry in gone if entry.address not in self.users]
        used = [self._retained(entry) for entry in gone if entry.address in self.users]
        return "\n".join([*self._framed(commands), *used])

    def _framed(self, commands: Sequence[str]) -> list[str]:
        if not commands:
            return []
        return [
            f"Then let the stack {self.stack} go of them. Run in the project {self.stack.partition('/')[0]}:",
            *commands,
            "Before its next `pulumi up`, remove them from its program.",
            "An `up` in between would create them a second time; without the commands, it would delete them.",
        ]

    def _retained(self, entry: Entry) -> str:
        """Return how to release a resource that the state must keep from the program."""
        users = ", ".join(Urn.parse(urn).name for urn in self.users[entry.address])
        return (
            f"{users} depends on {entry.name} in the stack {self.stack}, so `pulumi state delete` fails for it. Instead, set "
            f"its option retainOnDelete in that program and run `pulumi up`. Then remove it, and run `pulumi up` again."
        )

    def _command(self, entry: Entry) -> str:
        force = " --force" if entry.address in self.protected else ""
        return f"pulumi state delete {shlex.quote(entry.address)} --stack {shlex.quote(self.selector)} --yes{force}"

    def forgetting(self, arn: str) -> str:
        """Return the command with which the state forgets a resource that is gone."""
        targets = " ".join(f"--target {shlex.quote(entry.address)}" for entry in self.entries if entry.arn == arn)
        return f"run `pulumi refresh --stack {shlex.quote(self.selector)} {targets}`"


def recognizes(document: Mapping[str, Any]) -> bool:
    """Return whether a document is a stack's export, or its file in a state backend."""
    return any(key in document for key in ("deployment", "checkpoint"))


def read(document: Mapping[str, Any], place: str, selector: str = "") -> PulumiState:
    """
    Return the inventory of a document; raise SettingsError if an update of the stack was interrupted.

    *selector* is the value of `--stack` for it, by default its name without an organization.
    """
    deployment = mapping_in(document, "deployment") or mapping_in(document, "checkpoint", "latest")
    resources = [each for each in objects_in(deployment, "resources") if str(each.get("urn")).startswith("urn:pulumi:")]
    ours = [each for each in resources if each.get("type") in _TYPES and not each.get("external")]
    _validate(deployment, ours, place)
    parsed = Urn.parse(resources[0]["urn"]) if resources else Urn("", "", "", "")
    by_urn = {each["urn"]: each for each in resources}
    urns = {each["urn"] for each in ours}
    return PulumiState(
        place=place,
        entries=[_entry(each, by_urn, place) for each in ours],
        stack=f"{parsed.project}/{parsed.stack}" if resources else "",
        selector=selector or parsed.stack,
        protected={each["urn"] for each in ours if each.get("protect")},
        users={urn: found for urn in urns if (found := [*_users(urn, resources, urns)])},
        notes=[*_notes(resources, place)],
    )


def _validate(deployment: Mapping[str, Any], ours: Sequence[Mapping[str, Any]], place: str) -> None:
    pending = [mapping_in(each, "resource") for each in objects_in(deployment, "pending_operations")]
    unfinished = [each for each in pending if each.get("type") in _TYPES]
    unfinished += [each for each in ours if each.get("delete") or each.get("pendingReplacement")]
    if unfinished:
        names = ", ".join(dict.fromkeys(Urn.parse(str(each["urn"])).name for each in unfinished))
        msg = f"{place}: an update of the stack has not finished with {names}"
        raise SettingsError(msg, remedy="Run `pulumi up --refresh` there until it succeeds. Then try again.")


def _entry(resource: Mapping[str, Any], by_urn: Mapping[str, Mapping[str, Any]], place: str) -> Entry:
    arn = resource.get("id") or mapping_in(resource, "outputs").get("arn")
    urn = resource["urn"]
    return Entry.of(arn, urn, Urn.parse(urn).name, tuple(_components(resource, by_urn))[::-1], place=place)


def _components(resource: Mapping[str, Any], by_urn: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield the names of the resources that one is in, from the inside out."""
    left = {**by_urn}
    while (parent := left.pop(str(resource.get("parent")), None)) and parent.get("type") != _STACK:
        yield Urn.parse(parent["urn"]).name
        resource = parent


def _users(urn: str, resources: Sequence[Mapping[str, Any]], entries: Collection[str]) -> Iterator[str]:
    """Yield the URNs of the resources that depend on one, without the *entries* themselves."""
    for each in resources:
        properties = mapping_in(each, "propertyDependencies").values()
        needed = [each.get("parent"), each.get("deletedWith"), *(each.get("dependencies") or ())]
        needed += [other for others in properties for other in others or ()]
        if urn in needed and each["urn"] not in entries:
            yield each["urn"]


def _notes(resources: Sequence[Mapping[str, Any]], place: str) -> Iterator[str]:
    if any(str(each.get("type")).startswith(_OF_THIS_PACKAGE) for each in resources):
        yield f"{place} also has resources of this package; `pulumi state move` moves those to another stack."
