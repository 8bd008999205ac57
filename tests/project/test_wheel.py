"""
The wheel, as somebody gets it who installs it with its core dependencies only.

To build and to install it takes half a minute, so `make test` looks at the sources, and at the core with its extras out of reach.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel."""
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(target), str(ROOT)]
    subprocess.run(command, check=True)
    [built] = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install it in a new environment."""
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True)
    return python


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
