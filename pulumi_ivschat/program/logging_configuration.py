"""LoggingConfiguration: where the messages and events of rooms are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypedDict

import pulumi

from pulumi_ivschat.program.resource import OwnedResource

if TYPE_CHECKING:
    from typing_extensions import Unpack


class S3Args(TypedDict):
    """An S3 bucket."""

    bucket_name: pulumi.Input[str]
    """Name of the bucket: 3 to 63 lower-case letters, digits, - and dots."""


class CloudWatchLogsArgs(TypedDict):
    """A log group of CloudWatch Logs."""

    log_group_name: pulumi.Input[str]
    """Name of the log group: 1 to 512 letters, digits and . - _ / #."""


class FirehoseArgs(TypedDict):
    """A delivery stream of Firehose."""

    delivery_stream_name: pulumi.Input[str]
    """Name of the stream, which has the tag LogDeliveryEnabled=true: 1 to 64 letters, digits and _ . -."""


class DestinationConfigurationArgs(TypedDict, total=False):
    """Where records go: exactly one of these."""

    s3: pulumi.Input[S3Args | None]
    """An S3 bucket; records arrive after about 5 minutes."""
    cloud_watch_logs: pulumi.Input[CloudWatchLogsArgs | None]
    """A log group of CloudWatch Logs; records arrive after about 10 seconds."""
    firehose: pulumi.Input[FirehoseArgs | None]
    """A delivery stream of Firehose; records arrive after about 10 seconds."""


class LoggingConfigurationArgs(TypedDict, total=False):
    """The inputs of a LoggingConfiguration; `destination_configuration` is required."""

    name: pulumi.Input[str | None]
    """Letters, digits, - and _, at most 128; need not be unique. Default: the resource name."""
    destination_configuration: pulumi.Input[DestinationConfigurationArgs]
    """Where records go; another destination, of another type too, changes in place."""
    tags: pulumi.Input[Mapping[str, pulumi.Input[str]] | None]
    """Tags it owns, with the stack's default tags below them; other keys on it are left alone."""
    region: pulumi.Input[str | None]
    """AWS region; another one replaces it. Default: ivschat:region, aws:region, then AWS's own chain."""
    timeout_seconds: pulumi.Input[int | None]
    """Seconds to wait for AWS to make, change or delete it, which Pulumi's custom timeouts cannot say. Default: 120."""


class LoggingConfiguration(
    OwnedResource, module="ivschat", name="LoggingConfiguration", derived=["logging_configuration_id"]
):
    """
    Where the messages and events of rooms are recorded.

        archive = LoggingConfiguration("archive", destination_configuration={"s3": {"bucket_name": "chat-archive"}})
        Room("lobby", logging_configuration_identifiers=[archive.arn])

    A room may have three, and one may serve many rooms. All properties but `region` change in place. It is made, changed
    or deleted once AWS reports it. Its Pulumi id is its ARN.
    """

    name: pulumi.Output[str]
    """Its name, which others may have too."""
    destination_configuration: pulumi.Output[dict[str, dict[str, str]]]
    """The destination, such as `{"s3": {"bucket_name": …}}`."""
    tags: pulumi.Output[dict[str, str]]
    """The tags that it owns: its own and the stack's default ones."""
    tags_all: pulumi.Output[dict[str, str]]
    """All tags on it, the owner tag and other people's included: a secret, since any of them may be one."""
    region: pulumi.Output[str]
    """Its AWS region."""
    timeout_seconds: pulumi.Output[int]
    state: pulumi.Output[str]
    """ACTIVE, or what a refresh found instead; the next `up` then sends the destination once more."""
    create_time: pulumi.Output[str]
    """When it was made, as `2026-01-31T08:00:00.123Z`."""
    update_time: pulumi.Output[str]
    """When its settings last changed, in the same form."""
    owner_tag: pulumi.Output[str]
    """The owner tag that it carries, `project/stack/resource name`; "" if it carries none."""

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **args: Unpack[LoggingConfigurationArgs],
    ) -> None:
        """Declare one; *resource_name* is Pulumi's name for it, and its own where `name` is omitted."""
        self._declare(resource_name, args, opts)

    @property
    def logging_configuration_id(self) -> pulumi.Output[str]:
        """The 12 characters at the end of the ARN (`id` in the API), known in previews of updates."""
        return self._from_arn("logging_configuration_id")
