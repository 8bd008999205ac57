"""
The pickle: how the state names the provider of a resource type.

State holds the pickled provider, and refresh and destroy use it for years. So a provider is pickled as a call of
`pulumi_ivschat.dynamic.provider_for` with a type's name: that dotted name never moves, nor do the types'.
A program names its provider in this way and has no need of it, so it loads with the first call: see `host.provider`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING

from pulumi.dynamic.dynamic import serialize_provider

if TYPE_CHECKING:
    from pulumi_ivschat.host.provider import Provider


def provider_for(name: str) -> Provider:
    """Return the provider of a resource type. This name is in people's state: see the module."""
    from pulumi_ivschat.host.provider import Provider  # noqa: PLC0415  see the module

    return Provider(name)


@functools.cache
def serialized_provider(name: str) -> str:
    """Return what the state holds under `__provider` for a resource type: the pickle, in base64."""
    text: str = serialize_provider(_Pickled(name))
    return text


class _Pickled:
    """An object that pickles as a call of `provider_for`."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __reduce__(self) -> tuple[Callable[[str], Provider], tuple[str]]:
        return provider_for, (self._name,)
