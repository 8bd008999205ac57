"""The SDKs that Pulumi's generators make of the committed schema."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_ivschat.model import native
from tools.engine import generate_sdks, install

HERE = Path(__file__).parent
OFFLINE = {"GOPROXY": "off"}
"""For Go commands: `make test-setup` has downloaded what they need."""


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )


def ran(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Run a command that must succeed, and return what it printed."""
    result = run(*command, cwd=cwd, **environment)
    assert result.returncode == 0, result.stdout
    return result.stdout


def generate(schema: Path, directory: Path) -> subprocess.CompletedProcess[str]:
    """Generate the SDKs from a schema."""
    code = f"from tools.engine import generate_sdks as sdks; sdks.generate({str(schema)!r}, {str(directory)!r})"
    return run(sys.executable, "-c", code, cwd=install.HERE.parents[1], **OFFLINE)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Return the folder with the SDKs, and what the generators printed."""
    directory = tmp_path_factory.mktemp("sdks")
    result = generate(native.SCHEMA_FILE, directory)
    assert result.returncode == 0, result.stdout
    return directory, result.stdout.removeprefix(f"{generate_sdks.COMPILING}\n")


@pytest.fixture
def engine_environment(tmp_path: Path) -> Mapping[str, str]:
    """Return the environment of a program that runs itself on the engine: an empty home, with the plug-in on the PATH."""
    for name in ("home", "state"):
        (tmp_path / name).mkdir()
    programs = (install.LINKS, Path(sys.executable).parent)
    return {
        "PATH": os.pathsep.join([*map(str, programs), os.environ["PATH"]]),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
