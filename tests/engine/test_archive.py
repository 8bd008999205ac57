"""The archive of the native plug-in, on a machine without Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.conftest import LocalService
from tests.engine.conftest import Stack

pytestmark = [pytest.mark.long, pytest.mark.xdist_group("archive")]  # one worker builds it: builds share a folder

ROOT = Path(__file__).parents[2]
ENGINE = ("pulumi", "pulumi-language-yaml")
LARGEST = 60_000_000


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the archive, built for this test."""
    builder = ROOT / ".venv-plugin" / "bin" / "python"
    command = [str(builder), "-m", "tools.plugin.build", str(tmp_path_factory.mktemp("dist"))]
    built = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return Path(built.stdout.splitlines()[-1])


@pytest.fixture
def bare(tmp_path: Path) -> Stack:
    """Return a stack of the quickstart in YAML in an empty home, with the engine on the PATH and nothing else."""
    home, programs, project = (tmp_path / name for name in ("home", "bin", "quickstart"))
    for folder in (home, programs):
        folder.mkdir()
    for program in ENGINE:
        (programs / program).symlink_to(ROOT / ".engine" / program)
    shutil.copytree(ROOT / "examples" / "quickstart-yaml", project, ignore=shutil.ignore_patterns("Pulumi.*.yaml"))
    document = yaml.safe_load((project / "Pulumi.yaml").read_text())
    del document["plugins"]
    (project / "Pulumi.yaml").write_text(yaml.safe_dump(document, sort_keys=False))
    return Stack(project, _environment(home, programs, tmp_path / "state"))


def _environment(home: Path, programs: Path, state: Path) -> dict[str, str]:
    state.mkdir()
    return {
        "HOME": str(home),
        "PATH": str(programs),
        "PULUMI_HOME": str(home / ".pulumi"),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def _run(stack: Stack, *arguments: str, code: int = 0) -> str:
    pulumi = Path(stack.environment["PATH"]) / "pulumi"
    ran = subprocess.run(
        [pulumi, "--non-interactive", *arguments],
        check=False,
        cwd=stack.directory,
        env={**stack.environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def _install(stack: Stack, archive: Path) -> None:
    """Install the archive's version, and make a stack."""
    version = archive.name.split("-v")[1].split("-")[0]
    _run(stack, "plugin", "install", "resource", "ivschat", version, "--file", str(archive))
    _run(stack, "stack", "init", "test")


def test_the_quickstart_comes_up_on_a_machine_without_python(archive: Path, bare: Stack, service: LocalService) -> None:
    _install(bare, archive)
    for key, value in (("region", "us-west-2"), ("endpointUrl", service.url)):
        _run(bare, "config", "set", f"ivschat:{key}", value)

    created = _run(bare, "up", "--yes", "--skip-preview")
    _run(bare, "preview", "--expect-no-changes", "--refresh")
    _run(bare, "destroy", "--yes", "--skip-preview")

    assert "4 created" in created
    assert service.calls().count("CreateRoom") == service.calls().count("DeleteRoom") == 2


def test_an_endpoint_that_the_archive_cannot_start_shows_what_to_run(archive: Path, bare: Stack) -> None:
    _install(bare, archive)
    _run(bare, "config", "set", "ivschat:endpointUrl", "local")

    printed = _run(bare, "preview", code=1)

    assert "run `pulumi-ivschat local` and keep it running" in printed


def test_the_plug_in_of_the_archive_starts_in_an_empty_environment(archive: Path) -> None:
    started = subprocess.run(
        [sys.executable, "-m", "tools.plugin.start", str(archive)], cwd=ROOT, check=True, capture_output=True, text=True
    )

    assert started.stdout.endswith("has started.\n")


def test_the_archive_is_small_and_has_the_licences_of_what_it_bundles(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        names = tar.getnames()

    assert archive.stat().st_size < LARGEST
    for package in ("boto3", "grpcio", "pulumi", "pulumi_ivschat"):
        assert any(f"/{package}-" in name and "LICENSE" in name for name in names), package
    assert not any("botocore/data/ec2" in name for name in names)
