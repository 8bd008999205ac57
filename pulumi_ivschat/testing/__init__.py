"""
An Amazon IVS Chat service for tests of your own code, with no AWS account.

    with local_service() as service:
        room = service.client.create_room(name="lobby")["arn"]

pytest has it as the fixtures `ivschat`, `ivschat_client` and `ivschat_room`, of `pulumi_ivschat.pytest_plugin`. The service runs
in a process of its own, `pulumi-ivschat local`. So it works with anything that tests do to theirs: event loops, forks, a frozen
clock, replaced sockets, a debugger. It imports the words at the package's root and parts of `local`. Nothing of the package imports
this folder, which needs the extra `local`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pulumi_ivschat.local.data_directory import LocalServiceError as LocalServiceError
from pulumi_ivschat.testing import service_process
from pulumi_ivschat.testing.ivs_chat import IvsChat as IvsChat, in_use

__all__ = ["IvsChat", "LocalServiceError", "local_service"]


@contextmanager
def local_service() -> Iterator[IvsChat]:
    """
    Run an Amazon IVS Chat service on this machine, and set the environment variables with which code finds it.

    Yields the service. It is stopped, and the environment restored, when the block ends. The service keeps nothing on disk. It
    also stops within a second if this process is killed. Raises LocalServiceError if it cannot start.
    """
    with service_process.running() as process, in_use(process) as service:
        yield service
