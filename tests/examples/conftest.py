"""The examples, run by the real engine on a local service."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import LocalService
from tests.engine.conftest import environment, home
from tests.examples.forge import Forge

__all__ = ["checkout", "ci", "environment", "forge", "home"]

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """Give a stand-in for what GitHub or GitLab holds."""
    forge = Forge(tmp_path / "forge")
    forge.install()
    return forge


@pytest.fixture
def ci(environment: Mapping[str, str], service: LocalService, forge: Forge) -> dict[str, str]:
    """Give a runner's environment: the local service stands where AWS does, and pip asks no index."""
    return {
        **environment,
        "PATH": f"{forge.directory / 'bin'}:{environment['PATH']}",
        "AWS_ENDPOINT_URL_IVSCHAT": service.url,
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Give a checkout of the repository that examples/gitops is."""
    return Path(shutil.copytree(EXAMPLES / "gitops", tmp_path / "chat"))
