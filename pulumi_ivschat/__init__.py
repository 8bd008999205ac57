"""
Amazon IVS Chat as code: Pulumi resources in plain Python.

Three kinds of code use it. A Pulumi program imports the names below, which live in `program`. Pulumi's dynamic host calls
`host`, by the name `dynamic.provider_for` in the state. An application imports `runtime`, `iam` and `errors`, and loads no
Pulumi: each name below is loaded on first use.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pulumi_ivschat.errors import (
        AccessDenied as AccessDenied,
        Conflict as Conflict,
        CredentialsError as CredentialsError,
        FailedState as FailedState,
        InternalServerError as InternalServerError,
        Invalid as Invalid,
        IvsChatError as IvsChatError,
        LostAnswer as LostAnswer,
        PendingVerification as PendingVerification,
        Refused as Refused,
        ResourceNotFound as ResourceNotFound,
        ServiceQuotaExceeded as ServiceQuotaExceeded,
        SettingsError as SettingsError,
        TagTaken as TagTaken,
        Throttling as Throttling,
        TimedOut as TimedOut,
        UnreachableError as UnreachableError,
    )
    from pulumi_ivschat.program.chat_tokens import (
        ChatGrantArgs as ChatGrantArgs,
        ChatTokens as ChatTokens,
        ChatTokensArgs as ChatTokensArgs,
        CreateChatTokenResult as CreateChatTokenResult,
        create_chat_token_output as create_chat_token_output,
    )
    from pulumi_ivschat.program.logging_configuration import (
        CloudWatchLogsArgs as CloudWatchLogsArgs,
        DestinationConfigurationArgs as DestinationConfigurationArgs,
        FirehoseArgs as FirehoseArgs,
        LoggingConfiguration as LoggingConfiguration,
        LoggingConfigurationArgs as LoggingConfigurationArgs,
        S3Args as S3Args,
    )
    from pulumi_ivschat.program.lookups import (
        LoggingConfigurationResult as LoggingConfigurationResult,
        RoomResult as RoomResult,
        RoomSummary as RoomSummary,
        get_logging_configuration as get_logging_configuration,
        get_logging_configuration_output as get_logging_configuration_output,
        get_room as get_room,
        get_room_output as get_room_output,
        list_logging_configurations as list_logging_configurations,
        list_logging_configurations_output as list_logging_configurations_output,
        list_rooms as list_rooms,
        list_rooms_output as list_rooms_output,
        list_tags_for_resource as list_tags_for_resource,
        list_tags_for_resource_output as list_tags_for_resource_output,
    )
    from pulumi_ivschat.program.policies import (
        issuer_policy_output as issuer_policy_output,
        moderator_policy_output as moderator_policy_output,
    )
    from pulumi_ivschat.program.room import (
        MessageReviewHandlerArgs as MessageReviewHandlerArgs,
        Room as Room,
        RoomArgs as RoomArgs,
    )
    from pulumi_ivschat.program.tag_set import (
        TagSet as TagSet,
        TagSetArgs as TagSetArgs,
    )

_HOMES: Final[Mapping[str, tuple[str, ...]]] = {
    "errors": (
        "AccessDenied",
        "Conflict",
        "CredentialsError",
        "FailedState",
        "InternalServerError",
        "Invalid",
        "IvsChatError",
        "LostAnswer",
        "PendingVerification",
        "Refused",
        "ResourceNotFound",
        "ServiceQuotaExceeded",
        "SettingsError",
        "TagTaken",
        "Throttling",
        "TimedOut",
        "UnreachableError",
    ),
    "program.chat_tokens": (
        "ChatGrantArgs",
        "ChatTokens",
        "ChatTokensArgs",
        "CreateChatTokenResult",
        "create_chat_token_output",
    ),
    "program.logging_configuration": (
        "CloudWatchLogsArgs",
        "DestinationConfigurationArgs",
        "FirehoseArgs",
        "LoggingConfiguration",
        "LoggingConfigurationArgs",
        "S3Args",
    ),
    "program.lookups": (
        "LoggingConfigurationResult",
        "RoomResult",
        "RoomSummary",
        "get_logging_configuration",
        "get_logging_configuration_output",
        "get_room",
        "get_room_output",
        "list_logging_configurations",
        "list_logging_configurations_output",
        "list_rooms",
        "list_rooms_output",
        "list_tags_for_resource",
        "list_tags_for_resource_output",
    ),
    "program.policies": (
        "issuer_policy_output",
        "moderator_policy_output",
    ),
    "program.room": (
        "MessageReviewHandlerArgs",
        "Room",
        "RoomArgs",
    ),
    "program.tag_set": (
        "TagSet",
        "TagSetArgs",
    ),
}
"""The names of each module; type checkers read the imports above instead."""

_HOME: Final = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name == "__all__":  # `from pulumi_ivschat import *` asks for it
        return sorted(_HOME)
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(_HOME)
