"""
Programs in Java, run on the real engine with Pulumi's Java host and Maven.

`make test-nightly` builds the host from its Go module, and downloads the packages of Maven: `make setup-java` does so alone.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.conftest import LocalService
from tests.sdk.conftest import HERE, ran, run
from tests.sdk.test_quickstarts import EXAMPLES, LIFE, changes

JAVA = HERE.parents[1] / "build" / "java"
EVERYTHING = HERE / "programs" / "Everything.java"

pytestmark = [pytest.mark.nightly, pytest.mark.xdist_group("sdks")]


@pytest.fixture
def project(generated: tuple[Path, str], tmp_path: Path) -> Path:
    """Return a copy of the quickstart that uses the generated SDK, and no network."""
    if not (JAVA / ".made").exists():
        pytest.fail("Pulumi's Java host is missing: make setup-java")
    folder = tmp_path / "project"
    shutil.copytree(EXAMPLES / "quickstart-java", folder, ignore=shutil.ignore_patterns("target", "Pulumi.*.yaml"))
    pulumi = folder / "Pulumi.yaml"
    pulumi.write_text(pulumi.read_text().replace("../../.venv/bin", str(Path(sys.executable).parent)))
    configure_maven(folder, **{"maven.repo.local": JAVA / "packages", "ivschat.sdk": generated[0] / "java"})
    return folder


def configure_maven(folder: Path, **properties: object) -> None:
    """Add properties to those with which Maven runs in a folder, offline."""
    file = folder / ".mvn" / "maven.config"
    file.parent.mkdir(exist_ok=True)
    present = file.read_text() if file.exists() else "--offline\n--quiet\n"
    file.write_text(present + "".join(f"-D{name}={value}\n" for name, value in properties.items()))


def make_everything_the_program(project: Path) -> Path:
    """Add the program that uses everything to the quickstart's, and return its file."""
    configure_maven(project, **{"exec.mainClass": "quickstart.Everything"})
    return Path(shutil.copy(EVERYTHING, project / "src" / "main" / "java" / "quickstart"))


def life(project: Path, environment: Mapping[str, str], **config: str) -> Mapping[str, object]:
    """Bring a stack up with a configuration, then down, and return its outputs. A program must declare the same twice."""
    environment = {**environment, "PATH": os.pathsep.join([str(JAVA), environment["PATH"]])}

    def pulumi(*arguments: str) -> str:
        return ran("pulumi", "--non-interactive", *arguments, cwd=project, **environment)

    pulumi("stack", "init", "test")
    for key, value in config.items():
        pulumi("config", "set", key.replace("__", ":"), value)
    pulumi("up", "--yes", "--skip-preview")
    outputs: Mapping[str, object] = json.loads(pulumi("stack", "output", "--json"))
    assert "create" not in pulumi("preview", "--diff")
    pulumi("destroy", "--yes", "--skip-preview")
    return outputs


def test_the_java_quickstart_comes_up_and_goes(
    project: Path, engine_environment: Mapping[str, str], service: LocalService
) -> None:
    settings = {"ivschat__region": "us-west-2", "ivschat__endpointUrl": service.url}

    outputs = life(project, engine_environment, **settings)

    assert all(str(arn).startswith("arn:aws:ivschat:us-west-2:") for arn in outputs.values())
    assert changes(service) == LIFE


def test_a_program_that_uses_everything_runs_with_explicit_providers(
    project: Path, engine_environment: Mapping[str, str], service: LocalService
) -> None:
    make_everything_the_program(project)

    outputs = life(project, engine_environment, endpointUrl=service.url)

    expected = {"length": 121, "found": 1, "bucket": "chat-archive", "cost": "4711", "token": "[secret]"}
    assert {name: outputs[name] for name in expected} == expected
    assert outputs.keys() == {*expected, "allTags", "states", "names", "deployer", "issuer", "moderator"}


def test_an_argument_of_another_type_is_an_error_of_the_compiler(project: Path) -> None:
    program = make_everything_the_program(project)
    program.write_text(program.read_text().replace("maximumMessageLength(120)", 'maximumMessageLength("many")'))

    result = run("mvn", "--batch-mode", "-Dstyle.color=never", "compile", cwd=project)

    assert result.returncode != 0
    assert "incompatible types" in result.stdout or "no suitable method found" in result.stdout
