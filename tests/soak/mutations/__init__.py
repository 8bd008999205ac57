"""
Bugs that somebody might make: each loses, doubles or leaves something, or records it wrong. See ../mutants.py.

Each module here has the bugs of one part of the package; `places` says where they are put in, and which tests are meant to
catch them; `mutation` and `process` say how. Nothing of the package is imported here before a test imports it.
"""

from __future__ import annotations

from typing import Final

from tests.soak.mutations import (
    creates,
    host,
    lifecycle,
    logging_configurations,
    mutation,
    program,
    reading,
    stacks,
    tags,
)

PARTS: Final = (creates, reading, lifecycle, tags, logging_configurations, host, program, stacks)
MUTATIONS: Final = mutation.MUTATIONS
"""By name, which is the part's and the function's."""
