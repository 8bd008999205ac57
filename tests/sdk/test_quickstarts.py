"""
The quickstarts in TypeScript and Go, run on the real engine.

Pulumi's language hosts are not on the Go module proxy. With Pulumi's Automation API a program runs in its own process, and
needs none: the engine, the generated SDK and the plug-in are the real ones.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import LocalService
from tests.sdk.conftest import HERE, OFFLINE, ran
from tools.engine import generate_sdks, install

EXAMPLES = HERE.parents[1] / "examples"
AUTOMATION = HERE / "automation"
LIFE = ["CreateRoom", "CreateRoom", "DeleteRoom", "DeleteRoom", "TagResource", "UntagResource"]

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("sdks")]


def changes(service: LocalService) -> list[str]:
    """Return the calls that changed something, sorted."""
    return sorted(call for call in service.calls() if not call.startswith(("Get", "List")))


@pytest.mark.nightly
def test_the_typescript_quickstart_comes_up_and_goes(
    generated: tuple[Path, str], engine_environment: Mapping[str, str], service: LocalService, tmp_path: Path
) -> None:
    sdk, example = tmp_path / "sdk", tmp_path / "example"
    shutil.copytree(generated[0] / "nodejs", sdk)
    generate_sdks.compile_typescript(sdk)
    shutil.copytree(
        EXAMPLES / "quickstart-typescript", example, ignore=shutil.ignore_patterns("node_modules", "Pulumi.*")
    )
    _link_packages(example / "node_modules", sdk / "bin")
    ran("node_modules/typescript/bin/tsc", "--project", ".", cwd=example)

    ran("node", AUTOMATION / "up.mjs", cwd=example, SERVICE_URL=service.url, **engine_environment)

    assert changes(service) == LIFE


def _link_packages(node_modules: Path, sdk: Path) -> None:
    node_modules.mkdir()
    for package in generate_sdks.NODE_MODULES.iterdir():
        (node_modules / package.name).symlink_to(package)
    (node_modules / "@pulumi-ivschat").mkdir()
    (node_modules / "@pulumi-ivschat" / "ivschat").symlink_to(sdk)


@pytest.mark.nightly
def test_the_go_quickstart_comes_up_and_goes(
    generated: tuple[Path, str], engine_environment: Mapping[str, str], service: LocalService, tmp_path: Path
) -> None:
    module = tmp_path / "example"
    shutil.copytree(AUTOMATION, module)
    shutil.copy(EXAMPLES / "quickstart-go" / "main.go", module)
    environment = {**engine_environment, **install.GO_ENVIRONMENT, **OFFLINE, "SERVICE_URL": service.url}
    replaced = f"example.com/pulumi-ivschat/sdk/go={generated[0] / 'go'}"
    ran("go", "mod", "edit", "-replace", replaced, cwd=module, **environment)

    ran("go", "test", "-trimpath", ".", cwd=module, **environment)

    assert changes(service) == LIFE


def test_the_go_quickstart_is_vetted_with_the_versions_of_its_own(generated: tuple[Path, str], tmp_path: Path) -> None:
    module = tmp_path / "quickstart-go"
    shutil.copytree(EXAMPLES / "quickstart-go", module)
    replaced = f"example.com/pulumi-ivschat/sdk/go={generated[0] / 'go'}"
    environment = {**install.GO_ENVIRONMENT, **OFFLINE}
    ran("go", "mod", "edit", "-replace", replaced, cwd=module, **environment)

    ran("go", "vet", "-trimpath", ".", cwd=module, **environment)
