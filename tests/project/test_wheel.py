"""
The wheel, as somebody gets it who installs it with its core dependencies only.

To build and to install it takes half a minute, so `make test` looks at the sources, and at the core with its extras out of reach.
PULUMI_IVSCHAT_TEST_DIST names a folder with a wheel and an sdist, as `make dist` builds them: then those are tested.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent


pytestmark = pytest.mark.xdist_group("wheel")  # it is built once


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the sdist, which are built if none is named."""
    if named := os.environ.get("PULUMI_IVSCHAT_TEST_DIST"):
        return Path(named)
    target = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "--directory", target], cwd=ROOT, check=True)
    return target


@pytest.fixture(scope="module")
def wheel(dist: Path) -> Path:
    """Return the wheel."""
    [built] = dist.glob("*.whl")
    return built


def environment_with(requirement: str, folder: Path) -> Path:
    """Install a requirement in a new environment, and return its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile", requirement]
    subprocess.run(pip, check=True)
    return python


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel in a new environment."""
    return environment_with(str(wheel), tmp_path_factory.mktemp("environment"))


@pytest.mark.long
def test_the_wheel_holds_the_package_its_types_and_its_licence(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert {"pulumi_ivschat/py.typed", "pulumi_ivschat/program/room.py", "pulumi_ivschat/local/server.py"} <= {*names}
    console = {
        f"pulumi_ivschat/local/console/{file.name}" for file in (ROOT / "pulumi_ivschat/local/console").iterdir()
    }
    assert {"pulumi_ivschat/local/console/index.html"} <= console <= {*names}
    assert [name for name in names if name.endswith("LICENSE")]
    assert [name for name in names if not name.startswith("pulumi_ivschat")] == []


def test_the_package_holds_what_makes_it_typed_and_keeps_pulumi_from_a_download() -> None:
    package = ROOT / "pulumi_ivschat"

    assert (package / "py.typed").exists()
    assert json.loads((package / "pulumi-plugin.json").read_text())["resource"] is False


@pytest.mark.long
def test_the_wheel_says_that_there_is_no_plugin_to_download(wheel: Path) -> None:
    """Pulumi's language host takes any package named `pulumi-…` for one with a plugin, unless this file says otherwise."""
    declared = json.loads(zipfile.ZipFile(wheel).read("pulumi_ivschat/pulumi-plugin.json"))

    assert declared["resource"] is False


def test_the_core_works_with_the_extras_out_of_reach(run_python: Callable[[str], str]) -> None:
    code = """
import sys
sys.modules.update(dict.fromkeys(("starlette", "uvicorn", "click", "rich", "websockets")))
import pulumi_ivschat
for name in pulumi_ivschat.__all__:
    getattr(pulumi_ivschat, name)
"""
    run_python(code)


@pytest.mark.long
def test_the_core_works_without_the_extras(python: Path) -> None:
    code = """
import importlib.util, pulumi_ivschat
print([name for name in ("starlette", "uvicorn", "click", "rich") if importlib.util.find_spec(name)])
for name in pulumi_ivschat.__all__:
    getattr(pulumi_ivschat, name)
"""
    assert subprocess.run([python, "-c", code], check=True, capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.long
def test_code_that_needs_an_extra_names_it(python: Path, tmp_path: Path) -> None:
    code = """
from pulumi.dynamic import Config, ConfigureRequest
from pulumi_ivschat.aws.client import boto_client
from pulumi_ivschat.dynamic import provider_for
from pulumi_ivschat.settings import Connection
def first_call():
    boto_client(Connection(endpoint_url="local"), "us-west-2")
def preview():
    provider_for("Room").configure(ConfigureRequest(Config({"ivschat:endpointUrl": "local"}, "chat")))
for step in (first_call, preview):
    try:
        step()
    except Exception as error:
        print(error)
"""
    environment = {"PULUMI_IVSCHAT_DATA": str(tmp_path)}
    shown = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True, env=environment).stdout
    assert shown.count("pip install 'pulumi-ivschat[local]'") == 2

    ran = subprocess.run(
        [python.parent / "pulumi-ivschat", "local"], check=False, capture_output=True, text=True, env=environment
    )
    assert ran.returncode != 0
    assert "pip install 'pulumi-ivschat[" in ran.stderr
    assert "Traceback" not in ran.stderr


ROOM = """
from pulumi_ivschat.testing import local_service
with local_service() as service:
    service.client.create_room(name="lobby")
    print([room["name"] for room in service.client.list_rooms()["rooms"]], service.calls())
"""


@pytest.mark.nightly
@pytest.mark.long
@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_the_local_service_runs_from_an_archive(pattern: str, dist: Path, tmp_path: Path) -> None:
    [archive] = dist.glob(f"pulumi_ivschat-{pattern}")
    python = environment_with(f"{archive}[local]", tmp_path / "environment")

    shown = subprocess.run([python, "-c", ROOM], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    version = subprocess.run(
        [python.parent / "pulumi-ivschat", "--version"], check=True, capture_output=True, text=True
    )

    assert shown == "['lobby'] ['CreateRoom', 'ListRooms']\n"
    assert version.stdout.split()[-1] in archive.name
    assert (python.parent / "pulumi-resource-ivschat").exists()


def test_what_pypi_would_show_is_valid_and_the_wheel_holds_no_stray_file(dist: Path) -> None:
    """Both archives are built for it, so it is here and not in `make check`, which only reads sources."""
    archives = [*dist.glob("pulumi_ivschat-*")]

    subprocess.run([TOOLS / "twine", "check", "--strict", *archives], check=True)
    subprocess.run([TOOLS / "check-wheel-contents", *dist.glob("*.whl")], check=True)
