"""The `pulumi` command as it is asked, and what is made of its answers; tests/engine has the real one."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.stacks import engine
from pulumi_ivschat.stacks.engine import DamagedStateError, LockedError, Stack, Update, pulumi

LOCKED = (
    "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock "
    "file with `pulumi cancel`.\n  file:///state/1.json: created by me@{host} (pid {pid}) at 2026-11-25T01:34:24Z"
)
Script = Callable[[str], Path]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Script:
    """Return a function that makes a script the `pulumi` on the PATH, and returns the file of what it was asked."""

    def write(text: str) -> Path:
        command = tmp_path / "bin" / "pulumi"
        command.parent.mkdir()
        command.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n{text}\n')
        command.chmod(0o755)
        monkeypatch.setenv("PATH", f"{command.parent}:{os.environ['PATH']}")
        return tmp_path / "asked"

    return write


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return the directory of a project."""
    (tmp_path / "project" / "below").mkdir(parents=True)
    (tmp_path / "project" / "Pulumi.yaml").write_text("name: chat\nruntime: python\n")
    return tmp_path / "project"


def locked(*holders: tuple[str, int]) -> LockedError:
    return LockedError("\n".join(LOCKED.format(host=host, pid=pid) for host, pid in holders))


def test_the_command_is_asked_without_questions_and_returns_what_it_prints(script: Script) -> None:
    asked = script("echo done; echo progress >&2")

    assert pulumi("stack", "ls") == "done\n"
    assert asked.read_text() == "stack ls --non-interactive\n"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("echo 'error: no stack' >&2", "`pulumi stack ls` failed: no stack"),
        ("echo working; echo 'first\nerror: a\n  b' >&2", "`pulumi stack ls` failed: a\n  b"),
        ("echo 'something else'", "`pulumi stack ls` failed: something else"),
        ("true", "`pulumi stack ls` failed: exit code 9"),
    ],
)
def test_what_the_command_complains_of_is_reported(script: Script, answer: str, shown: str) -> None:
    script(f"{answer}; exit 9")

    with pytest.raises(SettingsError) as caught:
        pulumi("stack", "ls", "--json")

    assert str(caught.value) == shown


@pytest.mark.parametrize(
    "complaint",
    [
        "failed to load checkpoint: EOF",
        'failed to load checkpoint: blob (key ".pulumi/stacks/chat/dev.json") (code=Unknown): unexpected EOF',
        "getting history: reading history file .pulumi/history/chat/dev/dev-1.history.json: EOF",
        "failed to load checkpoint: place 1: unexpected end of JSON input",
    ],
)
def test_a_state_that_a_kill_made_unreadable_is_reported_with_the_command_that_helps(
    script: Script, complaint: str
) -> None:
    script(f"echo 'error: {complaint}' >&2; exit 255")

    with pytest.raises(DamagedStateError, match="`pulumi-ivschat recover --stack STACK` finds and removes it"):
        pulumi("stack", "export")


def test_ctrl_c_lets_the_command_come_to_its_end_and_let_go_of_its_lock(script: Script, tmp_path: Path) -> None:
    script(f"trap '' INT; sleep 0.5; kill -INT $PPID; sleep 1; touch {tmp_path}/released")

    with pytest.raises(KeyboardInterrupt):
        pulumi("import")

    assert (tmp_path / "released").exists()


def test_a_missing_command_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SettingsError, match="no `pulumi` on the PATH\nSee https"):
        pulumi("stack")


def test_a_missing_directory_is_reported(script: Script, tmp_path: Path) -> None:
    script("true")

    with pytest.raises(SettingsError, match="nowhere is not a directory"):
        pulumi("stack", cwd=tmp_path / "nowhere")


@pytest.mark.parametrize("says", [LOCKED, "error: [409] Conflict: Another update is currently in progress."])
def test_a_locked_stack_is_an_error_of_its_own_with_every_backend(script: Script, says: str) -> None:
    script(f"cat >&2 <<'END'\n{says}\nEND\nexit 255")

    with pytest.raises(LockedError, match=r"is currently"):
        pulumi("stack", "import")


@pytest.mark.parametrize(
    ("holders", "local", "runs"),
    [
        ([(socket.gethostname(), os.getpid())], True, True),
        ([(socket.gethostname(), 2**22 + 1)], True, False),
        ([("elsewhere", os.getpid())], False, False),
        ([(socket.gethostname(), 2**22 + 1), (socket.gethostname(), os.getpid())], True, True),
        ([(socket.gethostname(), 2**22 + 1), ("elsewhere", 1)], False, False),
        ([], False, False),
    ],
)
def test_whether_a_lock_is_stale_can_be_seen_on_the_machine_that_holds_it(
    holders: list[tuple[str, int]],
    local: bool,  # noqa: FBT001
    runs: bool,  # noqa: FBT001
) -> None:
    error = locked(*holders)

    assert (error.is_of_this_machine, error.holder_runs) == (local, runs)


def test_on_windows_nothing_looks_whether_a_holder_runs_since_that_would_send_it_ctrl_c(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    error = locked((socket.gethostname(), 2**22 + 1))
    monkeypatch.setattr(engine, "os", SimpleNamespace(name="nt"))

    assert error.holder_runs


def test_the_project_is_found_above_a_directory(script: Script, project: Path) -> None:
    script("echo dev")

    stack = engine.find(project / "below", None)

    assert (stack.project, stack.name) == ("chat", "dev")
    with pytest.raises(SettingsError, match=r"no Pulumi\.yaml in"):
        engine.find(project.parent, None)


def test_a_stack_of_an_organisation_is_asked_for_with_it_and_named_without(script: Script, project: Path) -> None:
    asked = script("echo '{}'")

    stack = engine.find(project, "acme/chat/prod")
    stack.deployment()

    assert stack.name == "prod"
    assert asked.read_text() == "stack export --show-secrets --stack acme/chat/prod --non-interactive\n"


@pytest.mark.parametrize(("main", "program"), [("", "."), ("main: below\n", "below"), ("main: below/x.py\n", "below")])
def test_the_program_is_where_the_project_says(project: Path, main: str, program: str) -> None:
    (project / "Pulumi.yaml").write_text(f"name: chat\nruntime: python\n{main}")

    assert Stack(project / "below", "chat", "dev").program == project / program


def test_settings_are_the_stacks_own_secrets_in_plain_text(script: Script, project: Path) -> None:
    script("""echo '{"ivschat:region": {"value": "eu-west-1", "secret": true}, "other:x": {"value": "1"}}'""")

    assert Stack(project, "chat", "dev").settings().region == "eu-west-1"


def test_what_goes_to_the_engine_is_for_nobody_else_to_read_and_is_removed(script: Script, project: Path) -> None:
    asked = script('stat -c "%a" "$4" > $0.mode; cat "$4" > $0.json')

    Stack(project, "chat", "dev").put_deployment({"version": 3})

    file = Path(asked.read_text().split()[3])
    assert (asked.parent / "bin" / "pulumi.json").read_text() == '{"version": 3}'
    assert (asked.parent / "bin" / "pulumi.mode").read_text() == "600\n"
    assert not file.exists()


def test_the_holders_of_a_lock_are_shown_without_what_the_engine_could_not_do() -> None:
    error = LockedError(f"could not import deployment: {LOCKED.format(host='h', pid=1)}")

    assert error.holders == "file:///state/1.json: created by me@h (pid 1) at 2026-11-25T01:34:24Z"
    assert LockedError("[409] Another update is currently in progress").holders.startswith("[409] Another")


def test_the_history_has_whole_seconds_so_an_update_may_end_a_second_later(script: Script, project: Path) -> None:
    entries = [
        {"kind": "update", "startTime": "2026-11-27T06:25:02.000Z", "endTime": "2026-11-27T06:25:05.000Z"},
        {"kind": "update", "startTime": "2026-11-27T06:25:02.000Z", "result": "in-progress"},
    ]
    asked = script(f"echo '{json.dumps([{**entries[0], 'result': 'succeeded'}, entries[1]])}'")

    updates, is_whole = Stack(project, "chat", "dev").history()

    start = datetime(2026, 11, 27, 6, 25, 2, tzinfo=timezone.utc)
    assert updates == [
        Update("update", start, start + timedelta(seconds=4), "succeeded"),
        Update("update", start, None, "in-progress"),
    ]
    assert is_whole
    assert asked.read_text() == "stack history --json --page-size 200 --stack dev --non-interactive\n"


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [("2026-11-27T06:26:03.20567051Z", 205670), ("2026-11-27T06:26:03Z", 0), ("2026-11-27T07:26:03.5+01:00", 500000)],
)
def test_times_of_the_engine_have_any_precision(text: str, microsecond: int) -> None:
    assert engine.time_of(text) == datetime(2026, 11, 27, 6, 26, 3, microsecond, tzinfo=timezone.utc)
    assert engine.time_of("noon") is engine.time_of(None) is None


def test_other_stacks_are_those_of_the_backend_the_projects_own_first(script: Script, project: Path) -> None:
    listed = [{"name": name} for name in ("organization/other/dev", "dev", "prod", "acme/chat/dev")]
    script(f"echo '{json.dumps(listed)}'")

    others = Stack(project, "chat", "dev").others()

    assert [(each.project, each.selector) for each in others] == [
        ("chat", "prod"),
        ("chat", "acme/chat/dev"),
        ("other", "organization/other/dev"),
    ]


def test_the_stacks_of_a_project_are_asked_for_in_its_directory(script: Script, project: Path) -> None:
    script("""echo '[{"name": "dev"}, {"name": "acme/prod"}]'""")

    found = engine.of_project(project)

    assert [(each.project, each.name, each.selector) for each in found] == [
        ("chat", "dev", "dev"),
        ("chat", "prod", "acme/prod"),
    ]


def test_ids_are_read_without_secrets(script: Script, project: Path) -> None:
    deployment = {"resources": [{"id": "arn:1"}, {"urn": "without an id"}]}
    asked = script(f"echo '{json.dumps({'deployment': deployment})}'")

    assert Stack(project, "chat", "dev").ids() == {"arn:1"}
    assert asked.read_text() == "stack export --stack dev --non-interactive\n"


def test_the_backend_is_that_of_the_environment_or_else_of_the_engine(
    script: Script, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://bucket")
    asked = script("""echo '{"url": "file://~"}'""")

    assert Stack(project, "chat", "dev").backend() == "s3://bucket"
    assert not asked.exists()
    monkeypatch.delenv("PULUMI_BACKEND_URL")
    assert Stack(project, "chat", "dev").backend() == "file://~"
