"""
Amazon IVS Chat as code: Pulumi resources in plain Python.

The names below are loaded on first use, so that a program pays for what it uses: one that issues chat tokens never
loads Pulumi.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pulumi_ivschat.chat_tokens import (
        ChatGrantArgs as ChatGrantArgs,
        ChatTokens as ChatTokens,
        ChatTokensArgs as ChatTokensArgs,
        CreateChatTokenResult as CreateChatTokenResult,
        create_chat_token_output as create_chat_token_output,
    )
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
    from pulumi_ivschat.logging_configuration import (
        CloudWatchLogsArgs as CloudWatchLogsArgs,
        DestinationConfigurationArgs as DestinationConfigurationArgs,
        FirehoseArgs as FirehoseArgs,
        LoggingConfiguration as LoggingConfiguration,
        LoggingConfigurationArgs as LoggingConfigurationArgs,
        S3Args as S3Args,
    )
    from pulumi_ivschat.lookups import (
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
    from pulumi_ivschat.policies import (
        issuer_policy_output as issuer_policy_output,
        moderator_policy_output as moderator_policy_output,
    )
    from pulumi_ivschat.room import (
        MessageReviewHandlerArgs as MessageReviewHandlerArgs,
        Room as Room,
        RoomArgs as RoomArgs,
    )
    from pulumi_ivschat.tag_set import TagSet as TagSet, TagSetArgs as TagSetArgs

_HOME: Final = {
    "AccessDenied": "errors",
    "ChatGrantArgs": "chat_tokens",
    "ChatTokens": "chat_tokens",
    "ChatTokensArgs": "chat_tokens",
    "CloudWatchLogsArgs": "logging_configuration",
    "Conflict": "errors",
    "CreateChatTokenResult": "chat_tokens",
    "CredentialsError": "errors",
    "DestinationConfigurationArgs": "logging_configuration",
    "FailedState": "errors",
    "FirehoseArgs": "logging_configuration",
    "InternalServerError": "errors",
    "Invalid": "errors",
    "IvsChatError": "errors",
    "LoggingConfiguration": "logging_configuration",
    "LoggingConfigurationArgs": "logging_configuration",
    "LoggingConfigurationResult": "lookups",
    "MessageReviewHandlerArgs": "room",
    "LostAnswer": "errors",
    "PendingVerification": "errors",
    "Refused": "errors",
    "ResourceNotFound": "errors",
    "Room": "room",
    "RoomArgs": "room",
    "RoomResult": "lookups",
    "RoomSummary": "lookups",
    "S3Args": "logging_configuration",
    "ServiceQuotaExceeded": "errors",
    "SettingsError": "errors",
    "TagSet": "tag_set",
    "TagSetArgs": "tag_set",
    "TagTaken": "errors",
    "Throttling": "errors",
    "TimedOut": "errors",
    "UnreachableError": "errors",
    "create_chat_token_output": "chat_tokens",
    "get_logging_configuration": "lookups",
    "get_logging_configuration_output": "lookups",
    "get_room": "lookups",
    "get_room_output": "lookups",
    "issuer_policy_output": "policies",
    "list_logging_configurations": "lookups",
    "list_logging_configurations_output": "lookups",
    "list_rooms": "lookups",
    "list_rooms_output": "lookups",
    "list_tags_for_resource": "lookups",
    "list_tags_for_resource_output": "lookups",
    "moderator_policy_output": "policies",
}

# Written out, since checkers read it and do not run it.
__all__ = [
    "AccessDenied",
    "ChatGrantArgs",
    "ChatTokens",
    "ChatTokensArgs",
    "CloudWatchLogsArgs",
    "Conflict",
    "CreateChatTokenResult",
    "CredentialsError",
    "DestinationConfigurationArgs",
    "FailedState",
    "FirehoseArgs",
    "InternalServerError",
    "Invalid",
    "IvsChatError",
    "LoggingConfiguration",
    "LoggingConfigurationArgs",
    "LoggingConfigurationResult",
    "LostAnswer",
    "MessageReviewHandlerArgs",
    "PendingVerification",
    "Refused",
    "ResourceNotFound",
    "Room",
    "RoomArgs",
    "RoomResult",
    "RoomSummary",
    "S3Args",
    "ServiceQuotaExceeded",
    "SettingsError",
    "TagSet",
    "TagSetArgs",
    "TagTaken",
    "Throttling",
    "TimedOut",
    "UnreachableError",
    "create_chat_token_output",
    "get_logging_configuration",
    "get_logging_configuration_output",
    "get_room",
    "get_room_output",
    "issuer_policy_output",
    "list_logging_configurations",
    "list_logging_configurations_output",
    "list_rooms",
    "list_rooms_output",
    "list_tags_for_resource",
    "list_tags_for_resource_output",
    "moderator_policy_output",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
