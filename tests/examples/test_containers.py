"""`containers/`: its files by linter and schema, and the image's command as a container would run it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from tests.examples import namespaces
from tests.examples.namespaces import INSIDE, Namespace
from tests.project.test_versions import PROJECT

ROOT = Path(__file__).parents[2]
CONTAINERS = ROOT / "containers"
CONTAINERFILE = (CONTAINERS / "Containerfile").read_text()
COMPOSE = yaml.safe_load((CONTAINERS / "compose.yaml").read_text())
REQUIREMENTS = (CONTAINERS / "requirements.txt").read_text()
PAGE = (ROOT / "docs" / "containers.md").read_text()
_TOOLS = Path(sys.executable).parent
_PERMITTED = namespaces.why_not()


def instruction(name: str) -> list[str]:
    """Return the command of an instruction of the Containerfile."""
    [text] = re.findall(rf"^(?:HEALTHCHECK .*\n +)?{name} (\[.+\])$", CONTAINERFILE, re.MULTILINE)
    command: list[str] = json.loads(text)
    return command


@pytest.fixture
def image(tmp_path: Path) -> dict[str, str]:
    """Return the environment of the image, with a directory of the test as its volume."""
    (tmp_path / "data").mkdir()
    return {"PATH": f"{_TOOLS}:/usr/bin:/bin", "PULUMI_IVSCHAT_DATA": str(tmp_path / "data")}


@pytest.fixture
def network(tmp_path: Path) -> Iterator[tuple[Namespace, Namespace]]:
    """Yield the namespaces of the container and of its neighbour."""
    if _PERMITTED is not None:
        pytest.skip(f"no network namespaces here: {_PERMITTED}")
    with namespaces.pair("ivschat", tmp_path) as pair:
        yield pair


@contextmanager
def running(inside: Namespace, image: Mapping[str, str]) -> Iterator[None]:
    """Run the container's command until the end of the block, and then stop it as a container engine does."""
    command = inside.entering(*instruction("ENTRYPOINT"))
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=image, stdout=subprocess.PIPE, stderr=quiet, text=True) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == "Amazon IVS Chat is served at http://127.0.0.1:4566\n"
        try:
            yield
        finally:
            service.send_signal(signal.SIGTERM)
            assert service.wait(timeout=20) in {0, -signal.SIGTERM}


def health(inside: Namespace, image: Mapping[str, str]) -> int:
    return inside.run(*instruction("CMD"), environment=image).returncode


def as_application(outside: Namespace, image: Mapping[str, str], *command: str) -> str:
    """Run a command as compose.yaml runs the application, and return its output."""
    environment = {"PATH": image["PATH"], **COMPOSE["services"]["application"]["environment"]}
    ran = outside.run(*command, environment=environment)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


_CREATE = "import boto3; boto3.client('ivschat').create_room(name='lobby')"
_STATUS = f"""
from http.client import HTTPConnection
connection = HTTPConnection("{INSIDE}", 4566)
connection.request("GET", "/_local/health")
print(connection.getresponse().status)
"""


def test_an_application_reaches_the_service_by_its_name_and_rooms_survive_a_restart(
    network: tuple[Namespace, Namespace], image: Mapping[str, str]
) -> None:
    inside, outside = network
    with running(inside, image):
        as_application(outside, image, "python", "-c", _CREATE)

    with running(inside, image):
        rooms = as_application(outside, image, *COMPOSE["services"]["application"]["entrypoint"])

    assert "lobby" in rooms


def test_an_application_chats_with_the_service_by_its_name(
    network: tuple[Namespace, Namespace], image: Mapping[str, str]
) -> None:
    inside, outside = network

    with running(inside, image):
        as_application(outside, image, "python", "-c", _CREATE)
        frames = as_application(outside, image, "sh", "-c", "echo hello | pulumi-ivschat chat lobby --user ann --json")

    assert json.loads(frames.splitlines()[-1])["Content"] == "hello"


def test_a_name_that_is_not_allowed_is_refused(network: tuple[Namespace, Namespace], image: Mapping[str, str]) -> None:
    inside, outside = network

    with running(inside, image):
        status = as_application(outside, image, "python", "-c", _STATUS)

    assert status == "403\n"


def test_the_health_check_fails_before_the_service_runs_and_passes_then(
    network: tuple[Namespace, Namespace], image: Mapping[str, str]
) -> None:
    inside, _ = network
    before = health(inside, image)

    with running(inside, image):
        assert (before, health(inside, image)) == (1, 0)


def test_hadolint_finds_nothing_in_the_containerfile() -> None:
    subprocess.run([_TOOLS / "hadolint", CONTAINERS / "Containerfile"], check=True)


def test_the_files_fit_their_publishers_schemas() -> None:
    check = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]

    subprocess.run([*check, "vendor.compose-spec", CONTAINERS / "compose.yaml"], check=True)
    subprocess.run([*check, "vendor.github-workflows", CONTAINERS / "github-actions.yml"], check=True)


def test_zizmor_finds_nothing_in_the_workflow() -> None:
    zizmor = [str(_TOOLS / "zizmor"), "--offline", "--quiet", "--persona=regular"]

    subprocess.run([*zizmor, str(CONTAINERS / "github-actions.yml")], check=True)


def test_the_volume_the_user_and_the_port_are_those_of_the_compose_file() -> None:
    service = COMPOSE["services"]["ivschat"]

    assert re.findall(r"^(VOLUME|USER|EXPOSE) (.+)$", CONTAINERFILE, re.MULTILINE) == [
        ("USER", "10001:10001"),
        ("VOLUME", service["volumes"][0].partition(":")[2]),
        ("EXPOSE", service["ports"][0].rpartition(":")[2]),
    ]


def test_the_health_check_does_not_depend_on_the_format_of_the_image() -> None:
    check = COMPOSE["services"]["ivschat"]["healthcheck"]
    [options] = re.findall(r"^HEALTHCHECK (.+) \\$", CONTAINERFILE, re.MULTILINE)

    assert check.pop("test") == ["CMD", *instruction("CMD")]
    assert options == " ".join(f"--{name.replace('_', '-')}={value}" for name, value in check.items())


@pytest.mark.parametrize("text", [CONTAINERFILE, PAGE], ids=["Containerfile", "page"])
def test_podman_builds_an_image_with_a_health_check(text: str) -> None:
    builds = re.findall(r"podman build .+", text)

    assert builds
    assert [build for build in builds if "--format docker" not in build] == []


def test_the_image_has_what_the_extra_local_needs_and_not_what_programs_need() -> None:
    extras = PROJECT["optional-dependencies"]
    needed = [*PROJECT["dependencies"], *extras["cli"], *extras["local"]]
    image = {"python_version": "3.13", "python_full_version": "3.13.0"}
    markers = {text: Requirement(text).marker for text in needed}
    applying = [text for text, marker in markers.items() if marker is None or marker.evaluate(image)]

    installed = [line for line in REQUIREMENTS.splitlines() if not line.startswith("#")]
    assert installed == sorted(text for text in applying if not text.startswith("pulumi"))


def test_the_images_command_and_the_applications_load_nothing_of_pulumi(run_python: Callable[[str], str]) -> None:
    code = """
import sys
sys.modules.update(dict.fromkeys(("pulumi", "grpc", "google", "yaml", "dill", "semver")))
import pulumi_ivschat.local.server
from pulumi_ivschat.cli import chat, chat_client, chat_screen, conversation, messaging, rooms
from pulumi_ivschat.testing import local_service
with local_service() as service:
    service.create_room(name="lobby")
    rooms.rooms(["--json", "--no-stack-settings"], standalone_mode=False)
"""
    assert '"name": "lobby"' in run_python(code)
