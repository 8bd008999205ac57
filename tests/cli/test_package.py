"""The command line as a whole: its help, its cost, and how it ends."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from collections.abc import Callable

import pytest

from pulumi_ivschat.cli import cli
from tests.cli.conftest import Run


@pytest.mark.parametrize("command", cli.commands.values(), ids=lambda command: str(command.name))
def test_every_command_says_in_a_sentence_what_it_does(command: object) -> None:
    text = getattr(command, "help", "") or ""

    assert text.splitlines()[0].endswith((".", ",", ";")) or "." in text


def test_help_names_the_commands(run: Run) -> None:
    ran = run("--help")

    assert ran.returncode == 0
    assert set(cli.commands) <= set(ran.stdout.split())


@pytest.mark.parametrize("arguments", [["-h"], ["rooms", "-h"], ["local", "status", "-h"]])
def test_help_has_its_short_name_everywhere(arguments: list[str], run: Run) -> None:
    ran = run(*arguments)

    assert (ran.returncode, ran.stdout.split()[0]) == (0, "Usage:")


def test_it_shows_which_version_it_is(run: Run) -> None:
    ran = run("--version")

    assert ran.stdout == f"pulumi-ivschat, version {importlib.metadata.version('pulumi-ivschat')}\n"


def test_loading_the_commands_loads_only_what_all_of_them_need(run_python: Callable[[str], str]) -> None:
    heavy = {"asyncio", "boto3", "botocore", "http.client", "pulumi", "rich", "websockets"}

    assert run_python(f"import sys, pulumi_ivschat.cli; print({heavy!r} & {{*sys.modules}})") == "set()"


def test_a_reader_that_is_removed_is_not_an_error() -> None:
    command = f"{sys.executable} -m pulumi_ivschat --help | true; exit ${{PIPESTATUS[0]}}"

    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)

    assert ran.stderr == ""
