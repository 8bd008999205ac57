"""
The templates as `pulumi new` copies them, on the local service that they start.

The machine may be offline: the packages that pip would install are on PYTHONPATH, and Pulumi's home has the plug-in.
"""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import boto3
import pytest

from pulumi_ivschat.local import discovery
from tests.conftest import REGION
from tests.engine.conftest import Stack
from tools import templates

ROOT = Path(__file__).parents[2]
_QUESTION = re.compile(r"\([^()]*\): *\r?$")
"""How a question of Pulumi's ends: with its default."""
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
NO_VENV = ("--runtime-options", "virtualenv=")
"""Options for the Python that runs the tests: to make a virtual environment takes 5 seconds."""


@pytest.fixture
def data(environment: Mapping[str, str]) -> Iterator[Path]:
    """Yield the data directory of the local service, which is stopped at the end."""
    data = Path(environment["PULUMI_IVSCHAT_DATA"])
    yield data
    discovery.stop(data)


@pytest.fixture
def offline(environment: Mapping[str, str], tmp_path: Path, data: Path) -> dict[str, str]:
    """Return an environment in which pip installs nothing and the packages of the tests are installed already."""
    del data
    wheel = tmp_path / "packages" / "wheel-1.dist-info"  # Pulumi updates pip, setuptools and wheel first
    wheel.mkdir(parents=True)
    (wheel / "METADATA").write_text("Metadata-Version: 2.1\nName: wheel\nVersion: 1\n")
    packages = [str(wheel.parent), sysconfig.get_path("purelib"), str(ROOT)]
    offline = {"PIP_NO_INDEX": "1", "PYTHONPATH": os.pathsep.join(packages), "PULUMI_HOME": str(tmp_path / "home")}
    return {**environment, **offline}


@pytest.fixture
def new(offline: Mapping[str, str], tmp_path: Path) -> Callable[..., Stack]:
    """Return a function that runs `pulumi new` in an empty directory, and returns the stack."""

    def run(template: str, *options: str) -> Stack:
        project = tmp_path / "show"
        project.mkdir()
        command = ["pulumi", "new", str(templates.TEMPLATES / template), "--yes", "--offline", *options]
        _run(command, project, offline)
        return Stack(project, offline)

    return run


def answered(command: list[str], directory: Path, environment: Mapping[str, str]) -> str:
    """Run a command on a terminal, press Enter at each question, and return what it shows."""
    terminal, end = pty.openpty()
    with subprocess.Popen(
        command, cwd=directory, env={**environment, "TERM": "xterm"}, stdin=end, stdout=end, stderr=end
    ) as process:
        os.close(end)
        shown = "".join(_pressing_enter(terminal))
    os.close(terminal)
    assert process.returncode == 0, shown
    return shown


def _pressing_enter(terminal: int) -> Iterator[str]:
    """Yield what a terminal shows, and answer each question with its default."""
    line = ""
    while part := _read(terminal):
        yield part
        line = (line + part).rpartition("\n")[2]
        if _QUESTION.search(_ESCAPE.sub("", line)):
            os.write(terminal, b"\r")
            line = ""


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 1000).decode(errors="replace")
    except OSError:  # the end, on Linux
        return ""


def _run(command: list[str], directory: Path, environment: Mapping[str, str]) -> str:
    ran = subprocess.run(
        command,
        check=False,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def rooms(data: Path) -> list[str]:
    """Return the names of the rooms in the service that `ivschat:endpointUrl local` starts."""
    running = discovery.find(data)
    assert running is not None
    client = boto3.client(
        "ivschat",
        REGION,
        endpoint_url=running.url,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106  the local service's own
    )
    return sorted(room["name"] for room in client.list_rooms()["rooms"])


def comes_up_and_goes(project: Stack, data: Path) -> list[str]:
    """Run `up`, a preview that must find no changes, and `destroy`; return the names of the rooms in between."""
    project.up()
    project.preview("--expect-no-changes")
    created = rooms(data)
    project.destroy()
    assert rooms(data) == []
    return created


def test_the_templates_are_what_the_examples_and_the_page_are() -> None:
    stale = [path for path, text in templates.copies().items() if not path.exists() or path.read_text() != text]

    assert stale == [], "run `make templates`"


@pytest.mark.long
def test_the_rooms_in_python_come_up_in_a_virtual_environment_of_their_own(
    new: Callable[..., Stack], data: Path
) -> None:
    project = new("rooms-python")

    assert (project.directory / "venv" / "bin" / "python").exists()
    assert comes_up_and_goes(project, data) == ["lobby", "quiz"]


@pytest.mark.long
def test_the_rooms_in_yaml_come_up(
    new: Callable[..., Stack], offline: Mapping[str, str], data: Path, tmp_path: Path
) -> None:
    plugin = str(Path(sys.executable).with_name("pulumi-resource-ivschat"))
    release = version("pulumi-ivschat")
    _run(["pulumi", "plugin", "install", "resource", "ivschat", release, "--file", plugin], tmp_path, offline)

    assert comes_up_and_goes(new("rooms-yaml"), data) == ["lobby", "quiz"]


@pytest.mark.nightly
@pytest.mark.long
def test_the_token_back_end_comes_up_and_passes_its_own_tests(new: Callable[..., Stack], data: Path) -> None:
    project = new("token-back-end", *NO_VENV)

    assert comes_up_and_goes(project, data) == ["lobby"]
    quiet = ["-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:xdist"]
    assert "3 passed" in _run([sys.executable, "-m", "pytest", *quiet], project.directory, project.environment)


@pytest.mark.long
def test_a_stack_of_the_gitops_project_comes_up_on_this_machine(new: Callable[..., Stack], data: Path) -> None:
    project = new("gitops")

    assert comes_up_and_goes(project, data) == ["crew", "lobby"]
    assert os.access(project.directory / "ci" / "preview.sh", os.X_OK)


@pytest.mark.long
def test_a_person_who_presses_enter_at_each_question_gets_rooms_on_this_machine(
    offline: Mapping[str, str], data: Path, tmp_path: Path
) -> None:
    directory = tmp_path / "show"
    directory.mkdir()

    shown = answered(["pulumi", "new", str(templates.TEMPLATES / "gitops"), "--offline"], directory, offline)

    assert "The control plane; local is an IVS Chat service on this machine" in shown
    assert comes_up_and_goes(Stack(directory, offline), data) == ["crew", "lobby"]
