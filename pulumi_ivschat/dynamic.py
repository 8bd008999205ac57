"""
The adapter to Pulumi's dynamic resources: what a program declares, and what the state names.

State holds the pickled provider, and refresh and destroy use it for years. So a provider is pickled as a call of
`pulumi_ivschat.dynamic.provider_for` with a type's name: that dotted name never moves, nor do the types'.
A program names its provider in this way and has no need of it, so it loads with the first call: see `provider`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import pulumi
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown

from pulumi_ivschat import interrupts, mocks
from pulumi_ivschat.call_site import program_frames_only
from pulumi_ivschat.lifecycle import tags as tag_rules
from pulumi_ivschat.properties import PROVIDER_KEY
from pulumi_ivschat.service_model import failures, operations

if TYPE_CHECKING:
    from typing_extensions import Self

    from pulumi_ivschat.provider import Provider

_Value = TypeVar("_Value")

_untrack: Final[Callable[[pulumi.Output[Any]], None]] = getattr(pulumi.Output, "_untrack", lambda _: None)
"""
Takes an output from those that the SDK waits for at the end of a program, over and over, which costs their number squared.

The registration, for which it waits too, settles a resource's outputs or fails the program. Older SDKs wait in another way.
"""


def provider_for(name: str) -> Provider:
    """Give the provider of a resource type. This name is in people's state: see the module."""
    from pulumi_ivschat.provider import Provider  # noqa: PLC0415  see the module

    return Provider(name)


@functools.cache
def serialized_provider(name: str) -> str:
    """Give what the state holds under `__provider` for a resource type: the pickle, in base64."""
    text: str = serialize_provider(_Pickled(name))
    return text


class _Pickled:
    """What pickles as a call of `provider_for`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __reduce__(self) -> tuple[Callable[[str], Provider], tuple[str]]:
        return provider_for, (self._name,)


class Resource(pulumi.dynamic.Resource):
    """
    The base of this package's resources: a name in `lifecycle.RESOURCE_TYPES`, and an output for each annotation.

    *derived* are outputs with a property of their own: see `_known_with_arn`.
    """

    _type_name: ClassVar[str]
    _outputs: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, module: str = "", name: str = "", derived: Sequence[str] = (), **kwargs: Any) -> None:
        if name:  # a user's subclass keeps the type it derives from
            super().__init_subclass__(module=module, name=name, **kwargs)
            cls._type_name = name
            cls._outputs = (*inspect.get_annotations(cls), *derived)

    def _register(self, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """
        Declare it to the engine, as the SDK's own constructor does, but with a pickle that is made once.

        The SDK takes what stands above the third `__init__` for the program, and keeps that stack in the state: with two of
        its own this is the constructor of a resource type, and the first place it tells is the program's.

        `tags_all` is always a secret: it also holds the tags of TagSets, of default tags and of other stacks, and each of
        these may be one. The engine keeps a secret under its own property only (fact 4).
        """
        interrupts.end_quietly()
        _refuse_import(self._type_name, resource_name, opts)
        placeholders = dict.fromkeys(self._outputs)  # what makes the attributes exist (fact 7)
        properties = {**placeholders, **inputs, PROVIDER_KEY: serialized_provider(self._type_name)}
        engine_type = f"pulumi-python:{self._resource_type_name}"
        hidden = pulumi.ResourceOptions(additional_secret_outputs=["tags_all"])
        with program_frames_only():
            pulumi.CustomResource.__init__(
                self, engine_type, resource_name, properties, pulumi.ResourceOptions.merge(opts, hidden)
            )
        for name in properties:
            _untrack(vars(self)[name])

    def repeated_outputs(self) -> list[pulumi.Output[Any]]:
        """Return the outputs that a lookup repeats, without `tags_all`, which is always a secret."""
        return [vars(self)[name] for name in self._outputs if name != "tags_all"]

    @classmethod
    def get(cls, resource_name: str, id: pulumi.Input[str], opts: pulumi.ResourceOptions | None = None) -> Self:  # noqa: A002  Pulumi's own name for it
        """
        Look up what is managed elsewhere, by its ARN; it is read, and never changed or deleted.

        A TagSet's are all tags of a resource but the owner tag and AWS's own. What does not exist is an error. Its `tags` are
        a secret: they are other people's, and the state keeps them.
        """
        resource = cls.__new__(cls)
        held = _held(cls._type_name, resource_name, id)
        given = pulumi.ResourceOptions(id=held, additional_secret_outputs=["tags"])
        # A refresh writes them to the inputs too, and the engine keeps secret what was secret there.
        inputs: dict[str, Any] = {"tags": pulumi.Output.secret({})}
        resource._register(resource_name, inputs, pulumi.ResourceOptions.merge(opts, given))  # noqa: SLF001  it is our own
        # The engine does not say the id of what a preview reads (3.259), and SDKs since then take it for unknown.
        vars(resource)["id"] = resource.urn.apply(lambda _: held)
        return resource

    def _from_arn(self, name: str) -> pulumi.Output[str]:
        """Return an output that is the last part of the ARN."""
        return self._known_with_arn(name, lambda arn: arn.rpartition("/")[2])

    def _known_with_arn(self, name: str, derive: Callable[[str], _Value]) -> pulumi.Output[_Value]:
        """
        Return an output that is known whenever the ARN is: as registered, else derived from the ARN.

        In the preview of an update the engine calls all outputs unknown that are no inputs (fact 14): what depends on them
        would show a change that `up` does not make.
        """

        def part(given: list[Any]) -> Any:
            registered, arn = given
            is_settled = registered is not None and not isinstance(registered, Unknown)
            return registered if is_settled or not isinstance(arn, str) else derive(arn)

        return pulumi.Output.all(vars(self)[name], self.id).apply(part, run_with_unknowns=True)


def _refuse_import(type_name: str, resource_name: str, opts: pulumi.ResourceOptions | None) -> None:
    """Fail the program where it imports: the host would end with a KeyError before any code of ours (fact 2)."""
    if opts and opts.import_:
        what = "--tag-sets" if type_name == "TagSet" else f"{resource_name}={opts.import_}"
        msg = (
            f"{resource_name}: Pulumi's import_ does not work for dynamic resources. "
            f"Take it out and run `pulumi-ivschat import {what}`, which writes this code."
        )
        raise pulumi.RunError(msg)


def _held(type_name: str, resource_name: str, arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Give the ARN; fail the program where it is none of this type's: without any, Pulumi would create a resource."""
    reading = operations().get(f"Get{type_name}", operations()["ListTagsForResource"]).input
    identifier = reading.members[reading.required[0]]

    def hold(given: str) -> str:
        if mocks.in_use():
            return given
        for failure in failures(identifier, given, f"{type_name} {resource_name}: id"):
            msg = f"{failure.property} {failure.reason}"
            raise pulumi.RunError(msg)
        return given

    return pulumi.Output.from_input(arn).apply(hold)


def owner_tag(resource_name: str) -> str:
    """Give the owner tag's value for a resource of the running program."""
    return tag_rules.owner_tag(pulumi.get_project(), pulumi.get_stack(), resource_name)
