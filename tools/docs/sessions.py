"""
Sessions: the files and commands of a tutorial, run as a reader runs them, with what the commands print.

A page is a session if it has a `console` block. A block of another language whose first line is a comment with a file's name is
that file. In a `console` block, lines that start with `$ ` are commands, and the lines below are their output. If the last of
them is `…`, the page shows some lines only, and the others are omitted. All commands of a page run in one shell, in a home
directory of its own. Those of README.md run in a checkout there.

`make docs-sessions` runs them and writes their output into the pages; a test runs them and compares.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import attrs

from tools.docs import checkouts
from tools.docs.staging import ROOT

HOME: Final = "/home/you"
"""The directory of a session, as pages show it."""

_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE: Final = re.compile(r"\A(?:#|//) ([\w./-]+\.\w+)\n(.*)\Z", re.DOTALL)
_COMMAND: Final = re.compile(r"^\$ ((?:.*\\\n)*.*)\n", re.MULTILINE)
SECONDS: Final = 300.0
"""How long a session may take."""
_END: Final = "that was all of it: "
_PROGRESS: Final = "@ "
"""How lines of Pulumi's begin that have as many dots as the machine is slow."""
_OMITTED: Final = "…"
"""The last line of an output of which a page shows some lines only."""
_NOT_INHERITED: Final = ("AWS_", "PULUMI_", "IVSCHAT_", "PYTEST_", "MAKE", "MFLAGS")
_CHANGES: Final = (
    (re.compile(r"(room|logging-configuration)/\w{12}"), r"\1/ID"),
    (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:PORT"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?UTC|Z|[+-]\d\d:\d\d)?"), "TIME"),
    (re.compile(r"\b\d+(\.\d+)?s\b|\b\d+ seconds?\b"), "SECONDS"),
    (re.compile(r"\"token\": \"[^\"\n]+"), '"token": "…'),
    (re.compile(r"(?m)^\w+=*\.\d{10}\.[0-9a-f]{64}$"), "SESSION TOKEN"),
    (re.compile(r"(?m)^\d\d:\d\d:\d\d \w{12} "), "TIME ID "),  # a chat message
    (re.compile(r"[ \t]+"), " "),
)


class SessionFailed(Exception):
    """Raised when a command of a session fails, with what it printed."""


@attrs.define
class Shell:
    """One bash, in which commands run one after the other."""

    _process: subprocess.Popen[str]

    def run(self, command: str) -> str:
        """Run a command and return what it prints. Raises SessionFailed if its exit code is not 0."""
        assert self._process.stdin is not None and self._process.stdout is not None  # noqa: S101, PT018  they are pipes
        self._process.stdin.write(f"{command}\nprintf '\\n%s%s\\n' '{_END}' $?\n")
        self._process.stdin.flush()
        lines: list[str] = []
        for line in self._process.stdout:
            if line.startswith(_END):
                return _printed(command, lines, line.removeprefix(_END).strip())
            lines.append(line)
        msg = f"$ {command}\n{''.join(lines)}\nthe shell ended, or {SECONDS:.0f} s were over"
        raise SessionFailed(msg)


def _printed(command: str, lines: list[str], code: str) -> str:
    text = "".join(lines)
    if code != "0":
        msg = f"$ {command}\n{text}\nexit code {code}"
        raise SessionFailed(msg)
    text = re.sub(r"Logged in to \S+ as \S+", "Logged in to laptop as you", text)
    lines = [line.rstrip() for line in text.strip("\n").splitlines() if not line.startswith(_PROGRESS)]
    return "\n".join(lines).strip("\n")


@contextmanager
def shell(home: Path, environment: Mapping[str, str]) -> Iterator[Shell]:
    """Run a shell in a home directory; what its commands leave running ends with it."""
    with subprocess.Popen(
        ["bash", "--noprofile", "--norc"],  # noqa: S607
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=home,
        env=environment,
        text=True,
        start_new_session=True,
    ) as process:
        limit = threading.Timer(SECONDS, os.killpg, (process.pid, signal.SIGKILL))
        limit.start()
        try:
            yield Shell(process)
        finally:
            limit.cancel()
            subprocess.run(["pulumi-ivschat", "local", "stop"], env=environment, capture_output=True, check=False)  # noqa: S607
            with contextlib.suppress(ProcessLookupError):  # the limit was reached
                os.killpg(process.pid, signal.SIGKILL)


def environment_of(home: Path) -> dict[str, str]:
    """Return the environment of a reader who has the package and Pulumi, and nothing set up."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_INHERITED)}
    own = {
        "HOME": str(home),
        "PULUMI_HOME": str(home / ".pulumi"),  # the engine takes ~ from the account, not from HOME
        "COLUMNS": "100",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return {**inherited, **own}


def session(page: str, *, in_checkout: bool = False) -> str:
    """Run a page's files and commands, and return the page with what they printed. Raises SessionFailed."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory)
        environment = environment_of(home)
        if in_checkout:
            environment |= checkouts.lay_out(home / checkouts.NAME)
        else:
            ignored = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(ROOT / "examples", home / "examples", ignore=ignored)
            (home / ".venv").symlink_to(sys.prefix)
        with shell(home / checkouts.NAME if in_checkout else home, environment) as running:
            return _BLOCK.sub(lambda block: _replayed(block, running, home), page)


def _replayed(block: re.Match[str], running: Shell, home: Path) -> str:
    language, text = block.groups()
    if language == "console":
        shown = "\n".join(_outputs(text, running))
        return f"```console\n{shown.replace(str(home), HOME)}\n```"
    if file := _FILE.match(text):
        there = Path(running.run("pwd"), file[1])
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(file[2], encoding="utf-8")
    return block[0]


def _outputs(text: str, running: Shell) -> Iterator[str]:
    """Run the commands of a block; yield each with what it printed."""
    commands = [*_COMMAND.finditer(text)]
    ends = [*(command.start() for command in commands[1:]), len(text)]
    for command, end in zip(commands, ends, strict=True):
        shown = text[command.end() : end].strip("\n").splitlines()
        yield f"$ {command[1]}\n{_abridged(running.run(command[1]), shown)}".rstrip("\n")


def _abridged(printed: str, shown: list[str]) -> str:
    """Return the lines of an output that a page shows: all, unless its last line marks that some are omitted."""
    if shown[-1:] != [_OMITTED]:
        return printed
    wanted = comparable("\n".join(shown))
    kept = [line for line in printed.splitlines() if line.strip() and comparable(line)[0] in wanted]
    return "\n".join([*kept, _OMITTED])


def comparable(page: str) -> list[str]:
    """Return a page's lines without what differs from run to run: ids, ports, times, and the order of parallel calls."""
    for form, instead in _CHANGES:
        page = form.sub(instead, page)
    return sorted({line.strip() for line in page.splitlines() if line.strip()})


def pages() -> list[Path]:
    """Return the pages that are sessions: README.md, and those in docs/."""
    files = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    return [file for file in files if "```console\n" in file.read_text(encoding="utf-8")]


def of_page(file: Path) -> str:
    """Run the session of a page, and return the page with what its commands printed."""
    return session(file.read_text(encoding="utf-8"), in_checkout=file.name == "README.md")


def main(*names: str) -> None:
    """Run the sessions with these names, or all, and write what they printed into their pages."""
    for file in pages():
        if not names or file.stem in names:
            print(f"Running {file.name}")
            file.write_text(of_page(file), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
