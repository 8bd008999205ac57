"""Two network namespaces that a cable joins, as of a container and its neighbour; nothing of this machine's network changes."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

INSIDE, OUTSIDE = "192.0.2.2", "192.0.2.1"
_NEW = ["unshare", "--map-root-user", "--net", "--mount"]
_CABLE = "ip link add outside type veth peer name inside netns {inside}"
_OUTSIDE = f"ip link set lo up; ip address add {OUTSIDE}/24 dev outside; ip link set outside up"
_INSIDE = f"ip link set lo up; ip address add {INSIDE}/24 dev inside; ip link set inside up"


def why_not() -> str | None:
    """Return why this machine permits no namespaces, or None if it does."""
    command = [*_NEW, "ip", "link", "add", "one", "type", "veth", "peer", "name", "other"]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except OSError as error:
        return str(error)
    return ran.stderr.strip() if ran.returncode else None


@attrs.frozen
class Namespace:
    """The network and the mounts that a process has."""

    pid: int

    def entering(self, *command: str) -> list[str]:
        """Return a command that runs another one in here."""
        return ["nsenter", "--user", "--net", "--mount", "--preserve-credentials", f"--target={self.pid}", *command]

    def run(self, *command: str, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in here, at the root directory; its output is in the result, whatever its exit code."""
        entering = self.entering(*command)
        return subprocess.run(
            entering, cwd="/", env=environment, capture_output=True, text=True, check=False, timeout=60
        )

    def configure(self, commands: str) -> None:
        """Run commands of a shell that must succeed."""
        ran = self.run("sh", "-euc", commands)
        assert ran.returncode == 0, ran.stderr


@contextmanager
def pair(name: str, place: Path) -> Iterator[tuple[Namespace, Namespace]]:
    """Yield the namespaces inside and outside a container; a host name means the inside's address on the outside."""
    with _namespace(_NEW) as outside, _namespace(outside.entering("unshare", "--net", "--mount")) as inside:
        outside.configure(_CABLE.format(inside=inside.pid))
        inside.configure(_INSIDE)
        hosts = place / "hosts"
        hosts.write_text(f"127.0.0.1 localhost\n{INSIDE} {name}\n")
        outside.configure(f"{_OUTSIDE}; mount --bind {hosts} /etc/hosts")
        yield inside, outside


@contextmanager
def _namespace(command: list[str]) -> Iterator[Namespace]:
    """Yield what a command creates, which then waits for the end of its standard input."""
    with subprocess.Popen([*command, "cat"], stdin=subprocess.PIPE) as process:
        deadline = time.monotonic() + 10
        while (Path("/proc") / str(process.pid) / "comm").read_text() != "cat\n":
            assert time.monotonic() < deadline, "no namespace was created"
            time.sleep(0.01)
        yield Namespace(process.pid)
