"""
The questions, by part of the service.

Importing this folder registers all of them. The suite and its tests call `in_order`. The questions import `question` and `run`.
"""

from __future__ import annotations

from collections.abc import Mapping

from verify.question import QUESTIONS, Question
from verify.questions import (
    chat_limits,
    deployments,
    frames,
    identifiers,
    listing,
    logging_configurations,
    moderation,
    over_time,
    records,
    review,
    rooms,
    signatures,
    tags,
    tokens,
    validation,
    wire,
)

MODULES = (
    rooms,
    validation,
    identifiers,
    listing,
    tags,
    logging_configurations,
    records,
    wire,
    signatures,
    tokens,
    frames,
    chat_limits,
    moderation,
    review,
    over_time,
    deployments,
)
"""In the order in which they are asked."""


def in_order() -> Mapping[str, Question]:
    """Return all questions by name, in the order in which they are asked."""
    modules = [module.__name__ for module in MODULES]
    return dict(sorted(QUESTIONS.items(), key=lambda named: modules.index(named[1].ask.__module__)))
