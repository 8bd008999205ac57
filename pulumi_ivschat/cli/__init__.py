"""
The command `pulumi-ivschat`: one file for each group of commands.

People and pipelines run it, and no other module imports it. It imports `stacks`, `local`, `aws`, `runtime` and the words at
the package's root. Every invocation loads all commands, so a command loads what only it needs (rich, websockets,
boto3) when it runs.
"""

from __future__ import annotations

import click

from pulumi_ivschat.cli import chat, drift, importing, local, messaging, recover, rooms
from pulumi_ivschat.cli.failures import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="pulumi-ivschat", prog_name="pulumi-ivschat")
def cli() -> None:
    """
    Amazon IVS Chat from the shell, and a local IVS Chat service to run it on.

    \b
    Exit codes: 0, success; 1, failure, with the reason on stderr;
    2, wrong usage; 130, Ctrl-C. A command's --help lists its others.
    """  # noqa: D301  click's mark for text that stays as it is


for command in (
    rooms.rooms,
    chat.chat,
    messaging.token,
    messaging.send_event,
    messaging.delete_message,
    messaging.disconnect_user,
    importing.import_,
    recover.recover,
    drift.drift,
    local.local,
):
    cli.add_command(command)
