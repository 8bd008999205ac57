"""The real Pulumi engine, on a project and a state backend of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import attrs
import pytest

from pulumi_ivschat.stacks.state import plain
from tests.conftest import ENGINEER, REGION, LocalService

_SECONDS = 120
DRIFT = 7  # the CLI's exit code where --expect-no-changes finds changes
_IMPORTS = "import pulumi\nfrom pulumi_ivschat import *\n"


@attrs.frozen
class Stack:
    """A Pulumi stack: a program, a configuration, and the CLI's commands on them."""

    directory: Path
    environment: Mapping[str, str]

    def program(self, source: str) -> Stack:
        """Make *source* the program; `pulumi` and the package's names are imported."""
        (self.directory / "__main__.py").write_text(_IMPORTS + dedent(source))
        return self

    def config(self, **settings: Any) -> Stack:
        """Set `ivschat:…` settings; None removes one."""
        for key, value in settings.items():
            action = ["rm", f"ivschat:{key}"] if value is None else ["set", f"ivschat:{key}", "--", str(value)]
            self.run("config", *action)
        return self

    def run(self, *arguments: str, code: int = 0, environment: Mapping[str, str] | None = None) -> str:
        """Run the CLI, expect *code*, and give its output."""
        found, output = self.tried(*arguments, environment=environment)
        assert found == code, output
        return output

    def tried(self, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run the CLI, and give its exit code and output."""
        command = ["pulumi", "--non-interactive", *arguments]
        ran = subprocess.run(
            command,
            check=False,
            cwd=self.directory,
            env={**self.environment, **(environment or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_SECONDS,
        )
        if os.environ.get("SHOW"):
            sys.stderr.write(ran.stdout)
        return ran.returncode, ran.stdout

    def up(self, *arguments: str, code: int = 0, environment: Mapping[str, str] | None = None) -> str:
        """Run `pulumi up`, without its preview."""
        return self.run("up", "--yes", "--skip-preview", "--diff", *arguments, code=code, environment=environment)

    def preview(self, *arguments: str, code: int = 0) -> str:
        """Run `pulumi preview`."""
        return self.run("preview", "--diff", *arguments, code=code)

    def refresh(self, *arguments: str, code: int = 0) -> str:
        """Run `pulumi refresh`."""
        return self.run("refresh", "--yes", "--diff", *arguments, code=code)

    def destroy(self, *arguments: str, code: int = 0) -> str:
        """Run `pulumi destroy`."""
        return self.run("destroy", "--yes", "--skip-preview", *arguments, code=code)

    def ivschat(self, *arguments: str, code: int = 0) -> subprocess.CompletedProcess[str]:
        """Run `pulumi-ivschat` where the program is, and expect *code*."""
        command = [sys.executable, "-m", "pulumi_ivschat", *arguments]
        ran = subprocess.run(
            command,
            check=False,
            cwd=self.directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
        assert ran.returncode == code, ran.stdout + ran.stderr
        return ran

    def lock(self, *, host: str = socket.gethostname(), pid: int = 2**22 + 1) -> None:
        """Hold the stack as another update does; left out, one that died on this machine."""
        directory = Path(self.environment["PULUMI_BACKEND_URL"].removeprefix("file://").partition("?")[0])
        locks = directory / ".pulumi" / "locks" / "organization" / "chat" / self.directory.name
        locks.mkdir(parents=True, exist_ok=True)
        holder = {"pid": pid, "username": "me", "hostname": host, "timestamp": "2026-01-31T08:00:00Z"}
        (locks / "1.json").write_text(json.dumps(holder))

    def drift(self, *, code: int = DRIFT) -> str:
        """Look for drift, expecting it unless *code* is 0."""
        return self.run("refresh", "--diff", "--preview-only", "--expect-no-changes", code=code)

    def apply(self, source: str, *arguments: str) -> str:
        """Run `up` on a program, and hold that neither program nor cloud wants another change after it."""
        output = self.program(source).up(*arguments)
        self.preview("--refresh", "--expect-no-changes")
        return output

    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs, secrets in plain text."""
        outputs: dict[str, Any] = json.loads(self.run("stack", "output", "--json", "--show-secrets"))
        return outputs

    def resource(self, name: str) -> dict[str, Any]:
        """Return a resource as the state has it."""
        [found] = [resource for resource in self.resources() if resource["urn"].endswith(f"::{name}")]
        return found

    def plain_resources(self) -> list[dict[str, Any]]:
        """Return this package's resources as the state has them, secrets in plain text."""
        resources = json.loads(self.run("stack", "export", "--show-secrets"))["deployment"].get("resources", [])
        return [plain(resource) for resource in resources if "ivschat" in resource["type"]]

    def resources(self) -> list[dict[str, Any]]:
        """Return this package's resources as the state has them."""
        resources = json.loads(self.run("stack", "export"))["deployment"].get("resources", [])
        return [resource for resource in resources if "ivschat" in resource["type"]]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Pulumi a home of its own; fail where there is no engine."""
    if shutil.which("pulumi") is None:
        pytest.fail("no `pulumi` on PATH: run `make test`, or `. tools/env.sh` first")
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture
def environment(home: Path, tmp_path: Path) -> dict[str, str]:
    """Return the CLI's environment: this interpreter, a state backend of the test's own, fake credentials."""
    backend = tmp_path / "state"
    backend.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IVSCHAT_DATA": str(tmp_path / "local-service"),
        **ENGINEER,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


@pytest.fixture
def new_stack(environment: Mapping[str, str], tmp_path: Path) -> Callable[[str], Stack]:
    """Return a function that makes a stack without configuration."""

    def make(name: str) -> Stack:
        directory = tmp_path / name
        directory.mkdir()
        (directory / "Pulumi.yaml").write_text("name: chat\nruntime: python\n")
        stack = Stack(directory, environment)
        stack.run("stack", "init", name)
        return stack

    return make


@pytest.fixture
def stack(new_stack: Callable[[str], Stack], service: LocalService) -> Stack:
    """Return a stack, configured for an empty local service."""
    stack = new_stack("test")
    config = f"config:\n  ivschat:region: {REGION}\n  ivschat:endpointUrl: {service.url}\n"
    salt = (stack.directory / "Pulumi.test.yaml").read_text()
    (stack.directory / "Pulumi.test.yaml").write_text(config + salt)
    return stack
