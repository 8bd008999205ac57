"""The examples as people run them: their Pulumi programs by the real engine, their servers in processes of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import REGION, LocalService
from tests.engine.conftest import Stack, environment, home

__all__ = ["environment", "home"]

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def deployed(environment: Mapping[str, str], tmp_path: Path) -> Callable[[str, LocalService], Stack]:
    """Give a function that brings an example's stack up in a local service."""

    def up(example: str, service: LocalService) -> Stack:
        project = shutil.copytree(EXAMPLES / example, tmp_path / example)
        config = f"config:\n  ivschat:region: {REGION}\n  ivschat:endpointUrl: {service.url}\n"
        (project / "Pulumi.demo.yaml").write_text(config)
        stack = Stack(project, environment)
        stack.run("stack", "init", "demo")
        stack.up()
        return stack

    return up
