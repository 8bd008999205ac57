"""`examples/javascript_tests`, run as it is there, with the service of this checkout."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from pulumi_ivschat.testing.environment import changes_for
from tests.clients.messaging.runtime import program
from tests.conftest import is_gone
from tests.examples.conftest import EXAMPLES, PACKAGES

_KEPT = 'import("./ivschat.mjs").then(({ startIvsChat }) => startIvsChat()).then(() => console.log(JSON.stringify(process.env)))'
_STARTED = 'import("./ivschat.mjs").then(({ startIvsChat }) => startIvsChat()).then(({ url }) => console.log(url))'


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """Return a copy of the example with its packages."""
    example = Path(shutil.copytree(EXAMPLES / "javascript_tests", tmp_path / "javascript_tests"))
    assert PACKAGES.exists(), "make test-setup"
    (example / "node_modules").symlink_to(PACKAGES)
    return example


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment without AWS's settings, with a command that starts the service as its child, as `uvx` does."""
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\n"{sys.executable}" -m pulumi_ivschat "$@" &\ntrap "kill $!" TERM\nwait $!\n')
    wrapper.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {**kept, "IVSCHAT_COMMAND": str(wrapper)}


def test_its_tests_pass(example: Path, environment: Mapping[str, str]) -> None:
    command = [program("node"), "--test"]
    ran = subprocess.run(command, cwd=example, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert re.findall(r"^# (pass|fail) (\d+)$", ran.stdout, re.MULTILINE) == [("pass", "3"), ("fail", "0")]


def test_its_tests_pass_for_a_person_who_works_with_aws(
    example: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(
        "[default]\nendpoint_url = http://127.0.0.1:9\n[profile prod]\nregion = eu-west-1\n"
    )
    (tmp_path / "credentials").write_text("[prod]\naws_access_key_id = AKIDREAL\naws_secret_access_key = real\n")
    files = {"AWS_CONFIG_FILE": "config", "AWS_SHARED_CREDENTIALS_FILE": "credentials"}
    own = {"AWS_PROFILE": "prod", **{name: str(tmp_path / file) for name, file in files.items()}}
    command = [program("node"), "--test"]
    ran = subprocess.run(
        command, cwd=example, env={**environment, **own}, capture_output=True, text=True, check=False, timeout=60
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_it_sets_and_removes_the_variables_that_the_plug_in_of_pytest_does(
    example: Path, environment: Mapping[str, str]
) -> None:
    own = {name: "true" for name in changes_for("") if name.startswith("AWS_")}
    command = [program("node"), "--eval", _KEPT]
    with subprocess.Popen(command, cwd=example, env={**environment, **own}, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        kept = json.loads(run.stdout.readline())
        run.kill()

    wanted = changes_for(kept["AWS_ENDPOINT_URL_IVSCHAT"]) | dict.fromkeys(
        ("AWS_REGION", "AWS_DEFAULT_REGION"), "us-west-2"
    )
    assert {name: kept.get(name) for name in own} == {name: wanted[name] for name in own}


def test_its_service_ends_with_a_run_that_is_killed(example: Path, environment: Mapping[str, str]) -> None:
    command = [program("node"), "--eval", _STARTED]
    with subprocess.Popen(command, cwd=example, env=environment, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        with urllib.request.urlopen(f"{run.stdout.readline().strip()}/_local/health") as answer:  # noqa: S310
            service = json.load(answer)["pid"]
        run.kill()

    assert is_gone(service)


def test_a_command_that_does_not_start_is_named(example: Path, environment: Mapping[str, str]) -> None:
    command = [program("node"), "--eval", _STARTED]
    environment = {**environment, "IVSCHAT_COMMAND": "false"}
    ran = subprocess.run(command, cwd=example, env=environment, capture_output=True, text=True, check=False, timeout=60)

    assert ran.returncode == 1
    assert "Error: false did not start" in ran.stderr
