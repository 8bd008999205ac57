"""Options that commands share: where calls go, with whose credentials, and JSON."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias, get_args

import attrs
import click

from pulumi_ivschat import chat_calls, settings
from pulumi_ivschat.client import BotoControlPlane
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.runtime import Capability
from pulumi_ivschat.settings import Connection

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
        """Give the region of what names none itself; raise SettingsError where nothing says one."""
        region = settings.Settings(region=self.region, connection=self.connection).resolved_region()
        if not region:
            msg = "there is no region"
            raise SettingsError(msg, remedy="Name one by --region, AWS_REGION or the profile.")
        return region

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call an operation of the control plane."""
        return self._control_plane.call(operation, region, subject, **members)


def connected(command: Command) -> Command:
    """Give a command the options that every call needs, as the argument *access*."""

    @click.option(
        "--region",
        callback=_region,
        help="AWS region, where no ARN says it  [default: $AWS_REGION, then the profile's]",
    )
    @click.option("--profile", help="Profile of AWS's shared configuration  [default: AWS's own chain]")
    @click.option(
        "--endpoint-url",
        metavar="URL|local",
        envvar=chat_calls.ENDPOINT_VARIABLE,
        callback=_endpoint_url,
        help=f"Another control plane, or the local service  [default: ${chat_calls.ENDPOINT_VARIABLE}, else AWS]",
    )
    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @functools.wraps(command)
    def with_access(
        region: str | None, profile: str | None, endpoint_url: str | None, *, as_json: bool, **rest: Any
    ) -> None:
        command(access=Access(Connection(profile=profile, endpoint_url=endpoint_url), region, as_json), **rest)

    return with_access


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
    """Give the option for any number of regions, as the argument *regions*."""
    return click.option("--region", "regions", multiple=True, callback=_regions, help=what_for)


def _endpoint_url(_: click.Context, __: click.Parameter, given: str | None) -> str | None:
    try:
        settings.from_config({f"{settings.NAMESPACE}endpointUrl": given} if given else {})
    except SettingsError:
        msg = f"it, or ${chat_calls.ENDPOINT_VARIABLE}, must be an http(s) URL, or local"
        raise click.BadParameter(msg) from None
    return given or None


def _pairs(_: click.Context, __: click.Parameter, given: Iterable[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    if not all(key and equals for key, equals, _value in pairs):
        msg = "an attribute is KEY=VALUE"  # it may be a secret, so it is not shown
        raise click.BadParameter(msg)
    return {key: value for key, _equals, value in pairs}


user = click.option("--user", required=True, metavar="ID", help="The user whom the token is for.")


def capabilities(*default: Capability) -> Callable[[Command], Command]:
    """Give the option for what a token allows."""
    return click.option(
        "--capability",
        "capabilities",
        type=click.Choice(get_args(Capability), case_sensitive=False),
        multiple=True,
        default=default,
        show_default=True,
        metavar="CAPABILITY",
        help=f"What the user may do beside reading: {', '.join(get_args(Capability))}; repeatable.",
    )


attributes = click.option(
    "--attribute",
    "attributes",
    multiple=True,
    metavar="KEY=VALUE",
    callback=_pairs,
    help="An attribute; repeatable.",
)
reason = click.option("--reason", help="Why: clients are told.")
