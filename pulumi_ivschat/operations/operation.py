"""
The state of one operation of the engine: `up`, `preview`, `refresh`, `destroy`.

The engine starts a process of its own for each, and all resource types of the operation share what is here.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from typing import Any

import attrs

from pulumi_ivschat import settings
from pulumi_ivschat.aws.client import CLIENTS, Clients, validate_endpoint
from pulumi_ivschat.aws.creates import Creates
from pulumi_ivschat.aws.read_ahead import ReadAhead
from pulumi_ivschat.aws.shared_folder import shared_folder
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.lifecycle import Lifecycle, lifecycle_for
from pulumi_ivschat.lifecycle.words import PYTHON, Words
from pulumi_ivschat.operations import engine_command
from pulumi_ivschat.operations.engine_folder import EngineFolder
from pulumi_ivschat.operations.key_owners import KeyOwners
from pulumi_ivschat.operations.leftovers import Leftovers
from pulumi_ivschat.settings import Settings


@attrs.frozen
class Operation:
    """One operation of the engine on a stack."""

    settings: Settings
    creates: Creates
    pages: ReadAhead | None
    leftovers: Leftovers
    key_owners: KeyOwners
    time: Time
    words: Words = PYTHON

    @classmethod
    def begin(
        cls,
        config: Mapping[str, Any],
        clients: Clients = CLIENTS,
        time: Time | None = None,
        words: Words = PYTHON,
        folder: EngineFolder | None = None,
    ) -> Operation:
        """
        Begin an operation on the stack with this configuration (`ivschat:region` … → string, or JSON text).

        Errors have the *words* of people's language. Processes that take part in the same operation share a *folder*.

        Raises SettingsError for a configuration that is not valid, and UnreachableError if the embedded service cannot run:
        a preview makes no call that would find out.
        """
        given = settings.from_config(config)
        validate_endpoint(given.connection)
        clock = time or Time()
        creates = Creates(clients.control_plane(given.connection), given.connection.max_attempts, clock)
        promised = engine_command.most_promised(engine_command.command_line())
        pages = ReadAhead(creates, promised) if given.read_ahead else None
        return cls(given, creates, pages, Leftovers(creates), KeyOwners(folder), clock, words)

    def lifecycle(self, name: str) -> Lifecycle:
        """Return the life of a resource type in this operation."""
        return lifecycle_for(name, self.settings, self.pages or self.creates, self.pages, self.time, words=self.words)


def share_paces(time: Time | None = None) -> None:
    """
    Send the calls of this process no faster than AWS takes them together with those of this user's other processes.

    Calls wait for their turn by the clock *time*.
    """
    CLIENTS.paces.share(shared_folder())
    CLIENTS.paces.wait_by(time or Time())


def of_process(config: Mapping[str, Any]) -> Operation:
    """Return the operation that this process carries out: the same one for all resource types with one configuration."""
    return _of_process(json.dumps(config, sort_keys=True))


@functools.cache
def _of_process(config: str) -> Operation:
    return Operation.begin(json.loads(config))
