"""How commands end that fail."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pulumi_ivschat.cli.failures import Commands
from pulumi_ivschat.errors import Invalid, SettingsError
from pulumi_ivschat.local.data_directory import LocalServiceError

CANARY = "canary-4711"


@pytest.mark.parametrize(
    ("raised", "code", "shown"),
    [
        (SettingsError("no region", remedy="Set one."), 1, "Error: no region\nSet one.\n"),
        (SettingsError("no", remedy="Check ivschat:profile."), 1, "Error: no\nCheck --profile.\n"),
        (Invalid("\x1b[2J"), 1, "Error: \\x1b[2J\n"),
        (LocalServiceError("not there"), 1, "Error: not there\n"),
        (PermissionError(13, "Permission denied", "/x"), 1, "Error: /x: Permission denied\n"),
        (
            ModuleNotFoundError("no", name="rich"),
            1,
            "Error: this command needs rich: pip install 'pulumi-ivschat[cli]'\n",
        ),
        (KeyboardInterrupt(), 130, ""),
        (click.UsageError("not so"), 2, "Usage: raising [OPTIONS]\nTry 'raising --help' for help.\n\nError: not so\n"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_failure_is_a_message_and_an_exit_code(raised: BaseException, code: int, shown: str) -> None:
    result = CliRunner().invoke(_raising(raised), ["command"])

    assert (result.exit_code, result.stderr.replace("raising command", "raising")) == (code, shown)


def test_a_bug_is_reported_with_its_place_and_not_its_words() -> None:
    result = CliRunner().invoke(_raising(KeyError(CANARY)), ["command"])

    assert result.exit_code == 1
    assert "KeyError at test_failures.py:" in result.stderr
    assert CANARY not in result.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="Windows removes no directory that a process is in")
def test_a_working_directory_that_was_removed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    group = Commands("running")
    group.command("command")(Path.cwd)

    result = CliRunner().invoke(group, ["command"])

    assert (result.exit_code, result.stderr) == (
        1,
        "Error: the working directory does not exist any more: change to a directory that exists\n",
    )


def _raising(error: BaseException) -> Commands:
    group = Commands("raising")

    @group.command()
    def command() -> None:
        raise error

    return group
