"""What all resources have in common in a program: how they are declared to the engine, and who owns their tags."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

import pulumi
from pulumi.output import Unknown

from pulumi_ivschat.dynamic import serialized_provider
from pulumi_ivschat.model.native import DYNAMIC_TYPE_PREFIX
from pulumi_ivschat.model.owner_tag import owner_tag
from pulumi_ivschat.model.properties import PROVIDER_KEY
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.model.validation import validate
from pulumi_ivschat.operations import garbage
from pulumi_ivschat.program import interrupts, mocks, stack_settings, tag_claims
from pulumi_ivschat.program.call_site import program_frames_only

if TYPE_CHECKING:
    from typing_extensions import Self

_Value = TypeVar("_Value")

_untrack: Final[Callable[[pulumi.Output[Any]], None]] = getattr(pulumi.Output, "_untrack", lambda _: None)
"""
Takes an output from those that the SDK waits for at the end of a program, over and over, which costs their number squared.

The registration, for which it waits too, settles a resource's outputs or fails the program. Older SDKs wait in another way.
"""


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
            # As types, since the SDK evaluates those that are strings for each resource: 15 % of the program's time.
            cls.__annotations__ = inspect.get_annotations(cls, eval_str=True)
            cls._outputs = (*cls.__annotations__, *derived)

    def _register(self, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        """
        Declare it to the engine, as the SDK's own constructor does, but with a pickle that is made once.

        The SDK takes what is above the third `__init__` for the program, and keeps that stack in the state: with two of
        its own this is the constructor of a resource type, and the first place it tells is the program's.

        `tags_all` is always a secret: it also holds the tags of TagSets, of default tags and of other stacks, and each of
        these may be one. The engine keeps a secret under its own property only (docs/dynamic-resources.md, Secrets).
        """
        interrupts.end_quietly()
        if interrupts.is_launched():
            garbage.search_seldom()
        _refuse_import(self._type_name, resource_name, opts)
        placeholders = dict.fromkeys(
            self._outputs
        )  # what makes the attributes exist (docs/dynamic-resources.md, Types)
        properties = {**placeholders, **inputs, PROVIDER_KEY: serialized_provider(self._type_name)}
        engine_type = f"{DYNAMIC_TYPE_PREFIX}{self._type_name}"
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

        A TagSet's are all tags of a resource but the owner tag and AWS's own. Raises an error if the resource does not exist.
        Its `tags` are a secret: they are other people's, and the state keeps them.
        """
        resource = cls.__new__(cls)
        validated = _validated(cls._type_name, resource_name, id)
        given = pulumi.ResourceOptions(id=validated, additional_secret_outputs=["tags"])
        # A refresh writes them to the inputs too, and the engine keeps secret what was secret there.
        inputs: dict[str, Any] = {"tags": pulumi.Output.secret({})}
        resource._register(resource_name, inputs, pulumi.ResourceOptions.merge(opts, given))  # noqa: SLF001  it is our own
        # The engine does not say the id of what a preview reads (3.259), and SDKs since then take it for unknown.
        vars(resource)["id"] = resource.urn.apply(lambda _: validated)
        return resource

    def _from_arn(self, name: str) -> pulumi.Output[str]:
        """Return an output that is the last part of the ARN."""
        return self._known_with_arn(name, lambda arn: arn.rpartition("/")[2])

    def _known_with_arn(self, name: str, derive: Callable[[str], _Value]) -> pulumi.Output[_Value]:
        """
        Return an output that is known whenever the ARN is: as registered, else derived from the ARN.

        In the preview of an update, the engine makes all outputs unknown that are not inputs (docs/dynamic-resources.md, Previews).
        Resources that depend on them would show a change that `up` does not make.
        """

        def part(given: list[Any]) -> Any:
            registered, arn = given
            is_settled = registered is not None and not isinstance(registered, Unknown)
            return registered if is_settled or not isinstance(arn, str) else derive(arn)

        return pulumi.Output.all(vars(self)[name], self.id).apply(part, run_with_unknowns=True)


class OwnedResource(Resource):
    """A resource whose Pulumi id is its ARN, and which owns the tags that it declares."""

    def _declare(self, resource_name: str, args: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        args = awaited_once(args)
        inputs: dict[str, Any] = {
            "owner_tag": owner_tag(pulumi.get_project(), pulumi.get_stack(), resource_name),
            **args,
        }
        inputs["name"] = _or_default(inputs.get("name"), resource_name)
        if stack_settings.default_tags_are_secret():  # they become some of these
            inputs["tags"] = pulumi.Output.secret(inputs.get("tags")).apply(lambda tags: {} if tags is None else tags)
        self._register(resource_name, inputs, opts)
        tag_claims.claim(self, resource_name, self.id, args.get("tags"))

    @property
    def arn(self) -> pulumi.Output[str]:
        """Its ARN: the same as `id`, and so known in previews of updates."""
        return self.id


def awaited_once(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return inputs with an output for each coroutine: Pulumi and the claims of tags await it, and Python allows that once."""
    return {
        name: pulumi.Output.from_input(value) if inspect.iscoroutine(value) else value for name, value in inputs.items()
    }


def _or_default(name: Any, default: str) -> Any:
    """Return the name, or the default if it is None, now or once it is known."""
    if isinstance(name, pulumi.Output) or inspect.isawaitable(name):
        return pulumi.Output.from_input(name).apply(lambda known: default if known is None else known)
    return default if name is None else name


def _refuse_import(type_name: str, resource_name: str, opts: pulumi.ResourceOptions | None) -> None:
    """Raise if the program imports: the host would end with a KeyError first (docs/dynamic-resources.md, Import)."""
    if opts and opts.import_:
        what = "--tag-sets" if type_name == "TagSet" else f"{resource_name}={opts.import_}"
        msg = (
            f"{resource_name}: Pulumi's import_ does not work for dynamic resources. "
            f"Take it out and run `pulumi-ivschat import {what}`, which writes this code."
        )
        raise pulumi.RunError(msg)


def _validated(type_name: str, resource_name: str, arn: pulumi.Input[str]) -> pulumi.Output[str]:
    """Return the ARN; fail the program if it is not one of this type's: without any, Pulumi would create a resource."""
    reading = operations().get(f"Get{type_name}", operations()["ListTagsForResource"]).input
    identifier = reading.members[reading.required[0]]

    def validated(given: str) -> str:
        if mocks.in_use():
            return given
        validate(identifier, given, f"{type_name} {resource_name}: id", pulumi.RunError)
        return given

    return pulumi.Output.from_input(arn).apply(validated)
