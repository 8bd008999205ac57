"""The `pulumi` command: a stack's settings and state, and what may be done to them from outside its program."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import attrs

from pulumi_ivschat import settings
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.settings import Settings


class LockedError(SettingsError):
    """Raised when an update holds the stack, or one that was interrupted still does; the message says who and since when."""

    @property
    def is_of_this_machine(self) -> bool:
        """Whether all who hold it are processes of this machine, so that it can be seen whether they run."""
        return {host for host, _ in self._holders()} == {socket.gethostname()}

    @property
    def holder_runs(self) -> bool:
        """Whether a process of this machine holds it, and still runs."""
        return any(_runs(pid) for pid in self.holders_here)

    @property
    def holders_here(self) -> list[int]:
        """The ids of the processes of this machine that hold it."""
        return [int(pid) for host, pid in self._holders() if host == socket.gethostname()]

    @property
    def holders(self) -> str:
        """The engine's lines that name the lock's holders; the whole message if there are none."""
        lines = [line.strip() for line in self.message.splitlines() if "created by" in line]
        return "\n".join(lines) or self.message

    def _holders(self) -> list[tuple[str, str]]:
        return re.findall(r"created by \S+@(\S+) \(pid (\d+)\)", self.message)


class DamagedStateError(SettingsError):
    """Raised when the engine cannot read a state, or what is beside it."""


@attrs.frozen
class Update:
    """An update, refresh or destroy of a stack that came to its end, by the stack's history."""

    kind: str
    start: datetime
    end: datetime | None
    result: str

    @property
    def succeeded(self) -> bool:
        """Whether it is an update that recorded all that it created; a refresh or destroy creates nothing."""
        return self.kind == "update" and self.result == "succeeded"

    def spans(self, time: datetime, later: timedelta = timedelta()) -> bool:
        """Return whether a time is within it, or not much *later*."""
        return self.start <= time and (self.end is None or time <= self.end + later)


def _runs(pid: int) -> bool:
    if os.name == "nt":  # there, signal 0 is Ctrl-C
        return True
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
_CUT_OFF: Final = re.compile(r"\bEOF\b|unexpected end of JSON input")
_CUT_OFF_REMEDY: Final = (
    "A kill may have cut off a file beside the state. `pulumi-ivschat recover --stack STACK` finds and removes it; "
    "`pulumi cancel` removes a lock. To prevent this, add ?metadata=skip to a file:// PULUMI_BACKEND_URL."
)
_HISTORY: Final = 200
"""How many entries of the history are enough; an older one is a doubt and no evidence."""


def pulumi(*arguments: str, cwd: Path | str | None = None) -> str:
    """Run the command without asking anybody anything, and return what it prints; raise SettingsError with its error."""
    if cwd is not None and not Path(cwd).is_dir():
        msg = f"{cwd} is not a directory"
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
        if _CUT_OFF.search(complaint):
            raise DamagedStateError(msg, remedy=_CUT_OFF_REMEDY)
        raise SettingsError(msg)
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
    """Return the lines in which the command shows what is wrong, without its progress."""
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
    def runtime(self) -> str:
        """The language host of the program: python, yaml, nodejs, …."""
        runtime = _project(self.directory)[1].get("runtime") or "python"
        return str(runtime.get("name", "python") if isinstance(runtime, Mapping) else runtime)

    @property
    def program(self) -> Path:
        """The directory of the program."""
        root, described = _project(self.directory)
        main = root / str(described.get("main") or "")
        return main if main.is_dir() else main.parent

    def settings(self) -> Settings:
        """Return the stack's `ivschat:…` settings, secrets in plain text; raise SettingsError if one is wrong."""
        configured = json.loads(self._run("config", "--json", "--show-secrets"))
        return settings.from_config({key: entry.get("value") for key, entry in configured.items()})

    def default_tags_are_secret(self) -> bool:
        """Return whether the stack's default tags are a secret, as a whole or in part."""
        configured = json.loads(self._run("config", "--json"))
        return bool(configured.get(f"{settings.NAMESPACE}defaultTags", {}).get("secret"))

    def deployment(self) -> dict[str, Any]:
        """Return the state, secrets in plain text (`{"version", "deployment"}`)."""
        exported: dict[str, Any] = json.loads(self._run("stack", "export", "--show-secrets"))
        return exported

    def exported(self) -> dict[str, Any]:
        """Return the state, secrets encrypted; no passphrase is needed for that."""
        exported: dict[str, Any] = json.loads(self._run("stack", "export"))
        return exported

    def ids(self) -> set[str]:
        """Return the ids in the state."""
        resources = self.exported()["deployment"].get("resources") or []
        return {resource["id"] for resource in resources if resource.get("id")}

    def others(self) -> list[Stack]:
        """Return the other stacks of the backend, those of the same project first."""
        listed = json.loads(pulumi("stack", "ls", "--all", "--json", cwd=self.directory))
        names = [entry["name"] for entry in listed if entry["name"] not in {self.selector, self.name}]
        found = [Stack(self.directory, _project_in(name) or self.project, name) for name in names]
        return sorted(found, key=lambda each: each.project != self.project)

    def history(self) -> tuple[Sequence[Update], bool]:
        """Return the newest updates, latest first, and whether these are all."""
        entries = json.loads(self._run("stack", "history", "--json", "--page-size", str(_HISTORY)) or "[]")
        updates = [
            Update(entry["kind"], start, _end(entry), entry.get("result", ""))
            for entry in entries
            if (start := time_of(entry.get("startTime")))
        ]
        return updates, len(entries) < _HISTORY

    def backend(self) -> str:
        """Return the URL of the state backend."""
        if url := os.environ.get("PULUMI_BACKEND_URL"):
            return url
        return str(json.loads(pulumi("whoami", "--json", cwd=self.directory))["url"])

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
        """Return what the program declares and the state does not have, as Pulumi's import file without the ids."""
        with tempfile.TemporaryDirectory(prefix="pulumi-ivschat-") as directory:
            path = Path(directory) / "wanted.json"
            self._run("preview", "--import-file", str(path))
            file: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            return file

    def unlock(self) -> None:
        """Take away the lock of an update that was interrupted."""
        self._run("cancel", "--yes")

    def _run(self, *arguments: str) -> str:
        return pulumi(*arguments, "--stack", self.selector, cwd=self.directory)


def time_of(text: str | None) -> datetime | None:
    """Return a time as the engine writes it (RFC 3339, up to nanoseconds), None if there is none."""
    parts = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)", text or "")
    if not parts:
        return None
    seconds, fraction, zone = parts.groups()
    return datetime.fromisoformat(f"{seconds}{(fraction or '.').ljust(7, '0')[:7]}{zone.replace('Z', '+00:00')}")


def _end(entry: Mapping[str, Any]) -> datetime | None:
    """Return when an update ended, at the latest: the history has whole seconds."""
    end = time_of(entry.get("endTime"))
    return end + timedelta(seconds=1) if end else None


def _project_in(name: str) -> str:
    """Return the project in a stack's full name (organization/project/stack); "" if it is the one at hand."""
    parts = name.split("/")
    return parts[1] if len(parts) > 2 else ""  # noqa: PLR2004  as it says


def find(directory: Path, name: str | None) -> Stack:
    """Return the stack of that name, or the selected one, of the project in *directory* or above it; raise SettingsError."""
    _, described = _project(directory)
    return Stack(directory, str(described["name"]), name or pulumi("stack", "--show-name", cwd=directory).strip())


def of_project(directory: Path) -> list[Stack]:
    """Return all stacks of the project in *directory* or above it, in the engine's order; raise SettingsError if there is none."""
    _, described = _project(directory)
    listed = json.loads(pulumi("stack", "ls", "--json", cwd=directory))
    if not listed:
        msg = f"the project {described['name']} has no stacks"
        raise SettingsError(msg, remedy="Create one with `pulumi stack init`, or check PULUMI_BACKEND_URL.")
    return [Stack(directory, str(described["name"]), entry["name"]) for entry in listed]


def is_project(directory: Path) -> bool:
    """Return whether there is a Pulumi project in *directory* or above it."""
    return _project_file(directory) is not None


def _project(directory: Path) -> tuple[Path, dict[str, Any]]:
    """Return the root of the project, and what its file says."""
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
    """Yield the path of a file that only this user can read, with *document* in it, for a while: it may hold secrets."""
    with tempfile.NamedTemporaryFile("w", prefix="pulumi-ivschat-", suffix=".json", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        yield file.name
