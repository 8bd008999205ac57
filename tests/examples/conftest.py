"""The examples as people run them: their Pulumi programs by the real engine, their servers in processes of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import REGION, LocalService
from tests.engine.conftest import Stack, environment, home, keys, new_environment
from tests.engine.environments import quick
from tests.examples.fleets import Fleet
from tests.examples.forge import Forge

__all__ = ["checkout", "ci", "deployed", "environment", "fleet", "forge", "home", "keys", "new_environment"]

EXAMPLES = Path(__file__).parents[2] / "examples"
PACKAGES = Path(__file__).parents[1] / "clients" / "node_modules"
"""Node packages, as `npm install` in an example installs them."""


@pytest.fixture
def deployed(environment: Mapping[str, str], tmp_path: Path) -> Callable[[str, LocalService], Stack]:
    """Return a function that brings an example's stack up in a local service."""

    def up(example: str, service: LocalService) -> Stack:
        project = shutil.copytree(EXAMPLES / example, tmp_path / example)
        config = f"config:\n  ivschat:region: {REGION}\n  ivschat:endpointUrl: {service.url}\n"
        (project / "Pulumi.demo.yaml").write_text(config)
        stack = Stack(project, environment)
        stack.run("stack", "init", "demo")
        stack.up()
        return stack

    return up


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """Return a stand-in for what GitHub or GitLab holds."""
    forge = Forge(tmp_path / "forge")
    forge.install()
    return forge


@pytest.fixture
def ci(environment: Mapping[str, str], service: LocalService, forge: Forge) -> dict[str, str]:
    """Return a runner's environment: the local service stands if AWS does, and pip asks no index."""
    return {
        **environment,
        "PATH": f"{forge.directory / 'bin'}:{environment['PATH']}",
        "AWS_ENDPOINT_URL_IVSCHAT": service.url,
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout of the repository that examples/gitops is."""
    return Path(shutil.copytree(EXAMPLES / "gitops", tmp_path / "chat"))


@pytest.fixture
def fleet(tmp_path: Path, ci: Mapping[str, str]) -> Fleet:
    """Return a copy of the example."""
    return Fleet(Path(shutil.copytree(EXAMPLES / "fleet", tmp_path / "fleet")), quick(ci))
