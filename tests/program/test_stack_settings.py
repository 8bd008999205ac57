"""The running program's settings."""

from __future__ import annotations

import json
from contextvars import copy_context

import pulumi
import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.program.stack_settings import stack_settings
from pulumi_ivschat.settings import Connection, Settings


def test_the_programs_configuration_is_read_and_goes_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"ivschat:region": "eu-west-1", "ivschat:maxAttempts": "2"}))

    def program() -> Settings:
        pulumi.runtime.set_all_config({"ivschat:region": "us-west-2", "chat:unrelated": "1"})
        return stack_settings()

    assert copy_context().run(program) == Settings(region="us-west-2", connection=Connection(max_attempts=2))


def test_wrong_settings_are_an_error() -> None:
    def program() -> None:
        pulumi.runtime.set_all_config({"ivschat:regoin": "us-west-2"})
        stack_settings()

    with pytest.raises(SettingsError, match="unknown setting ivschat:regoin"):
        copy_context().run(program)


def test_outside_of_a_program_nothing_is_set() -> None:
    assert stack_settings() == Settings()
