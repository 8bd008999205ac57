"""Room: a chat room, its limits, its review handler, its logging and its tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypedDict

import pulumi

from pulumi_ivschat.program.resource import OwnedResource

if TYPE_CHECKING:
    from typing_extensions import Unpack


class MessageReviewHandlerArgs(TypedDict, total=False):
    """The Lambda function that reviews each message before it is delivered."""

    uri: pulumi.Input[str | None]
    """ARN of the function, in the room's account and region; "" or omitted: no handler."""
    fallback_result: pulumi.Input[Literal["ALLOW", "DENY"] | str | None]  # noqa: PYI051  editors complete it
    """What happens to a message when the function fails or takes over 200 ms. Default: ALLOW."""


class RoomArgs(TypedDict, total=False):
    """The inputs of a Room. An input that is omitted, None or removed later has AWS's default."""

    name: pulumi.Input[str | None]
    """Letters, digits, - and _, at most 128; need not be unique. Default: the resource name."""
    maximum_message_length: pulumi.Input[int | None]
    """Characters (code points) in one message, 1 to 500. Default: 500."""
    maximum_message_rate_per_second: pulumi.Input[int | None]
    """Messages a second in the room, from all clients together, 1 to 100. Default: 10."""
    message_review_handler: pulumi.Input[MessageReviewHandlerArgs | None]
    """The function that reviews messages. Default: none."""
    logging_configuration_identifiers: pulumi.Input[Sequence[pulumi.Input[str]] | None]
    """ARNs of up to 3 logging configurations, in any order. Default: none."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None]
    """Tags this room owns, with the stack's default tags below them; other keys on the room are left alone."""
    region: pulumi.Input[str | None]
    """AWS region; another one replaces the room. Default: ivschat:region, aws:region, then AWS's own chain."""


class Room(OwnedResource, module="ivschat", name="Room", derived=["room_id", "message_review_handler"]):
    """
    A chat room.

        lobby = Room("lobby", maximum_message_length=200, tags={"team": "chat"})
        pulumi.export("lobby", lobby.arn)

    All properties but `region` change in place. Its Pulumi id is its ARN.
    """

    _may_be_reviewed = True  # also of what `get` looks up

    name: pulumi.Output[str]
    """Its name, which other rooms may have too."""
    maximum_message_length: pulumi.Output[int]
    """How many characters (code points) one message may have."""
    maximum_message_rate_per_second: pulumi.Output[int]
    """How many messages all clients together may send in a second."""
    logging_configuration_identifiers: pulumi.Output[list[str]]
    """ARNs of the logging configurations that record it."""
    tags: pulumi.Output[dict[str, str]]
    """The tags that this room owns: its own and the stack's default ones."""
    tags_all: pulumi.Output[dict[str, str]]
    """All tags on the room, the owner tag and other people's included: a secret, since any of them may be one."""
    region: pulumi.Output[str]
    """Its AWS region."""
    create_time: pulumi.Output[str]
    """When the room was made, as `2026-01-31T08:00:00.123Z`."""
    update_time: pulumi.Output[str]
    """When its settings last changed, in the same form."""
    owner_tag: pulumi.Output[str]
    """The owner tag that it carries, `project/stack/resource name`; "" if it carries none."""

    def __init__(
        self, resource_name: str, opts: pulumi.ResourceOptions | None = None, **args: Unpack[RoomArgs]
    ) -> None:
        """Declare a room; *resource_name* is Pulumi's name for it, and the room's own where `name` is omitted."""
        self._declare(resource_name, args, opts)
        self._may_be_reviewed = args.get("message_review_handler") is not None

    @property
    def message_review_handler(self) -> pulumi.Output[dict[str, str] | None]:
        """The handler, `{"uri": …, "fallback_result": …}`, or None."""
        registered: pulumi.Output[dict[str, str] | None] = vars(self)["message_review_handler"]
        none: Callable[[str], dict[str, str] | None] = lambda _: None  # noqa: E731
        return registered if self._may_be_reviewed else self._known_with_arn("message_review_handler", none)

    @property
    def room_id(self) -> pulumi.Output[str]:
        """The 12 characters at the end of the ARN (`id` in the API), known in previews of updates."""
        return self._from_arn("room_id")
