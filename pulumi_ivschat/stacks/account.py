"""The rooms and logging configurations of an account in a region, as the List operations return them."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import attrs

from pulumi_ivschat.aws import listing
from pulumi_ivschat.aws.client import ControlPlane, shared_control_plane
from pulumi_ivschat.errors import looking_up
from pulumi_ivschat.model.arns import RESOURCES, region_of, type_of
from pulumi_ivschat.model.owner_tag import OWNER_TAG, Owner
from pulumi_ivschat.settings import Settings

if TYPE_CHECKING:
    from typing_extensions import Self


@attrs.frozen
class Found:
    """A room or logging configuration in the account: its type, and what a List operation reports about it."""

    type: str
    summary: Mapping[str, Any] = attrs.field(repr=False)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.summary["arn"])

    @property
    def name(self) -> str:
        """Its own name, which may be empty and need not be unique."""
        return str(self.summary.get("name", ""))

    @property
    def tags(self) -> Mapping[str, str]:
        """All of its tags."""
        tags: Mapping[str, str] = self.summary.get("tags", {})
        return tags

    @property
    def owner(self) -> Owner | None:
        """Whom its owner tag names, if it has one that this package wrote."""
        return Owner.parse(self.tags.get(OWNER_TAG))


def account_of(settings: Settings) -> Hashable:
    """Return what identifies a stack's account here: the endpoint, the profile and the role. Others share it if these are equal."""
    connection = settings.connection
    return connection.endpoint_url, connection.profile, connection.assume_role


def control_plane_of(settings: Settings) -> ControlPlane:
    """Return the control plane of a stack, for reading many resources one by one: it slows down if AWS throttles."""
    return shared_control_plane(attrs.evolve(settings.connection, max_attempts=10, retry_mode="adaptive"))


def with_arn(control_plane: ControlPlane, arn: str) -> Found:
    """Return a resource by its ARN; raise ResourceNotFound if there is none, SettingsError if it is not an ARN."""
    kind = type_of(arn)
    with looking_up():
        return Found(kind, control_plane.call(f"Get{kind}", region_of(arn), arn, identifier=arn))


def named(control_plane: ControlPlane, region: str, name: str) -> list[Found]:
    """Return the rooms of a name."""
    rooms = listing.listed(control_plane, "ListRooms", region, name=name)
    return [Found("Room", room) for room in rooms if room.get("name", "") == name]


def with_their_logging(control_plane: ControlPlane, found: Iterable[Found]) -> list[Found]:
    """Return what was found, and the logging configurations that its rooms use: each once, these first."""
    each = {resource.arn: resource for resource in found}
    used = [arn for resource in each.values() for arn in resource.summary.get("loggingConfigurationIdentifiers", ())]
    logging = {arn: with_arn(control_plane, arn) for arn in dict.fromkeys(used) if arn not in each}
    return [*logging.values(), *each.values()]


def listed(control_plane: ControlPlane, region: str) -> Iterator[Found]:
    """Yield all logging configurations, then all rooms, of the account in a region."""
    for resource_type in RESOURCES:
        for summary in listing.listed(control_plane, f"List{resource_type}s", region):
            yield Found(resource_type, summary)


class Lists:
    """
    All resources of accounts: each list is fetched once, in a thread, while its callers read stacks or compare.

    AWS's 5 pages a second leave a large account a minute's waiting. Leave the `with` block to stop at the next page.
    """

    def __init__(self) -> None:
        self._lists: dict[tuple[Hashable, str], Future[list[Found]]] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(_LISTS_AT_ONCE, thread_name_prefix="pulumi-ivschat-list")
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._threads.shutdown(cancel_futures=True)

    def begin(self, settings: Settings, region: str) -> Future[list[Found]]:
        """
        Return the list of a region, in the account of these settings; fetch it unless that has begun already.

        Its `result` raises an IvsChatError if AWS does not answer.
        """
        key = (account_of(settings), region)
        with self._lock:
            if key not in self._lists:
                self._lists[key] = self._threads.submit(self._fetched, control_plane_of(settings), region)
            return self._lists[key]

    def _fetched(self, control_plane: ControlPlane, region: str) -> list[Found]:
        found = []
        for resource in listed(control_plane, region):
            if self._is_over.is_set():
                break
            found.append(resource)
        return found


_LISTS_AT_ONCE: Final = 8
