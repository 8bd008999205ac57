"""`pulumi-ivschat local`: the local service, run, found, stopped and emptied."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pulumi_ivschat.cli.failures import Failed
from pulumi_ivschat.cli.progress import progress
from pulumi_ivschat.local import data_directory, discovery, host_names, parents
from pulumi_ivschat.local.data_directory import Running
from pulumi_ivschat.local.handlers import TIMEOUT
from pulumi_ivschat.local.quotas import ACCOUNT_RATES
from pulumi_ivschat.local.settings import (
    CLOCK_SKEW,
    LONGEST_LOGGING_DELAY,
    LONGEST_TOKEN_LIFETIME,
    SHORTEST_TOKEN_LIFETIME,
    TOKEN_LIFETIME,
    Settings,
)
from pulumi_ivschat.model.service_model import REGIONS

if TYPE_CHECKING:
    from pulumi_ivschat.local.iam_policies import Policy
    from pulumi_ivschat.local.settings import ReviewHandler

_NOT_RUNNING = 3
_REACHABLE = (
    "Warning: the service listens on {host}, so other machines can reach it. Anyone who does can sign with the access key "
    "local and use /_local without signing."
)


_data = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    help="Data directory  [default: $PULUMI_IVSCHAT_DATA, else ~/.local/share/pulumi-ivschat/local]",
)


def _regions(_: click.Context, __: click.Parameter, given: Sequence[str]) -> tuple[str, ...]:
    for region in given:
        if not re.fullmatch("[a-z]{2}(-[a-z]+)+-[0-9]+", region):
            msg = f"{region!r} is not the name of an AWS region"
            raise click.BadParameter(msg)
    return tuple(given)


def _host(_: click.Context, __: click.Parameter, given: str) -> str:
    try:
        return host_names.listening(given)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _finite(_: click.Context, __: click.Parameter, given: float) -> float:
    if math.isnan(given):  # which no range excludes
        msg = "nan is not a number of seconds"
        raise click.BadParameter(msg)
    return given


def _is_gone(_: click.Context, __: click.Parameter, parent: int | None) -> Callable[[], bool]:
    try:
        return parents.is_gone(parent) if parent is not None else lambda: False
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.group(invoke_without_command=True)
@_data
@click.option("--memory", is_flag=True, help="Keep nothing on disk; other commands do not find this service.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="Port; 0 is any free one  [default: the one it had last, else a free one]",
)
@click.option(
    "--host",
    default=host_names.LOOPBACK,
    show_default=True,
    callback=_host,
    help="Address to listen on; with any other than this machine's own, others can reach the service.",
)
@click.option(
    "--allowed-host",
    "allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Accept requests to this name or address, with any port; *.DOMAIN accepts subdomains; repeatable. Names of this "
    "machine (localhost, 127.0.0.1) are always accepted.",
)
@click.option(
    "--region",
    "regions",
    multiple=True,
    callback=_regions,
    help="Serve this region only; repeatable  [default: all that AWS has for IVS Chat]",
)
@click.option(
    "--access-key",
    "access_keys",
    multiple=True,
    metavar="ID:SECRET:ACCOUNT[:SESSION_TOKEN]",
    help="Accept this access key beside local:local:000000000000; repeatable. Others on this machine can see it.",
)
@click.option(
    "--access-keys-file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Accept the access keys in a JSON file: [{id, secret, account, session_token?, expires?}, …]",
)
@click.option(
    "--policy",
    "policies",
    multiple=True,
    metavar="KEY_ID=FILE",
    help="Let this access key do what the IAM policy in a JSON file allows, and nothing else; repeatable.",
)
@click.option(
    "--token-lifetime",
    type=click.IntRange(SHORTEST_TOKEN_LIFETIME, LONGEST_TOKEN_LIFETIME),
    default=TOKEN_LIFETIME,
    show_default=True,
    help="Seconds in which a chat token must be used; AWS's messaging SDK reconnects in a loop at 30 or less.",
)
@click.option(
    "--review-handler",
    "review_handlers",
    multiple=True,
    metavar="ARN=TARGET",
    help="Run this in the place of a Lambda function that reviews messages: file.py:function, file.js:function, "
    "package.module:function or http://127.0.0.1:PORT/…; repeatable. With ,permission-after=SECONDS behind it, IVS Chat "
    "may not invoke the function before.",
)
@click.option(
    "--review-timeout",
    type=click.FloatRange(0, min_open=True),
    default=TIMEOUT,
    show_default=True,
    metavar="SECONDS",
    help="How long a review handler may take; AWS gives it 0.2.",
)
@click.option(
    "--logging-delay",
    type=click.FloatRange(0, LONGEST_LOGGING_DELAY),
    callback=_finite,
    default=0.0,
    show_default=True,
    metavar="SECONDS",
    help="How long a logging configuration is CREATING, UPDATING or DELETING; 0 is not at all.",
)
@click.option(
    "--clock-skew",
    type=click.IntRange(0, 100 * 366 * 24 * 3600),
    default=CLOCK_SKEW,
    show_default=True,
    metavar="SECONDS",
    help="How far a client's clock may be from the service's; more for tests that stop or move the clock.",
)
@click.option(
    "--aws-quotas",
    "account_rates",
    is_flag=True,
    callback=lambda _, __, wanted: ACCOUNT_RATES if wanted else {},
    help="Refuse calls and messages beyond what AWS takes of an account in a second.",
)
@click.option(
    "--logs",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    help="Where chat records go, a folder for each destination  [default: logs in the data directory]",
)
@click.option(
    "--parent",
    "parent_is_gone",
    type=int,
    callback=_is_gone,
    metavar="PID",
    help="Stop within a second once the process that starts the service, PID, is gone; it may use a wrapper such as uvx.",
)
@click.pass_context
def local(
    context: click.Context,
    /,
    data: Path | None,
    memory: bool,  # noqa: FBT001
    port: int | None,
    host: str,
    **options: Any,
) -> None:
    """Run the local IVS Chat service until Ctrl-C. Without --data, it uses a directory for this user."""
    if context.invoked_subcommand is not None:
        context.obj = data
        return
    if memory and data:
        msg = "--memory keeps nothing on disk, so it has no --data"
        raise click.UsageError(msg)
    directory = None if memory else data or data_directory.default_data_directory()
    parent_is_gone = options.pop("parent_is_gone")
    _serve(directory, port, host, _settings(**options), parent_is_gone)


def _settings(
    regions: tuple[str, ...],
    access_keys: Sequence[str],
    access_keys_file: Path | None,
    review_handlers: Sequence[str],
    policies: Sequence[str],
    **same: Any,
) -> Settings:
    from pulumi_ivschat.local import access_keys as known  # noqa: PLC0415 - for this command only

    try:
        listed = known.from_file(access_keys_file) if access_keys_file else []
        given = [known.from_option(text) for text in access_keys]
        return Settings(
            regions=regions or REGIONS,
            access_keys=known.by_id([*listed, *given]),
            review_handlers=dict(map(_review_handler, review_handlers)),
            policies=_policies(policies),
            **same,
        )
    except (ValueError, OSError) as error:
        raise click.UsageError(str(error)) from None


def _policies(options: Sequence[str]) -> dict[str, list[Policy]]:
    from pulumi_ivschat.local import iam_policies  # noqa: PLC0415 - for this command only

    policies: dict[str, list[Policy]] = {}
    for key_id, policy in map(iam_policies.from_option, options):
        policies.setdefault(key_id, []).append(policy)
    return policies


def _review_handler(text: str) -> tuple[str, ReviewHandler]:
    from pulumi_ivschat.local import review  # noqa: PLC0415 - if one is named only

    return review.from_option(text)


def _serve(directory: Path | None, port: int | None, host: str, settings: Settings, over: Callable[[], bool]) -> None:
    try:
        from pulumi_ivschat.local import server  # noqa: PLC0415 - needs the extra
    except ModuleNotFoundError as error:
        msg = f"the local service needs {error.name}: pip install 'pulumi-ivschat[local]'"
        raise Failed(msg) from None
    if not host_names.is_loopback(host):
        click.echo(_REACHABLE.format(host=host), err=True)
    server.serve(server.Place(directory, port, host), settings, _announce, over)


def _announce(running: Running) -> None:
    click.echo(f"Amazon IVS Chat is served at {running.url}")
    click.echo(f"Chat clients connect to {running.messaging_url}")
    click.echo("Console: the first address, in a browser.")
    click.echo(f"Data: {running.data or 'in memory'}. Access key: local, secret: local. Ctrl-C stops it.")


@local.command()
@_data
@click.pass_obj
def stop(given: Path | None, data: Path | None) -> None:
    """Stop the service that runs in the background."""
    directory = _chosen(data, given)
    with progress("Stopping the local service"):
        stopped = discovery.stop(directory)
    click.echo("Stopped." if stopped else f"No local service runs with {directory}.")


def _chosen(*given: Path | None) -> Path:
    return next(filter(None, given), None) or data_directory.default_data_directory()


@local.command()
@_data
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def status(context: click.Context, data: Path | None, as_json: bool) -> None:  # noqa: FBT001
    """Show the address of the service; exit code 3 if it does not run."""
    directory = _chosen(data, context.obj)
    running = _found(directory)
    if as_json:
        click.echo(json.dumps(_described(running, directory)))
    elif running:
        click.echo(f"Amazon IVS Chat is served at {running.url} by process {running.pid}, with {running.data}.")
        click.echo(f"Chat clients connect to {running.messaging_url}")
    else:
        absence = _absence(directory)
        click.echo(f"{absence[0].upper()}{absence[1:]}.")
    context.exit(0 if running else _NOT_RUNNING)


def _found(directory: Path) -> Running | None:
    with progress("Asking the local service"):
        return discovery.find(directory)


def _absence(directory: Path) -> str:
    silent = data_directory.lock_holder(directory)
    if silent is None:
        return f"no local service runs with {directory}"
    remedy = "end it with `pulumi-ivschat local stop`, or continue it if it is suspended"
    return f"the local service of {directory}, process {silent}, does not answer; {remedy}"


def _described(running: Running | None, directory: Path) -> dict[str, object]:
    if running is None:
        silent = data_directory.lock_holder(directory)
        return {"running": False, "data": str(directory), **({"unanswering_pid": silent} if silent else {})}
    urls = {"url": running.url, "messaging_url": running.messaging_url}
    return {"running": True, **urls, "pid": running.pid, "version": running.version, "data": running.data}


@local.command(short_help="Remove everything that the running service holds.")
@_data
@click.pass_obj
def reset(given: Path | None, data: Path | None) -> None:
    """Remove everything that the running service holds: rooms, logging configurations, tags, logged requests."""
    directory = _chosen(data, given)
    running = _found(directory)
    if running is None:
        raise Failed(_absence(directory))
    try:
        _post(f"{running.url}/_local/reset")
    except OSError as error:
        read = getattr(error, "read", None)  # of an HTTPError, which has an answer
        said = read(2000).decode(errors="replace") if read else ""
        msg = f"the local service at {running.url} was not reset: {error} {said}".rstrip()
        raise Failed(msg) from None
    click.echo("Reset.")


def _post(url: str) -> None:
    import urllib.request  # noqa: PLC0415 - takes longer to load than all other commands together

    # A proxy that the environment names is not for this machine.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with progress("Emptying the local service"):
        direct.open(urllib.request.Request(url, method="POST"), timeout=10).close()  # noqa: S310 - ours
