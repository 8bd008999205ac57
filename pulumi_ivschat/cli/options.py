"""Options that commands share: where calls go, with whose credentials, and JSON."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeAlias, get_args

import attrs
import click

from pulumi_ivschat import settings
from pulumi_ivschat.aws import chat_calls
from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.regions import resolved_region
from pulumi_ivschat.cli.progress import progress
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.runtime import Capability
from pulumi_ivschat.settings import Connection, Settings

Command: TypeAlias = Callable[..., None]


@attrs.frozen
class Access:
    """What the shared options say."""

    connection: Connection
    region: str | None
    as_json: bool
    _control_plane: BotoControlPlane = attrs.field(
        init=False, repr=False, default=attrs.Factory(lambda self: BotoControlPlane(self.connection), takes_self=True)
    )

    def resolved_region(self) -> str:
        """Return the region of what names none itself; raise SettingsError if nothing says one."""
        region = resolved_region(settings.Settings(region=self.region, connection=self.connection))
        if not region:
            msg = "no region is set"
            raise SettingsError(msg, remedy="Use --region, AWS_REGION or a profile with a region.")
        return region

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call an operation of the control plane."""
        return self._control_plane.call(operation, region, subject, **members)


@attrs.frozen
class StackChoice:
    """The Pulumi stack that a command uses: its name and the directory of its project, if they are given."""

    name: str | None = None
    directory: Path | None = None

    def settings(self, *, is_needed: bool = True) -> Settings:
        """
        Return the settings of the stack, or the defaults outside of a project.

        Raises SettingsError if that fails. If they are not *needed*, and no stack is named or selected, these are the defaults.
        """
        from pulumi_ivschat.stacks import engine  # noqa: PLC0415  commands outside of a project need no engine

        directory = self.directory or Path()
        is_named = bool(self.name or self.directory)
        if not (is_named or engine.is_project(directory)):
            return Settings()
        try:
            stack = engine.find(directory, self.name)
        except SettingsError as error:
            if is_named or is_needed:
                raise _with_way_out(error) from None
            return Settings()
        try:
            return stack.settings()
        except SettingsError as error:
            raise _with_way_out(error) from None


def _with_way_out(error: SettingsError) -> SettingsError:
    remedy = f"{error.remedy}\nTo use options and environment only, add --no-stack-settings.".lstrip()
    return SettingsError(error.message, remedy=remedy)


def _in_stack(command: Command) -> Command:
    """Return a command the options that choose a stack, as the arguments *chosen* and *no_stack_settings*."""

    @click.option("--stack", "stack_name", metavar="NAME", help="The Pulumi stack  [default: the selected one]")
    @click.option(
        "--cwd",
        metavar="DIR",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="Where the Pulumi project is  [default: here]",
    )
    @click.option("--no-stack-settings", is_flag=True, help="Use options and environment, not the stack's settings.")
    @functools.wraps(command)
    def with_stack(stack_name: str | None, cwd: Path | None, **rest: Any) -> None:
        command(chosen=StackChoice(stack_name, cwd), **rest)

    return with_stack


def connected(command: Command) -> Command:
    """
    Return a command the options that every call needs, as the arguments *access* and *chosen*.

    One rule for endpoint, region and profile: the option, else the stack's setting, else the environment and AWS's own chain.
    """

    @_in_stack
    @click.option(
        "--region",
        callback=_region,
        help="AWS region, if no ARN names it  [default: the stack's, then $AWS_REGION, then the profile's]",
    )
    @click.option(
        "--profile", help="Profile of AWS's shared configuration  [default: the stack's, then AWS's own chain]"
    )
    @click.option(
        "--endpoint-url",
        metavar="URL|local",
        callback=_endpoint_url,
        help=f"Another control plane, or `local`  [default: the stack's, then ${chat_calls.ENDPOINT_VARIABLE}, then AWS]",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @functools.wraps(command)
    def with_access(  # noqa: PLR0913  one for each option
        region: str | None,
        profile: str | None,
        endpoint_url: str | None,
        chosen: StackChoice,
        *,
        no_stack_settings: bool,
        as_json: bool,
        **rest: Any,
    ) -> None:
        # Without a stack, an endpoint that somebody named is safe to use; AWS, which nobody named, is not.
        is_needed = not (endpoint_url or os.environ.get(chat_calls.ENDPOINT_VARIABLE))
        with progress("Reading the stack's settings"):
            of_stack = Settings() if no_stack_settings else chosen.settings(is_needed=is_needed)
        connection = attrs.evolve(
            of_stack.connection,
            profile=profile or of_stack.connection.profile,
            endpoint_url=endpoint_url or _endpoint_of(of_stack),
        )
        command(access=Access(connection, region or of_stack.region, as_json), chosen=chosen, **rest)

    return with_access


def _endpoint_of(settings: Settings) -> str | None:
    """Return the endpoint of a stack, else that of the environment variable, else None."""
    try:
        return settings.connection.endpoint_url or chat_calls.from_environment().endpoint_url
    except SettingsError as error:
        raise click.UsageError(error.message) from None


def _region(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    if given and not settings.REGION_FORM.fullmatch(given):
        msg = "it must be a region such as us-west-2"
        raise click.BadParameter(msg)
    return given


def _regions(context: click.Context, parameter: click.Parameter, given: Iterable[str]) -> tuple[str, ...]:
    for region in given:
        _region(context, parameter, region)
    return tuple(given)


def regions(what_for: str) -> Callable[[Command], Command]:
    """Return the option for any number of regions, as the argument *regions*."""
    return click.option("--region", "regions", multiple=True, callback=_regions, help=what_for)


def _endpoint_url(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    try:
        settings.from_config({f"{settings.NAMESPACE}endpointUrl": given} if given else {})
    except SettingsError:
        msg = "it must be an http(s) URL, or local"
        raise click.BadParameter(msg) from None
    return given or None


def _pairs(_: click.Context, __: click.Parameter, given: Iterable[str]) -> dict[str, str]:
    return _parsed_pairs(given, "an attribute is KEY=VALUE")


def _parsed_pairs(given: Iterable[str], form: str) -> dict[str, str]:
    """Return KEY=VALUE pairs as a map; raise BadParameter, which does not show what may be a secret, if one is not so."""
    pairs = [text.partition("=") for text in given]
    if not all(key and equals for key, equals, _value in pairs):
        raise click.BadParameter(form)
    return {key: value for key, _equals, value in pairs}


def tags(what_for: str) -> Callable[[Command], Command]:
    """Return the option for tags that something must have, as the argument *tags*."""
    return click.option("--tag", "tags", multiple=True, metavar="KEY=VALUE", callback=_tags, help=what_for)


def _tags(_: click.Context, __: click.Parameter, given: Iterable[str]) -> dict[str, str]:
    return _parsed_pairs(given, "a tag is KEY=VALUE")


user = click.option("--user", required=True, metavar="ID", help="The user whom the token is for.")


def capabilities(*default: Capability) -> Callable[[Command], Command]:
    """Return the option for what a token allows."""
    return click.option(
        "--capability",
        "capabilities",
        type=click.Choice(get_args(Capability), case_sensitive=False),
        multiple=True,
        default=default,
        show_default=True,
        metavar="CAPABILITY",
        help=f"What the user may do besides reading: {', '.join(get_args(Capability))}; repeatable.",
    )


attributes = click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_pairs,
    help="An attribute; repeatable.",
)
reason = click.option("--reason", help="The reason, which clients receive.")
