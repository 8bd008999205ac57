"""Credentials: no question to anybody, a time limit, and errors that name the source."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.deadlines import Limits
from pulumi_ivschat.errors import CredentialsError
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION, LocalService

MFA = """
[profile base]
aws_access_key_id = AKIAFAKEFAKEFAKEFAKE
aws_secret_access_key = fake
[profile ops]
role_arn = arn:aws:iam::000000000000:role/ops
source_profile = base
mfa_serial = arn:aws:iam::000000000000:mfa/me
[profile deep]
role_arn = arn:aws:iam::000000000000:role/deep
source_profile = ops
"""
KEY = {"Version": 1, "AccessKeyId": "local", "SecretAccessKey": "local"}


@attrs.frozen
class Machine:
    """A machine whose AWS configuration a test writes."""

    folder: Path
    url: str

    def configure(self, text: str) -> Path:
        """Write AWS's config file."""
        file = self.folder / "config"
        file.write_text(text)
        return file

    def process(self, script: str) -> str:
        """Return the command of a credential_process that runs a Python script."""
        file = self.folder / "process.py"
        file.write_text(script)
        return f"{sys.executable} {file}"

    def call(self, profile: str, limits: Limits | None = None) -> object:
        """List the rooms with the credentials of a profile."""
        connection = Connection(profile=profile, endpoint_url=self.url, max_attempts=1)
        return BotoControlPlane(connection, limits or Limits()).call("ListRooms", REGION)["rooms"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: LocalService) -> Machine:
    """Return a machine with nothing but an AWS config file."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return Machine(tmp_path, service.url)


@pytest.mark.parametrize("profile", ["ops", "deep"])
def test_a_profile_that_asks_for_an_mfa_code_is_an_error_each_time(machine: Machine, profile: str) -> None:
    machine.configure(MFA)
    plane = BotoControlPlane(Connection(profile=profile, endpoint_url=machine.url))

    for _ in range(2):
        with pytest.raises(CredentialsError) as caught:
            plane.call("ListRooms", REGION)
        assert f"profile {profile} (or its source_profile) asks for an MFA code" in caught.value.message
        assert f"aws configure export-credentials --profile {profile}" in caught.value.remedy


def test_a_process_whose_stdin_stays_open_is_not_waited_for(machine: Machine) -> None:
    machine.configure(MFA)
    code = (
        "from pulumi_ivschat.aws.client import BotoControlPlane\n"
        "from pulumi_ivschat.settings import Connection\n"
        f"BotoControlPlane(Connection(profile='ops', endpoint_url={machine.url!r})).call('ListRooms', {REGION!r})\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stderr is not None
        assert "asks for an MFA code" in process.stderr.read()
        assert process.wait() == 1


@pytest.mark.parametrize("profile", ["ops", "role"])
def test_a_credential_process_has_no_stdin_and_no_terminal(
    machine: Machine, profile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = machine.folder / "seen"
    script = (
        "import json, os, pathlib, sys\n"
        "try: terminal = os.open('/dev/tty', os.O_RDWR)\n"
        "except OSError: terminal = None\n"
        f"pathlib.Path({str(seen)!r}).write_text(json.dumps([sys.stdin.read(), terminal]))\n"
        f"print(json.dumps({KEY!r}))\n"
    )
    role = "role_arn = arn:aws:iam::000000000000:role/x\nsource_profile = ops\nregion = us-west-2\n"
    machine.configure(f"[profile ops]\ncredential_process = {machine.process(script)}\n[profile role]\n{role}")
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")

    if profile == "ops":
        assert machine.call(profile) == []
    else:
        with pytest.raises(CredentialsError, match="no credentials from the role of profile role: Could not connect"):
            machine.call(profile)
    assert json.loads(seen.read_text()) == ["", None]


def test_a_credential_process_that_hangs_is_killed(machine: Machine) -> None:
    pid = machine.folder / "pid"
    script = f"import os, pathlib, time\npathlib.Path({str(pid)!r}).write_text(str(os.getpid()))\ntime.sleep(600)\n"
    machine.configure(f"[profile ops]\ncredential_process = {machine.process(script)}\n")

    with pytest.raises(CredentialsError, match=r"credential_process of profile ops: it had not ended after 1\.8 s"):
        machine.call("ops", Limits(credentials=2))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_credentials_that_expire_are_renewed_and_a_failure_of_it_names_the_profile(machine: Machine) -> None:
    counter = machine.folder / "counter"
    script = (
        "import json, pathlib, sys\n"
        f"counter = pathlib.Path({str(counter)!r})\n"
        "if counter.exists(): sys.exit('signed out')\n"
        "counter.write_text('')\n"
        f"print(json.dumps({KEY!r} | {{'SessionToken': 'x', 'Expiration': '2020-01-01T00:00:00Z'}}))\n"
    )
    machine.configure(f"[profile ops]\ncredential_process = {machine.process(script)}\n")

    with pytest.raises(CredentialsError, match="no credentials from credential_process of profile ops: signed out"):
        machine.call("ops")


def test_the_chain_is_as_botocores_if_there_are_no_credentials(machine: Machine) -> None:
    machine.configure("")

    with pytest.raises(CredentialsError, match="Unable to locate credentials"):
        BotoControlPlane(Connection(endpoint_url=machine.url, max_attempts=1)).call("ListRooms", REGION)


def test_no_aws_sdk_is_loaded_by_the_module(run_python: Callable[[str], str]) -> None:
    code = "import sys, pulumi_ivschat.aws.sessions; print({'boto3', 'botocore', 'pulumi'} & set(sys.modules))"

    assert run_python(code) == "set()"
