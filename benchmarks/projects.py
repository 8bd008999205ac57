"""A Pulumi project that a benchmark runs: one of the programs, with a state of its own, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from benchmarks.figures import REGION, status

if TYPE_CHECKING:
    from typing_extensions import Self

ROOT: Final = Path(__file__).parents[1]
_SAMPLING_SECONDS: Final = 0.05


@attrs.frozen
class Ran:
    """What a command took: seconds, and the most memory that its provider process had, in bytes."""

    seconds: float
    provider_memory: int
    output: str


@attrs.frozen
class Project:
    """A project of one stack."""

    directory: Path
    environment: Mapping[str, str]

    def run(self, *arguments: str, **more: str) -> Ran:
        """Run the CLI with *more* of an environment; raise CalledProcessError where it fails."""
        command = [str(ROOT / ".engine" / "pulumi"), "--non-interactive", *arguments]
        environment = {**self.environment, **more}
        began = time.perf_counter()
        with (
            subprocess.Popen(
                command,
                cwd=self.directory,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            ) as process,
            _Watch(process.pid) as watch,
        ):
            output, _ = process.communicate()
            seconds = time.perf_counter() - began
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, output)
        return Ran(seconds, watch.memory, output)

    def state_bytes(self) -> float:
        """Return the size of a room in the state, as a backend writes it."""
        resources = json.loads(self.run("stack", "export").output)["deployment"]["resources"]
        rooms = [each for each in resources if each["type"].endswith(":Room")]
        return sum(len(json.dumps(room, separators=(",", ":"))) for room in rooms) / len(rooms)


def project(directory: Path, program: str, count: int, endpoint_url: str) -> Project:
    """Make a project of a program that declares so many rooms."""
    (directory / "state").mkdir(parents=True)
    (directory / "Pulumi.yaml").write_text("name: rooms\nruntime: python\n")
    (directory / "__main__.py").write_text(f"from benchmarks.programs import {program}\n\n{program}.declare({count})\n")
    made = Project(directory, _environment(directory, endpoint_url))
    made.run("stack", "init", program)
    made.run("config", "set", "ivschat:region", REGION)
    made.run("config", "set", "ivschat:endpointUrl", endpoint_url)
    return made


def _environment(directory: Path, endpoint_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(ROOT / ".engine"), os.environ["PATH"]]),
        "PYTHONPATH": str(ROOT),
        "PULUMI_HOME": str(directory / "home"),
        "PULUMI_BACKEND_URL": f"file://{directory}/state",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class _Watch:
    """Looks at the provider process below another one, while that runs."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.memory = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_SAMPLING_SECONDS):
            with suppress(OSError, StopIteration):  # not begun, or ended
                provider = next(filter(_is_provider, _descendants(self._pid)))
                self.memory = max(self.memory, status(provider, "VmHWM") * 1024)


def _descendants(pid: int) -> Iterator[int]:
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, children.read_text().split()):
            yield child
            yield from _descendants(child)


def _is_provider(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    return b"pulumi.dynamic" in command or b"pulumi-resource-ivschat" in command
