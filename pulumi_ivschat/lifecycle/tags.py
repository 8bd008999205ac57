"""
The owners of a resource's tags, and the fewest calls that change them.

A resource owns the keys it declares; all other keys belong to somebody else and are left alone. The owner tag is this
package's own mark, added at create; see `owner_tag`. An update changes its value if the resource's URN has changed, and adds it
to no resource that has none.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import attrs

from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.errors import IvsChatError, ResourceNotFound
from pulumi_ivschat.model import service_model
from pulumi_ivschat.model.arns import region_of
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.model.validation import Failure

if TYPE_CHECKING:
    from pulumi_ivschat.aws.client import ControlPlane


def owned(tags: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return those of a resource's *tags* that stand under *keys*."""
    return {key: tags[key] for key in keys if key in tags}


def others(tags: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """Return a resource's tags that are neither under *keys*, nor the owner tag, nor AWS's own."""
    declared = {*keys, OWNER_TAG}
    return {key: value for key, value in tags.items() if key not in declared and not key.lower().startswith("aws:")}


def crowding(tags: Any) -> Iterator[Failure]:
    """Find that *tags* are as many as AWS takes, with no place left for the owner tag."""
    maximum = service_model.shape("Tags").maximum
    if isinstance(tags, Mapping) and len(tags) == maximum and OWNER_TAG not in tags:
        reason = f"must leave 1 of {maximum} for the owner tag; `pulumi config set ivschat:ownerTag false` goes without"
        yield Failure("tags", reason)


@attrs.frozen
class TagChange:
    """The tags for TagResource to set and the keys for UntagResource to remove, at most one call each."""

    put: dict[str, str]
    remove: list[str]

    def with_put(self, tags: Mapping[str, str]) -> TagChange:
        """Return the change that sets *tags* as well."""
        return TagChange({**self.put, **tags}, [key for key in self.remove if key not in tags])

    def applied(self, tags: Mapping[str, str]) -> dict[str, str]:
        """Return *tags* as they are after this change."""
        kept = {key: value for key, value in tags.items() if key not in self.remove}
        return {**kept, **self.put}


def tag_change(before: Mapping[str, str], after: Mapping[str, str]) -> TagChange:
    """Return the change from the owned tags *before* to those *after*."""
    put = {key: value for key, value in after.items() if before.get(key) != value}
    return TagChange(put, sorted(before.keys() - after.keys()))


def owner_tag_change(live: Mapping[str, str], value: str | None, own: Any) -> dict[str, str]:
    """
    Return the owner tag to set on a resource that has the tags *live*; empty if the tag has this *value*, or is not there.

    *own* are the tags that the resource declares: one that declares the owner tag's key itself keeps its own value.
    """
    declares_it = isinstance(own, Mapping) and OWNER_TAG in own
    is_other = value is not None and live.get(OWNER_TAG, value) != value
    return {OWNER_TAG: value} if value is not None and is_other and not declares_it else {}


def part_way(before: Mapping[str, str], after: Mapping[str, str], live: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that are owned where a change from *before* to *after* was interrupted, by what is *live* on the resource."""
    kept = {key: value for key, value in before.items() if key in live or key in after}
    return {**kept, **{key: value for key, value in after.items() if live.get(key) == value}}


def merged(defaults: Mapping[str, str], tags: Any) -> Any:
    """Return *tags* with *defaults* below them; what is unknown as a whole, or no map, stays as it is."""
    given = {} if tags is None else tags
    return {**defaults, **given} if isinstance(given, Mapping) else given


def put_tags(control_plane: ControlPlane, arn: str, change: TagChange, before: Mapping[str, str]) -> None:
    """
    Carry out a change, with no call if there is nothing to do; if a call fails, restore what the resource had *before*.

    The engine discards a create or update that failed. Keys that it had added would have no owner if the program is changed
    back.
    """
    may_be_on = False
    try:
        _put(control_plane, arn, change.put)
        may_be_on = bool(change.put)
        _remove(control_plane, arn, change.remove)
    except IvsChatError as error:
        if may_be_on or (change.put and error.retryable):
            with custom_timeouts.finishing():
                left = _restored(control_plane, arn, change.put, before)
            raise _naming(error, arn, left, before) from None
        raise


def live_tags(control_plane: ControlPlane, arn: str) -> dict[str, str]:
    """Return the tags that a resource has now."""
    answer = control_plane.call("ListTagsForResource", region_of(arn), arn, resourceArn=arn)
    return dict(answer["tags"])


def _put(control_plane: ControlPlane, arn: str, tags: Mapping[str, str]) -> None:
    if tags:
        control_plane.call("TagResource", region_of(arn), arn, resourceArn=arn, tags=tags)


def _remove(control_plane: ControlPlane, arn: str, keys: list[str]) -> None:
    if keys:
        control_plane.call("UntagResource", region_of(arn), arn, resourceArn=arn, tagKeys=keys)


def _restored(control_plane: ControlPlane, arn: str, put: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Undo what a failed change may have *put*; return the keys for which that failed."""
    left = list(put)
    try:
        live = live_tags(control_plane, arn)
        left = [key for key in left if live.get(key) == put[key]]
        back = tag_change(owned(live, left), owned(before, left))
        _put(control_plane, arn, back.put)
        left = back.remove
        _remove(control_plane, arn, left)
    except ResourceNotFound:
        return []
    except IvsChatError:
        return left
    return []


def _naming(error: IvsChatError, arn: str, left: list[str], before: Mapping[str, str]) -> IvsChatError:
    """Return the error with the keys that are *left*, and the command that removes those that were not there *before*."""
    message, remedy = error.message, error.remedy
    if not left:
        custom_timeouts.forget("TagResource")
    if left:
        message += f"; it may have added {', '.join(left)}"
    if new := shlex.join(key for key in left if key not in before):
        by_hand = f"aws ivschat untag-resource --region {region_of(arn)} --resource-arn {arn} --tag-keys {new}"
        remedy += f"\nIf you change the program back instead, remove them with `{by_hand}`."
    return error.evolved(message=message, remedy=remedy)
