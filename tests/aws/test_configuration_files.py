"""AWS's shared configuration files that are missing, unusable or misread."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_ivschat.aws import configuration_files


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Name a configuration file and no file of credentials; return the path of the first, which does not exist yet."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_SHARED_CREDENTIALS_FILE", raising=False)
    return tmp_path / "config"


def remedy(profile: str = "ops") -> str:
    return configuration_files.remedy_for_profile(profile, "AWS_PROFILE")


def test_both_files_are_named(file: Path) -> None:
    file.touch()

    assert remedy() == f"Check AWS_PROFILE: the profile must be in {file} or ~/.aws/credentials."


def test_a_file_that_botocore_ignores_is_named_with_the_reason(file: Path) -> None:
    assert remedy().endswith("The file of AWS_CONFIG_FILE does not exist.")
    file.mkdir()
    assert remedy().endswith("AWS_CONFIG_FILE is a directory, and not a file.")


def test_a_profile_with_a_space_needs_quotes() -> None:
    assert '[profile "büro ost"]' in remedy("büro ost")


def test_an_empty_profile_is_to_be_unset() -> None:
    assert remedy(" ").startswith("AWS_PROFILE is empty: unset it")


def test_an_error_of_other_code_is_not_of_these_files() -> None:
    assert not configuration_files.is_misread(AttributeError())
