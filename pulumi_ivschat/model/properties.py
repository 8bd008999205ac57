"""Properties as Pulumi hands them over, and as lifecycles take them."""

from __future__ import annotations

from typing import Any, Final

from pulumi.output import Unknown

from pulumi_ivschat.model.validation import UNKNOWN

PROVIDER_KEY: Final = "__provider"
"""Where Pulumi keeps a dynamic resource's provider."""


def known(value: Any) -> Any:
    """Return Pulumi's value as lifecycles take it: `UNKNOWN` for unknowns, and without the provider."""
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: known(item) for key, item in value.items() if key != PROVIDER_KEY}
    return [known(item) for item in value] if isinstance(value, list) else value


def with_unknowns(value: Any) -> Any:
    """Undo `known`, but for the provider, which the host puts back."""
    if value is UNKNOWN:
        return Unknown()  # type: ignore[no-untyped-call]
    if isinstance(value, dict):
        return {key: with_unknowns(item) for key, item in value.items()}
    return [with_unknowns(item) for item in value] if isinstance(value, list) else value
