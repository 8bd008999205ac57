"""
The command `pulumi-ivschat`: thin, over the package.

Every invocation loads all commands, so a command loads what only it needs (rich, websockets, boto3) when it runs.
"""

from __future__ import annotations

import click

from pulumi_ivschat.cli import local
from pulumi_ivschat.cli.failures import Commands


@click.group(cls=Commands)
def cli() -> None:
    r"""
    Amazon IVS Chat from the shell, and a local IVS Chat service to run it on.

    \b
    Exit codes: 0, done; 1, it failed, and stderr says why; 2, wrong usage;
    130, Ctrl-C.
    """


cli.add_command(local.local)
