"""The settings of the stack whose program is running."""

from __future__ import annotations

from pulumi.runtime import config

from pulumi_ivschat import settings
from pulumi_ivschat.settings import Settings


def stack_settings() -> Settings:
    """
    Read the settings out of the configuration of the running program's stack; outside of a program there are none set.

    Raises SettingsError as `settings.from_config` does.
    """
    return settings.from_config({**config.get_config_env(), **config.CONFIG.get()})
