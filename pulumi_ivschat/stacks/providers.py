"""
With which settings the resources of a state are reached: the stack's own, or those of an explicit Provider resource.

Only resources of the native plug-in have an explicit provider. Its inputs are in the state, secrets in plain text if the state
was exported so. A default provider has the settings that the stack has now.
"""

from __future__ import annotations

import collections
import contextlib
from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import Any, Final

import attrs

from pulumi_ivschat import settings
from pulumi_ivschat.aws.client import ControlPlane
from pulumi_ivschat.aws.regions import resolved_region
from pulumi_ivschat.errors import IvsChatError, SettingsError
from pulumi_ivschat.lifecycle import Lifecycle, lifecycle_for
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.model.validation import UNKNOWN_FORMS
from pulumi_ivschat.plain_text import plain as printable
from pulumi_ivschat.settings import Settings
from pulumi_ivschat.stacks import account
from pulumi_ivschat.stacks.properties_in_state import is_native, plain, type_of

OWN: Final = ""
"""Instead of a reference to a Provider resource: the stack's own settings."""

_TYPE: Final = "pulumi:providers:ivschat"
_HOST_TYPE: Final = "pulumi:providers:pulumi-python"
_DEFAULT: Final = "default"
"""How the engine's names of default providers begin (sdk/go/common/resource/provider.go)."""


@attrs.frozen
class Access:
    """
    How resources are reached: settings, and the control plane that is made from them.

    Attributes:
        provider: the name of the Provider resource that has the settings, "" for the stack's own.
    """

    settings: Settings
    control_plane: ControlPlane = attrs.field(repr=False)
    provider: str = ""

    @property
    def account(self) -> Hashable:
        """The key of the account that its calls go to."""
        return account.account_of(self.settings)

    def region(self) -> str | None:
        """Return the region of resources that name none; raise SettingsError for a value that is not a region."""
        with naming(self.provider):
            return resolved_region(self.settings)

    def lifecycle(self, resource_type: str) -> Lifecycle:
        """Return the life of a resource type with these settings."""
        return lifecycle_for(resource_type, self.settings, self.control_plane)


@attrs.frozen
class _Naming:
    """A control plane whose errors name the Provider resource that the calls are made for."""

    control_plane: ControlPlane
    provider: str

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call an operation."""
        with naming(self.provider):
            return self.control_plane.call(operation, region, subject, **members)


@contextlib.contextmanager
def naming(provider: str) -> Iterator[None]:
    """Add to errors the name of the Provider resource whose settings are used, "" for none."""
    try:
        yield
    except IvsChatError as error:
        if not provider:
            raise
        note = f"The settings are those of the Provider resource {printable(provider)}."
        raise error.evolved(remedy=f"{error.remedy}\n{note}".lstrip()) from None


@attrs.frozen
class Providers:
    """The providers of the native plug-in in a state, explicit and default ones, and what has them."""

    exported: Mapping[str, Any] = attrs.field(repr=False)
    _entries: Mapping[str, Mapping[str, Any]] = attrs.field(repr=False, init=False)

    def __attrs_post_init__(self) -> None:
        found = {f"{each['urn']}::{each.get('id', '')}": each for each in self._resources() if each["type"] == _TYPE}
        object.__setattr__(self, "_entries", found)  # read for each resource of the state

    def reference_of(self, resource: Mapping[str, Any]) -> str:
        """Return the reference to the explicit Provider resource that a resource has, OWN if it has none."""
        reference = str(resource.get("provider") or "")
        if not is_native(resource) or not reference:
            return OWN
        urn, _, _ = reference.rpartition("::")
        return OWN if _is_default(urn, self._entries.get(reference, {})) else reference

    def accesses(self, own: Settings, control_plane: ControlPlane) -> dict[str, Access]:
        """
        Return how the resources of the state are reached, by the reference to their provider; OWN first.

        It has each explicit Provider resource of the state, also if it has no resources. Raises SettingsError as `settings` does.
        """
        explicit = {reference for reference, entry in self._entries.items() if not _is_default(entry["urn"], entry)}
        found = self.settings({*explicit, *self._counts()} - {OWN})
        return {OWN: Access(own, control_plane), **{each: _access(each, given) for each, given in found.items()}}

    def settings(self, references: Collection[str]) -> dict[str, Settings]:
        """
        Return the settings of explicit Provider resources, by their references.

        Raises SettingsError, with the number of resources and operations that are not looked at, if the state does not have
        one, or if its inputs are not usable: unknown, encrypted, or not valid.
        """
        return {reference: self._settings(reference) for reference in sorted(references)}

    def _settings(self, reference: str) -> Settings:
        try:
            return _read(self._entries.get(reference))
        except SettingsError as error:
            number = self._counts().get(reference, 0)
            msg = (
                f"the Provider resource {name_of(reference)} {error.message}, "
                f"so {number} of its resources and pending operations cannot be looked at"
            )
            remedy = f"Correct it in the program, and run `pulumi up --target '{reference.rpartition('::')[0]}'`."
            raise SettingsError(msg, remedy=remedy) from None

    def uses_own(self) -> bool:
        """Return whether something in the state has the stack's own settings, or the stack may have lost something with them."""
        if not self._entries or any(_is_default(entry["urn"], entry) for entry in self._entries.values()):
            return True
        return OWN in self._counts() or any(each["type"] == _HOST_TYPE for each in self._resources())

    def _counts(self) -> Mapping[str, int]:
        """Return how many of this package's resources and pending operations have each reference."""
        operations = self.exported["deployment"].get("pending_operations") or []
        every = (*self._resources(), *(operation["resource"] for operation in operations))
        return collections.Counter(self.reference_of(each) for each in every if type_of(each))

    def _resources(self) -> list[Mapping[str, Any]]:
        return self.exported["deployment"].get("resources") or []


def declared_reference(entry: Mapping[str, Any], file: Mapping[str, Any], known: Collection[str]) -> str | None:
    """Return the reference that an entry of Pulumi's import file is to have, OWN without provider; None if it is not *known*."""
    if not (name := entry.get("provider")):
        return OWN
    urn = (file.get("nameTable") or {}).get(name)
    return next((reference for reference in known if reference and reference.rpartition("::")[0] == urn), None)


def name_of(reference: str) -> str:
    """Return the name of the Provider resource to which a reference leads, "" for OWN."""
    return Urn.parse(reference.rpartition("::")[0]).name if reference else ""


def _access(reference: str, given: Settings) -> Access:
    name = name_of(reference)
    return Access(given, _Naming(account.control_plane_of(given), name), name)


def _read(entry: Mapping[str, Any] | None) -> Settings:
    if entry is None:
        msg = "is not in the state"
        raise SettingsError(msg)
    try:
        inputs = plain(entry.get("inputs", {}))
    except KeyError:
        msg = "has encrypted inputs"
        raise SettingsError(msg) from None
    if unknown := sorted(name for name, value in inputs.items() if _is_unknown(value)):
        msg = f"has inputs without a value in the state ({', '.join(unknown)})"
        raise SettingsError(msg)
    try:
        return settings.from_config(settings.stack_keys(inputs))
    except SettingsError as error:
        msg = f"has inputs that are not valid ({error.message})"
        raise SettingsError(msg) from None


def _is_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        value = [*value.values()]
    return any(map(_is_unknown, value)) if isinstance(value, list) else value in UNKNOWN_FORMS


def _is_default(urn: str, entry: Mapping[str, Any]) -> bool:
    """Return whether the engine made a provider by itself: a program's own one has a parent, the stack if no other."""
    return Urn.parse(urn).name.startswith(_DEFAULT) and not entry.get("parent")
