"""
The adapter to Pulumi's dynamic host, and nothing else.

State holds the pickled provider, and refresh and destroy use it for years. So a provider is pickled as a call of
`pulumi_ivschat.dynamic.provider_for` with a type's name: that dotted name never moves, nor do those in `RESOURCE_TYPES`.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import json
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, ParamSpec, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.dynamic.dynamic import serialize_provider
from pulumi.output import Unknown

from pulumi_ivschat import settings
from pulumi_ivschat.client import Readable, shared_control_plane
from pulumi_ivschat.creates import Creates
from pulumi_ivschat.errors import IvsChatError
from pulumi_ivschat.inventory import Inventory
from pulumi_ivschat.leftovers import Leftovers
from pulumi_ivschat.lifecycle import Lifecycle, tags as tag_rules
from pulumi_ivschat.service_model import UNKNOWN, Failure, failures, operations

if TYPE_CHECKING:
    from typing_extensions import Self

RESOURCE_TYPES: Final[Mapping[str, str]] = {
    "LoggingConfiguration": "pulumi_ivschat.logging_configuration",
    "Room": "pulumi_ivschat.room",
    "TagSet": "pulumi_ivschat.tag_set",
}
"""The resource types, and the module whose `lifecycle` makes one's life from settings and a control plane."""

_PROVIDER_KEY: Final = "__provider"

_P = ParamSpec("_P")
_R = TypeVar("_R")


def provider_for(name: str) -> Provider:
    """Give the provider of a resource type. This name is in people's state: see the module."""
    return Provider(name)


def lifecycle_for(name: str, given: settings.Settings, control_plane: Readable) -> Lifecycle:
    """Give the life of a resource type in a stack."""
    life: Lifecycle = importlib.import_module(RESOURCE_TYPES[name]).lifecycle(given, control_plane)
    return life


def serialized_provider(name: str) -> str:
    """Give what the state holds under `__provider` for a resource type: the pickle, in base64."""
    text: str = serialize_provider(provider_for(name))
    return text


def _told(method: Callable[_P, _R]) -> Callable[_P, _R]:
    """Let nothing but an IvsChatError out: SystemExit and KeyboardInterrupt would hang the CLI (fact 8)."""

    @functools.wraps(method)
    def wrapper(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return method(*args, **kwargs)
        except IvsChatError:
            raise
        except BaseException as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            msg = f"{type(error).__name__}: {error} (in {method.__name__}, {place.name}, line {place.lineno})"
            raise IvsChatError(msg, remedy="This is a bug in pulumi_ivschat: please report it.") from error

    return wrapper


class Provider(ResourceProvider):
    """Pulumi's view of one resource type. What `configure` sets belongs to the process and is never pickled."""

    serialize_as_secret_always = False
    _life: Lifecycle
    _leftovers: Leftovers
    _owner_tag: bool

    def __init__(self, name: str) -> None:
        self._name = name

    def __reduce__(self) -> tuple[Callable[[str], Provider], tuple[str]]:
        return provider_for, (self._name,)

    @_told
    def configure(self, req: ConfigureRequest) -> None:
        """Take the stack's configuration; raise SettingsError where it is wrong."""
        _show_errors_plainly()
        # The request has no public way to ask which keys there are, and an unknown key must be told.
        config = {**req.config._props}  # noqa: SLF001
        given, control_plane, self._leftovers = _configured(json.dumps(config, sort_keys=True))
        self._owner_tag = given.owner_tag
        self._life = lifecycle_for(self._name, given, control_plane)

    @_told
    def check(self, olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Give canonical inputs and all failures."""
        self._leftovers.recorded(olds.get("owner_tag"))
        checked = self._life.check(known(news), known(olds))
        return CheckResult(_unknown(checked.inputs), [_check_failure(failure) for failure in checked.failures])

    @_told
    def diff(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        """
        Compare by meaning.

        A change is answered with `changes=None`, so that the engine shows it property by property (fact 14); one that
        no property shows it would drop, so that is told. A state written by another version of the pickle is repaired
        by an update (fact 11).
        """
        difference = self._life.diff(id_, known(olds), known(news))
        stale = olds.get(_PROVIDER_KEY) != news.get(_PROVIDER_KEY)
        if difference.unseen or not difference.changed:
            return DiffResult(changes=difference.unseen or stale)
        return DiffResult(changes=None, replaces=difference.replaces)

    @_told
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create, and give ARN and outputs; warn where there is one already, of an `up` that died."""
        inputs = known(props)
        if self._owner_tag and (warning := self._leftovers.warning(self._name, inputs)):
            pulumi.log.warn(warning)
        arn, state = self._life.create(inputs)
        return CreateResult(arn, state)

    @_told
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Give outputs and inputs as AWS has them; an empty id says *gone* (fact 6)."""
        reading = self._life.read(id_, known(props))
        return ReadResult(id_, reading.state, reading.inputs) if reading else ReadResult("", {})

    @_told
    def update(self, id_: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        """Change what differs, and give all outputs."""
        return UpdateResult(self._life.update(id_, known(olds), known(news)))

    @_told
    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete."""
        self._life.delete(id_, known(props))


class Resource(pulumi.dynamic.Resource):
    """The base of this package's resources: a name in `RESOURCE_TYPES`, and an output for each annotation."""

    _type_name: ClassVar[str]
    _outputs: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        if name:  # a user's subclass keeps the type it derives from
            super().__init_subclass__(module=module, name=name, **kwargs)
            cls._type_name = name
            cls._outputs = tuple(inspect.get_annotations(cls))

    def __init__(self, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None) -> None:
        _refuse_import(self._type_name, resource_name, opts)
        placeholders = dict.fromkeys(self._outputs)  # what makes the attributes exist (fact 7)
        super().__init__(provider_for(self._type_name), resource_name, {**placeholders, **inputs}, opts)

    @classmethod
    def _looked_up(cls, resource_name: str, arn: pulumi.Input[str], opts: pulumi.ResourceOptions | None) -> Self:
        resource = cls.__new__(cls)
        given = pulumi.ResourceOptions(id=_held(cls._type_name, resource_name, arn))
        Resource.__init__(resource, resource_name, {}, pulumi.ResourceOptions.merge(opts, given))
        return resource


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
    identifier = operations()[f"Get{type_name}"].input.members["identifier"]

    def hold(given: str) -> str:
        for failure in failures(identifier, given, f"{type_name} {resource_name}: id"):
            msg = f"{failure.property} {failure.reason}"
            raise pulumi.RunError(msg)
        return given

    return pulumi.Output.from_input(arn).apply(hold)


def owner_tag(resource_name: str) -> str:
    """Give the owner tag's value for a resource of the running program."""
    return tag_rules.owner_tag(pulumi.get_project(), pulumi.get_stack(), resource_name)


def with_secret_tags(opts: pulumi.ResourceOptions | None, tags: Any) -> pulumi.ResourceOptions | None:
    """
    Mark `tags_all` a secret where a tag comes from an output, which may be one.

    The engine keeps a secret secret under its own key only, not where it is copied to (fact 4).
    """
    values = tags.values() if isinstance(tags, Mapping) else [tags]
    if not any(isinstance(value, pulumi.Output) for value in values):
        return opts
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=["tags_all"]))


def _check_failure(failure: Failure) -> CheckFailure:
    """Report at the top-level property, whose value the CLI prints, and name the nested one in the reason."""
    name = re.split(r"[.\[ ]", failure.property, maxsplit=1)[0]
    nested = "" if name == failure.property else f"{failure.property} "
    return CheckFailure(name, f"{nested}{failure.reason}")


@functools.cache
def _configured(config: str) -> tuple[settings.Settings, Readable, Leftovers]:
    """Give what all resource types of the process share, which lives for one operation."""
    given = settings.from_config(json.loads(config))
    creates = Creates(shared_control_plane(given.connection), given.connection.max_attempts)
    return given, Inventory(creates) if given.read_ahead else creates, Leftovers(creates)


def known(value: Any) -> Any:
    """Give Pulumi's value as lifecycles take it: `UNKNOWN` for unknowns, and without the provider."""
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items() if key != _PROVIDER_KEY}
    return [known(item) for item in value] if isinstance(value, list) else value


def _unknown(value: Any) -> Any:
    """Undo `known`, but for the provider, which the host puts back."""
    if value is UNKNOWN:
        return Unknown()  # type: ignore[no-untyped-call]
    if isinstance(value, dict):
        return {key: _unknown(item) for key, item in value.items()}
    return [_unknown(item) for item in value] if isinstance(value, list) else value


class _PlainTraceback:
    """The `traceback` module, as the dynamic host is to see it: an IvsChatError is its message and no more."""

    def __getattr__(self, name: str) -> Any:
        return getattr(traceback, name)

    @staticmethod
    def format_exc() -> str:
        """Give the message of an IvsChatError, and a traceback of anything else."""
        error = sys.exc_info()[1]
        return str(error) if isinstance(error, IvsChatError) else traceback.format_exc()


def _show_errors_plainly() -> None:
    """Keep the host, where it answers errors with `traceback.format_exc()` (newer SDKs), from doing so for ours."""
    host = sys.modules["__main__"]
    if hasattr(host, "_abort_with_traceback"):
        host.traceback = _PlainTraceback()  # type: ignore[attr-defined]
