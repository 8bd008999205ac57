"""
Bugs that somebody might make: each loses, doubles or leaves something, or records it wrong. See ../mutants.py.

Each part of the package has a module of bugs here. `places` names the modules that they change, and the tests that are to catch
them. `mutation` defines a bug, and `process` applies one in a process. Nothing here imports the package before a test does.
"""

from __future__ import annotations

from typing import Final

from tests.soak.mutations import (
    calls,
    creates,
    host,
    lifecycle,
    local_access,
    local_chat,
    local_control_plane,
    local_service,
    logging_configurations,
    mutation,
    plugin,
    program,
    reading,
    stacks,
    tags,
)

LOCAL_SERVICE: Final = (local_service, local_control_plane, local_chat)
"""The parts that the questions of `make verify` are to find."""
_LIFE: Final = (creates, reading, lifecycle, tags, logging_configurations)
PARTS: Final = (*_LIFE, calls, host, plugin, program, stacks, local_access, *LOCAL_SERVICE)
MUTATIONS: Final = mutation.MUTATIONS
"""By name, which is the part's and the function's."""
