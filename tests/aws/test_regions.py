"""The region of what names none: the stack's, the environment's, the profile's."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_ivschat.aws.regions import resolved_region
from pulumi_ivschat.settings import Connection, Settings


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return an environment in which AWS's chain knows one profile, `chat`."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text("[profile chat]\nregion = ap-south-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return monkeypatch


def test_the_region_comes_from_the_stack_first(bare: pytest.MonkeyPatch) -> None:
    bare.setenv("AWS_REGION", "eu-west-1")

    assert resolved_region(Settings("us-west-2")) == "us-west-2"


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_region_comes_from_the_environment_next(bare: pytest.MonkeyPatch, variable: str) -> None:
    bare.setenv(variable, "eu-west-1")

    assert resolved_region(Settings(connection=Connection(profile="chat"))) == "eu-west-1"


def test_the_region_comes_from_the_profile_last(bare: pytest.MonkeyPatch) -> None:
    del bare

    assert resolved_region(Settings(connection=Connection(profile="chat"))) == "ap-south-1"
    assert resolved_region(Settings(connection=Connection(profile="nobody"))) is None
    assert resolved_region(Settings()) is None
