"""The command line as a whole: its help, its cost, and how it ends."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pulumi_ivschat.cli import cli
from tests.cli.conftest import Run


@pytest.mark.parametrize("command", cli.commands.values(), ids=lambda command: str(command.name))
def test_every_command_says_in_a_sentence_what_it_does(command: object) -> None:
    text = getattr(command, "help", "") or ""

    assert text.splitlines()[0].endswith((".", ",", ";")) or "." in text


def _all_commands(command: click.Command = cli, *path: str) -> Iterator[tuple[str, ...]]:
    yield path
    for name, each in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _all_commands(each, *path, name)


@pytest.mark.parametrize("path", [*_all_commands()], ids=" ".join)
def test_help_fits_a_terminal_of_80_columns_and_nothing_is_cut(path: tuple[str, ...]) -> None:
    text = CliRunner(env={"COLUMNS": "80"}).invoke(cli, [*path, "--help"]).output

    assert [line for line in text.splitlines() if len(line) > 80] == []
    assert [line for line in text.splitlines() if line.endswith("...") and not line.startswith("Usage:")] == []


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


def test_bash_completes_commands_and_options_as_the_documentation_says(tmp_path: Path) -> None:
    documentation = (Path(__file__).parents[2] / "docs/command-line.md").read_text()
    [line] = re.findall(r"`(eval .*bash_source.*)`", documentation)
    program = tmp_path / "pulumi-ivschat"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m pulumi_ivschat "$@"\n')
    program.chmod(0o755)
    complete = "COMP_WORDS=(pulumi-ivschat import --lang); COMP_CWORD=2; _pulumi_ivschat_completion pulumi-ivschat"
    script = f'PATH="{tmp_path}:$PATH"; {line}; {complete}; echo "${{COMPREPLY[@]}}"'

    ran = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, timeout=30)

    assert (ran.stdout, ran.stderr) == ("--language\n", "")
