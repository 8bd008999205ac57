"""`pulumi-ivschat local`: what it says, and its exit codes."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from pulumi_ivschat.cli import cli
from pulumi_ivschat.local import discovery
from tests.cli.conftest import Run, one_line
from tests.conftest import is_gone, serving


def test_help_names_the_commands(run: Run) -> None:
    ran = run("local", "--help")

    assert ran.returncode == 0
    for word in ("stop", "status", "reset", "--port", "--data", "--memory", "--region", "--access-key", "--policy"):
        assert word in ran.stdout


def test_status_stop_and_reset_report_it_if_nothing_runs(run: Run, data: Path) -> None:
    status, stop, reset = (run("local", command) for command in ("status", "stop", "reset"))

    assert (status.returncode, status.stdout) == (3, f"No local service runs with {data}.\n")
    assert (stop.returncode, stop.stdout) == (0, f"No local service runs with {data}.\n")
    assert (reset.returncode, one_line(reset)) == (1, f"Error: no local service runs with {data}")
    assert json.loads(run("local", "status", "--json").stdout) == {"running": False, "data": str(data)}


def test_a_service_in_the_background_is_reported_reset_and_stopped(run: Run, data: Path) -> None:
    running = discovery.ensure(data)

    said = run("local", "status").stdout
    assert running.url in said
    assert running.messaging_url in said
    described = json.loads(run("local", "status", "--json").stdout)
    assert (described["running"], described["url"], described["pid"]) == (True, running.url, running.pid)
    assert run("local", "reset").stdout == "Reset.\n"
    assert run("local", "stop").stdout == "Stopped.\n"
    assert run("local", "status").returncode == 3


def test_a_suspended_service_is_said_not_to_answer(run: Run, data: Path) -> None:
    running = discovery.ensure(data)
    os.kill(running.pid, signal.SIGSTOP)

    status, reset = run("local", "status"), run("local", "reset")
    os.kill(running.pid, signal.SIGCONT)

    says = (
        f"he local service of {data}, process {running.pid}, does not answer; end it with `pulumi-ivschat local stop`"
    )
    assert (status.returncode, reset.returncode) == (3, 1)
    assert says in status.stdout
    assert says in one_line(reset)


_STARTED = """
import os, subprocess, sys
command = [sys.executable, "-m", "pulumi_ivschat", "local", "--memory", "--port", "0", "--parent", str(os.getpid())]
service = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
print(service.pid if service.stdout.readline() else "", flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_service_with_a_parent_stops_soon_after_it() -> None:
    ran = subprocess.run([sys.executable, "-c", _STARTED], capture_output=True, text=True, check=False, timeout=30)

    assert is_gone(int(ran.stdout))


def test_a_parent_that_did_not_start_the_service_is_refused(run: Run) -> None:
    ran = run("local", "--memory", "--parent", "4194305")

    assert (ran.returncode, one_line(ran)) == (
        2,
        "Error: Invalid value for '--parent': 4194305 is not the process that starts the service",
    )


def test_a_data_directory_may_be_named_before_or_after_the_command(run: Run, tmp_path: Path) -> None:
    other = str(tmp_path / "other")

    assert other in run("local", "--data", other, "status").stdout
    assert other in run("local", "status", "--data", other).stdout


def test_a_second_service_for_the_same_directory_is_refused_with_the_address_of_the_first(run: Run, data: Path) -> None:
    running = discovery.ensure(data)

    ran = run("local")

    assert ran.returncode == 1
    assert one_line(ran) == f"Error: a local service runs already at {running.url}, with the data directory {data}"


def test_neither_memory_nor_a_directory_by_option_needs_a_home_directory(data: Path) -> None:
    def shown(*arguments: str) -> str:
        return (
            CliRunner().invoke(cli, ["local", *arguments], env={"PULUMI_IVSCHAT_DATA": "~nobody-of-this-name"}).output
        )

    assert "port 0 of 192.0.2.1 cannot be used" in shown("--memory", "--host", "192.0.2.1")
    assert shown("status", "--data", str(data)) == f"No local service runs with {data}.\n"
    assert "Error: the home directory in ~nobody-of-this-name is not known" in shown("stop")


def test_an_address_that_others_reach_is_warned_of(run: Run) -> None:
    ran = run("local", "--memory", "--host", "192.0.2.1")

    assert "Warning: the service listens on 192.0.2.1, so other machines can reach it" in ran.stderr


def test_a_port_in_use_is_refused(run: Run) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ran = run("local", "--memory", "--port", str(port))

    assert ran.returncode == 1
    assert re.match(f"Error: port {port} of 127.0.0.1 cannot be used: .*; --port 0 takes a free one", one_line(ran))


_MISTAKES: list[tuple[list[str], str]] = [
    (["--region", "mars"], "'mars' is not the name of an AWS region"),
    (["--access-key", "a:b"], "an access key is ID:SECRET:ACCOUNT[:SESSION_TOKEN]"),
    (["--access-keys-file", "/no/such/file"], "does not exist"),
    (["--policy", "local"], "a policy is given as KEY_ID=FILE"),
    (["--policy", "local=/no/such/file"], "No such file"),
    (["--policy", "local=/dev/null"], "/dev/null holds no policy"),
    (["--logging-delay", "inf"], "inf is not in the range 0<=x<=3600"),
    (["--logging-delay", "nan"], "nan is not a number of seconds"),
    (["--clock-skew", "-1"], "-1 is not in the range 0<=x<=3162240000"),
    (["--token-lifetime", "9" * 20], "is not in the range 32<=x<=10800"),
    (["--port", "70000"], "70000 is not in the range"),
    (["--host", "http://0.0.0.0"], "'http://0.0.0.0' is not a host name or an address"),
    (["--host", ""], "'' is not a host name or an address"),
    (["--memory", "--host", "no-such-name.invalid"], "the address no-such-name.invalid cannot be used"),
    (["--memory", "--host", "192.0.2.1"], "port 0 of 192.0.2.1 cannot be used: Cannot assign requested address"),
    (["--allowed-host", "*"], "* would accept every name"),
    (["--allowed-host", "chat:8080"], "'chat:8080' is not a host name or an address"),
    (["--memory", "--data", "/somewhere"], "--memory keeps nothing on disk"),
    (["--data", "/proc/nowhere"], "cannot be created"),
    (["nonsense"], "No such command"),
]
_ALL_AT_ONCE = """
import json, sys
from click.testing import CliRunner
from pulumi_ivschat.cli import cli

for arguments in json.load(sys.stdin):
    ran = CliRunner().invoke(cli, ["local", *arguments])
    print(json.dumps([ran.exit_code, ran.stderr]))
"""


@pytest.fixture(scope="module")
def mistakes() -> list[tuple[int, str]]:
    """Make all mistakes, in one process; return the exit codes, and what was said on stderr."""
    given = json.dumps([arguments for arguments, _ in _MISTAKES])
    command = [sys.executable, "-c", _ALL_AT_ONCE]
    ran = subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=60)
    return [tuple(json.loads(line)) for line in ran.stdout.splitlines()]


@pytest.mark.parametrize("number", range(len(_MISTAKES)), ids=[" ".join(arguments) for arguments, _ in _MISTAKES])
def test_a_mistake_is_reported_in_one_line(number: int, mistakes: list[tuple[int, str]]) -> None:
    code, shown = mistakes[number]

    assert code in {1, 2}
    assert _MISTAKES[number][1] in shown.strip().splitlines()[-1]


def test_a_policy_is_for_a_key_that_there_is(run: Run, tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text('{"Statement": []}')

    ran = run("local", "--policy", f"ann={tmp_path}/policy.json")

    assert (ran.returncode, one_line(ran)) == (2, "Error: a policy is for an access key, and 'ann' is not one")


def test_a_key_may_do_what_its_policies_in_files_say(tmp_path: Path) -> None:
    for action in ("CreateRoom", "ListRooms"):
        statement = {"Effect": "Allow", "Action": f"ivschat:{action}", "Resource": "*"}
        (tmp_path / action).write_text(json.dumps({"Statement": statement}))

    with serving(*(f"--policy=local={tmp_path}/{action}" for action in ("CreateRoom", "ListRooms"))) as service:
        room = service.client().create_room()["arn"]
        assert len(service.client().list_rooms()["rooms"]) == 1
        with pytest.raises(ClientError, match="because no identity-based policy allows the ivschat:GetRoom action"):
            service.client().get_room(identifier=room)


def test_without_a_server_the_extra_is_named() -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None; sys.argv = ['x', 'local', '--memory']\n"
        "from pulumi_ivschat.__main__ import main; main()"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert ran.returncode == 1
    assert "pip install 'pulumi-ivschat[local]'" in one_line(ran)
