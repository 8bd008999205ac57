"""LoggingConfiguration: its arguments and outputs beside what AWS's service model has."""

from __future__ import annotations

import inspect

import pytest

from pulumi_ivschat.lifecycle.logging_configuration import LOGGING_CONFIGURATION
from pulumi_ivschat.model.service_model import operations, shape, snake_case
from pulumi_ivschat.program import logging_configuration
from pulumi_ivschat.program.logging_configuration import (
    CloudWatchLogsArgs,
    DestinationConfigurationArgs,
    FirehoseArgs,
    LoggingConfiguration,
    LoggingConfigurationArgs,
    S3Args,
)

OURS = {"region", "timeout_seconds"}


def members(name: str) -> set[str]:
    return {snake_case(member) for member in shape(name).members}


def test_the_arguments_are_all_that_create_logging_configuration_takes_and_ours() -> None:
    assert set(LoggingConfigurationArgs.__annotations__) == members("CreateLoggingConfigurationRequest") | OURS


@pytest.mark.parametrize(
    ("args", "name"),
    [
        (DestinationConfigurationArgs, "DestinationConfiguration"),
        (S3Args, "S3DestinationConfiguration"),
        (CloudWatchLogsArgs, "CloudWatchLogsDestinationConfiguration"),
        (FirehoseArgs, "FirehoseDestinationConfiguration"),
    ],
)
def test_the_nested_arguments_are_those_of_the_service_model(args: type, name: str) -> None:
    assert set(args.__annotations__) == members(name)


def test_the_outputs_are_all_that_get_logging_configuration_answers_and_ours() -> None:
    answered = {snake_case(member) for member in operations()["GetLoggingConfiguration"].output.members}

    ours = {"logging_configuration_id", "tags_all", "owner_tag", *OURS}
    assert set(LoggingConfiguration._outputs) == answered - {"id", "arn"} | ours  # noqa: SLF001


@pytest.mark.parametrize(
    "args", [LoggingConfigurationArgs, DestinationConfigurationArgs, S3Args, CloudWatchLogsArgs, FirehoseArgs]
)
def test_every_argument_is_described_where_an_editor_looks(args: type) -> None:
    source = inspect.getsource(args)

    assert source.count('"""') == 2 + 2 * len(args.__annotations__)


def test_the_default_in_the_docstring_is_the_one_in_force() -> None:
    source = inspect.getsource(logging_configuration.LoggingConfigurationArgs)

    assert f"Default: {LOGGING_CONFIGURATION.defaults['timeout_seconds']}." in source


def test_the_type_in_peoples_state_never_changes() -> None:
    assert LoggingConfiguration._resource_type_name == "dynamic/ivschat:LoggingConfiguration"  # noqa: SLF001
