"""The same calls by plain boto3: no check, no diff, no reading ahead, no errors; settings from the environment."""

from __future__ import annotations

import functools
import threading
from typing import Any, Final

from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider

_LIMITS: Final = {"maximumMessageLength": 500, "maximumMessageRatePerSecond": 10}
_ANSWERED: Final = ("arn", "createTime", "updateTime")
_lock: Final = threading.Lock()


@functools.cache
def _client() -> Any:
    import boto3  # noqa: PLC0415  a preview that makes no call does not load it, here as there

    return boto3.client("ivschat")


def _shared_client() -> Any:
    with _lock:
        return _client()


def _state(answer: dict[str, Any]) -> dict[str, Any]:
    times = {name: answer[name].isoformat() for name in ("createTime", "updateTime")}
    return {name: value for name, value in {**answer, **times}.items() if name not in {"id", "ResponseMetadata"}}


class Provider(ResourceProvider):
    """Calls, and returns the answer as the state."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create a room."""
        limits = {name: int(props[name]) for name in _LIMITS}
        answer = _shared_client().create_room(name=props["name"], tags=props["tags"], **limits)
        return CreateResult(answer["arn"], _state(answer))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Get the room."""
        del props
        return ReadResult(id_, _state(_shared_client().get_room(identifier=id_)))

    def delete(self, id_: str, props: dict[str, Any]) -> None:
        """Delete the room."""
        del props
        _shared_client().delete_room(identifier=id_)


class Room(Resource, module="benchmarks", name="Room"):
    """A chat room."""


def declare(count: int) -> None:
    """Declare so many, with what the package sends: AWS's limits and an owner tag; the answer's members are outputs."""
    for number in range(count):
        name = f"room-{number}"
        tags = {"pulumi-ivschat:owner": f"rooms/bare/{name}"}
        Room(Provider(), name, {"name": name, "tags": tags, **_LIMITS, **dict.fromkeys(_ANSWERED)})
