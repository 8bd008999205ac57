"""The `pulumi` command: a stack's settings and state, and what may be done to them from outside its program."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat import settings
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.settings import Settings


class LockedError(SettingsError):
    """Raised when an update holds the stack, or one that died still does; the message says who and since when."""

    @property
    def is_of_this_machine(self) -> bool:
        """Whether all who hold it are processes of this machine, so that it can be seen whether they run."""
        return {host for host, _ in self._holders()} == {socket.gethostname()}

    @property
    def holder_runs(self) -> bool:
        """Whether a process of this machine holds it, and still runs."""
        return any(host == socket.gethostname() and _runs(int(pid)) for host, pid in self._holders())

    def _holders(self) -> list[tuple[str, str]]:
        return re.findall(r"created by \S+@(\S+) \(pid (\d+)\)", self.message)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


_PROJECT_FILES: Final = ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json")
_LOCKED: Final = ("currently locked", "Another update is currently in progress")
"""How state files say it, and how Pulumi's own service does."""

# A state in files has its blob library's attributes beside it, which are not written at once as the state itself is.
_CUT_OFF: Final = "failed to load checkpoint: EOF"
_CUT_OFF_REMEDY: Final = (
    "A kill has cut off a file beside the state, which is whole: in the directory of PULUMI_BACKEND_URL, remove the empty "
    ".attrs files of .pulumi/stacks (`find . -name '*.attrs' -empty -delete`), then run again."
)


def pulumi(*arguments: str, cwd: Path | str | None = None) -> str:
    """Run the command without asking anybody anything, and give what it prints; raise SettingsError with its error."""
    if cwd is not None and not Path(cwd).is_dir():
        msg = f"{cwd} is no directory"
        raise SettingsError(msg)
    command = ["pulumi", *arguments, "--non-interactive"]
    try:
        ran = _ended(command, cwd)
    except FileNotFoundError:
        msg = "there is no `pulumi` on the PATH"
        raise SettingsError(msg, remedy="See https://www.pulumi.com/docs/install/.") from None
    if ran.returncode and any(words in ran.stderr for words in _LOCKED):
        raise LockedError(_complaint(ran))
    if ran.returncode:
        complaint = _complaint(ran)
        msg = f"`pulumi {' '.join(arguments[:2])}` failed: {complaint}"
        raise SettingsError(msg, remedy=_CUT_OFF_REMEDY if _CUT_OFF in complaint else "")
    return ran.stdout


def _ended(command: list[str], cwd: Path | str | None) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, Ctrl-C or not: it hears that too, and killed then it would leave its lock behind."""
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  the user's own engine
        command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True, errors="replace"
    ) as running:
        try:
            out, complaints = running.communicate()
        except KeyboardInterrupt:
            running.communicate()
            raise
    return subprocess.CompletedProcess(command, running.returncode, out, complaints)


def _complaint(ran: subprocess.CompletedProcess[str]) -> str:
    """Give the lines in which the command says what is wrong, without its progress."""
    lines = (ran.stderr.strip() or ran.stdout.strip()).splitlines()
    errors = [number for number, line in enumerate(lines) if line.strip().startswith("error:")]
    return (
        "\n".join(lines[errors[0] if errors else 0 :]).strip().removeprefix("error: ") or f"exit code {ran.returncode}"
    )


@attrs.frozen
class Stack:
    """A stack of the project in *directory*; *selector* is what the command takes, with an organisation or without."""

    directory: Path
    project: str
    selector: str

    @property
    def name(self) -> str:
        """The name that the program sees."""
        return self.selector.rpartition("/")[2]

    @property
    def program(self) -> Path:
        """The directory of the program."""
        root, described = _project(self.directory)
        main = root / str(described.get("main") or "")
        return main if main.is_dir() else main.parent

    def settings(self) -> Settings:
        """Give the stack's `ivschat:…` settings, secrets in plain text; raise SettingsError where one is wrong."""
        configured = json.loads(self._run("config", "--json", "--show-secrets"))
        return settings.from_config({key: entry.get("value") for key, entry in configured.items()})

    def default_tags_are_secret(self) -> bool:
        """Return whether the stack's default tags are a secret, as a whole or in part."""
        configured = json.loads(self._run("config", "--json"))
        return bool(configured.get(f"{settings.NAMESPACE}defaultTags", {}).get("secret"))

    def deployment(self) -> dict[str, Any]:
        """Give the state, secrets in plain text (`{"version", "deployment"}`)."""
        exported: dict[str, Any] = json.loads(self._run("stack", "export", "--show-secrets"))
        return exported

    def put_deployment(self, deployment: Mapping[str, Any]) -> None:
        """Replace the state; the engine encrypts its secrets again, and refuses a state that is not sound."""
        with _private_file(deployment) as file:
            self._run("stack", "import", "--file", file)

    def import_resources(self, file: Mapping[str, Any]) -> None:
        """Take resources that exist into the state, by Pulumi's import file; protected until the program has them."""
        with _private_file(file) as path:
            arguments = ("--file", path, "--generate-code=false", "--protect=true", "--yes", "--skip-preview")
            self._run("import", *arguments)

    def wanted(self) -> dict[str, Any]:
        """Give what the program declares and the state does not have, as Pulumi's import file without the ids."""
        with tempfile.TemporaryDirectory(prefix="pulumi-ivschat-") as directory:
            path = Path(directory) / "wanted.json"
            self._run("preview", "--import-file", str(path))
            file: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return file

    def unlock(self) -> None:
        """Take away the lock of an update that died."""
        self._run("cancel", "--yes")

    def _run(self, *arguments: str) -> str:
        return pulumi(*arguments, "--stack", self.selector, cwd=self.directory)


def find(directory: Path, name: str | None) -> Stack:
    """Give the stack of that name, or the selected one, of the project in *directory* or above it; raise SettingsError."""
    _, described = _project(directory)
    return Stack(directory, str(described["name"]), name or pulumi("stack", "--show-name", cwd=directory).strip())


def is_project(directory: Path) -> bool:
    """Return whether there is a Pulumi project in *directory* or above it."""
    return _project_file(directory) is not None


def _project(directory: Path) -> tuple[Path, dict[str, Any]]:
    """Give the root of the project, and what its file says."""
    import yaml  # noqa: PLC0415  pulumi brings it

    if file := _project_file(directory):
        return file.parent, yaml.safe_load(file.read_text(encoding="utf-8"))
    msg = f"there is no Pulumi.yaml in {directory} or above it"
    raise SettingsError(msg)


def _project_file(directory: Path) -> Path | None:
    places = (directory.absolute(), *directory.absolute().parents)
    return next((file for place in places for name in _PROJECT_FILES if (file := place / name).is_file()), None)


@contextmanager
def _private_file(document: Mapping[str, Any]) -> Iterator[str]:
    """Give the path of a file that only this user can read, with *document* in it, for a while: it may hold secrets."""
    with tempfile.NamedTemporaryFile("w", prefix="pulumi-ivschat-", suffix=".json", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        yield file.name
