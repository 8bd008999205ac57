"""
Amazon IVS Chat as code: Pulumi resources in plain Python.

The names below are loaded on first use, so that a program pays for what it uses: one that issues chat tokens never
loads Pulumi.
"""

from __future__ import annotations

import importlib
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
    from pulumi_ivschat.room import (
        MessageReviewHandlerArgs as MessageReviewHandlerArgs,
        Room as Room,
        RoomArgs as RoomArgs,
    )
    from pulumi_ivschat.tag_set import TagSet as TagSet, TagSetArgs as TagSetArgs

_HOME: Final = {
    "AccessDenied": "errors",
    "CloudWatchLogsArgs": "logging_configuration",
    "Conflict": "errors",
    "CredentialsError": "errors",
    "DestinationConfigurationArgs": "logging_configuration",
    "FailedState": "errors",
    "FirehoseArgs": "logging_configuration",
    "InternalServerError": "errors",
    "Invalid": "errors",
    "IvsChatError": "errors",
    "LoggingConfiguration": "logging_configuration",
    "LoggingConfigurationArgs": "logging_configuration",
    "MessageReviewHandlerArgs": "room",
    "PendingVerification": "errors",
    "Refused": "errors",
    "ResourceNotFound": "errors",
    "Room": "room",
    "RoomArgs": "room",
    "S3Args": "logging_configuration",
    "ServiceQuotaExceeded": "errors",
    "SettingsError": "errors",
    "TagSet": "tag_set",
    "TagSetArgs": "tag_set",
    "TagTaken": "errors",
    "Throttling": "errors",
    "TimedOut": "errors",
    "UnreachableError": "errors",
}

# Written out, since checkers read it and do not run it.
__all__ = [
    "AccessDenied",
    "CloudWatchLogsArgs",
    "Conflict",
    "CredentialsError",
    "DestinationConfigurationArgs",
    "FailedState",
    "FirehoseArgs",
    "InternalServerError",
    "Invalid",
    "IvsChatError",
    "LoggingConfiguration",
    "LoggingConfigurationArgs",
    "MessageReviewHandlerArgs",
    "PendingVerification",
    "Refused",
    "ResourceNotFound",
    "Room",
    "RoomArgs",
    "S3Args",
    "ServiceQuotaExceeded",
    "SettingsError",
    "TagSet",
    "TagSetArgs",
    "TagTaken",
    "Throttling",
    "TimedOut",
    "UnreachableError",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)


def __dir__() -> list[str]:
    return __all__
