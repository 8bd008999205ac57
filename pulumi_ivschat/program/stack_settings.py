"""The settings of the stack whose program is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pulumi.runtime import config

if TYPE_CHECKING:
    from pulumi_ivschat.settings import Settings


def stack_settings() -> Settings:
    """
    Read the settings out of the configuration of the running program's stack; outside of a program there are none set.

    Raises SettingsError as `settings.from_config` does.
    """
    from pulumi_ivschat import settings  # noqa: PLC0415  a program that only declares resources does not need them

    return settings.from_config({**config.get_config_env(), **config.CONFIG.get()})


def default_tags_are_secret() -> bool:
    """Return whether the stack's default tags are a secret, as a whole or in part."""
    return config.is_config_secret("ivschat:defaultTags")
