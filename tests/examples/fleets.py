"""A copy of examples/fleet, its command, and its rooms in the local service."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from tests.conftest import LocalService

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "fleet"
STACKS: Final = ["fleet-a", "fleet-b", "fleet-c"]
WEST: Final = "us-west-2"
EAST: Final = "us-east-1"
OPERATOR: Final = (
    "operator",
    "--repository",
    "https://github.com/acme/fleet",
    "--backend",
    "s3://state?region=us-west-2",
)
"""The arguments with which shards.py prints manifests."""


class Fleet:
    """The example's command, and its file."""

    def __init__(self, directory: Path, environment: Mapping[str, str]) -> None:
        self.directory, self.environment = directory, environment

    def write(self, rooms: Mapping[str, Any], **more: Any) -> None:
        """Write the file, with these rooms in it."""
        document = {"stacks": STACKS, "settings": {"region": WEST}, "rooms": rooms, **more}
        (self.directory / "rooms.yaml").write_text(yaml.safe_dump(document))

    def run(self, command: str, *, code: int = 0) -> str:
        """Run the command, expect *code*, and return its output."""
        ran = subprocess.run(
            [sys.executable, "fleet.py", command, "--file", "rooms.yaml"],
            check=False,
            cwd=self.directory,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert ran.returncode == code, ran.stdout
        return ran.stdout

    def job(self, workflow: str, job: str, stack: str = "") -> dict[str, str]:
        """Run the commands of a job in a checkout of its own, as a runner does; return the outputs of its steps."""
        checkout = Path(tempfile.mkdtemp(dir=self.directory.parent))
        for file in self.directory.iterdir():
            if file.is_file() and not file.match("Pulumi.fleet-*.yaml"):
                shutil.copy(file, checkout)
        described = yaml.safe_load((EXAMPLE / ".github" / "workflows" / f"{workflow}.yml").read_text())["jobs"][job]
        outputs = checkout / "outputs"
        given = {key: value for key, value in described["env"].items() if "${{" not in value}
        environment = {**self.environment, **given, "STACK": stack, "GITHUB_OUTPUT": str(outputs)}
        commands = [step["run"] for step in described["steps"] if "run" in step]
        assert commands.pop(0) == "pip install -r requirements.txt"  # the environment of the tests has them
        for command in commands:
            bash = ["bash", "-euo", "pipefail", "-c", command]
            ran = subprocess.run(bash, check=False, cwd=checkout, env=environment, capture_output=True, text=True)
            assert ran.returncode == 0, (command, ran.stdout, ran.stderr)
        lines = outputs.read_text().splitlines() if outputs.exists() else []
        return dict(line.split("=", 1) for line in lines)

    def shards(self, *arguments: str, code: int = 0) -> str:
        """Run shards.py, expect *code*, and return its output."""
        command = [sys.executable, "shards.py", *arguments]
        ran = subprocess.run(
            command, check=False, cwd=self.directory, env=self.environment, capture_output=True, text=True
        )
        assert ran.returncode == code, ran.stderr
        return ran.stdout + ran.stderr

    def ivschat(self, *arguments: str) -> str:
        """Run a command of the package in the project, and return its output."""
        command = [sys.executable, "-m", "pulumi_ivschat", *arguments]
        return subprocess.run(
            command, check=True, cwd=self.directory, env=self.environment, stdout=subprocess.PIPE, text=True
        ).stdout


def counts(said: str, column: str) -> int:
    """Add up a column of the summary."""
    rows = [[cell.strip(" ┃│") for cell in line.replace("┃", "│").split("│")[1:-1]] for line in said.splitlines()]
    [titles] = [row for row in rows if "seconds" in row]
    return sum(int(row[titles.index(column)]) for row in rows if row and row[0] in STACKS)


def rooms_at(service: LocalService, region: str) -> dict[str, str]:
    """Return the ARNs of the rooms in a region, by their names."""
    return {room["name"]: room["arn"] for room in service.client(region).list_rooms(maxResults=50)["rooms"]}
