"""The real Pulumi engine, on a project and a state backend of the test's own."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from hashlib import sha1
from pathlib import Path
from textwrap import dedent
from typing import Any, TypeAlias

import attrs
import pytest
import yaml

from pulumi_ivschat.stacks.properties_in_state import plain
from tests.conftest import REGION, LocalService
from tests.engine import vault
from tests.engine.environments import engine_environment, quick, without_checkpoints

_SECONDS = 120
DRIFT = 7  # the CLI's exit code where --expect-no-changes finds changes
_IMPORTS = "import pulumi\nfrom pulumi_ivschat import *\n"
_PROJECT = "name: chat\nruntime: python\n"
_TEMPLATE = "template"
_SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105  how the engine marks a secret in a state


@attrs.frozen
class Stack:
    """A Pulumi stack: a program, a configuration, and the CLI's commands on them."""

    directory: Path
    environment: Mapping[str, str]

    def program(self, source: str) -> Stack:
        """Make *source* the program; `pulumi` and the package's names are imported."""
        (self.directory / "__main__.py").write_text(_IMPORTS + dedent(source))
        return self

    def validate(self, source: str) -> None:
        """Raise the error of a program that this stack cannot run at all: none, if it is in Python."""

    def unsettled(self, printed: str) -> str:
        """Return what a preview with a refresh printed of resources that would change."""
        return printed

    def config(self, **settings: Any) -> Stack:
        """Set `ivschat:…` settings, as `pulumi config set` writes them; None removes one."""
        [file] = self.directory.glob("Pulumi.*.yaml")
        document = yaml.safe_load(file.read_text()) or {}
        values = {f"ivschat:{key}": None if value is None else str(value) for key, value in settings.items()}
        merged = {**document.get("config", {}), **values}
        document["config"] = {key: value for key, value in merged.items() if value is not None}
        file.write_text(yaml.safe_dump(document))
        return self

    def run(self, *arguments: str, code: int = 0, environment: Mapping[str, str] | None = None) -> str:
        """Run the CLI, expect *code*, and return its output."""
        found, output = self.tried(*arguments, environment=environment)
        assert found == code, output
        return output

    def tried(self, *arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run the CLI, and return its exit code and output."""
        command = ["pulumi", "--non-interactive", *arguments]
        ran = subprocess.run(
            command,
            check=False,
            cwd=self.directory,
            env=quick({**self.environment, **(environment or {})}),
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
        """Run `pulumi refresh`, without its preview."""
        return self.run("refresh", "--yes", "--skip-preview", "--diff", *arguments, code=code)

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
        """Hold the stack as another update does; omitted, one that was interrupted on this machine."""
        locks = _backend(self.environment) / ".pulumi" / "locks" / "organization" / "chat" / self.directory.name
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
        recorded = self._recorded()
        stacks = [each for each in _resources(recorded) if each["type"] == "pulumi:pulumi:Stack"] if recorded else []
        outputs: dict[str, Any] = stacks[0].get("outputs", {}) if stacks else {}
        if recorded is None or _SECRET in json.dumps(outputs):
            outputs = json.loads(self.run("stack", "output", "--json", "--show-secrets"))
        return outputs

    def resource(self, name: str) -> dict[str, Any]:
        """Return a resource as the state has it."""
        [found] = [resource for resource in self.resources() if resource["urn"].endswith(f"::{name}")]
        return found

    def plain_resources(self) -> list[dict[str, Any]]:
        """Return this package's resources as the state has them, secrets in plain text."""
        recorded = self._recorded()
        if recorded is None or _SECRET in recorded:
            recorded = self.run("stack", "export", "--show-secrets")
        return [plain(resource) for resource in _resources(recorded) if _is_ours(resource)]

    def resources(self) -> list[dict[str, Any]]:
        """Return this package's resources as the state has them."""
        recorded = self._recorded() or self.run("stack", "export")
        return [resource for resource in _resources(recorded) if _is_ours(resource)]

    def deployment(self) -> dict[str, Any]:
        """Return the state: the resources, and the operations that are under way."""
        return _deployment(self._recorded() or self.run("stack", "export"))

    def _recorded(self) -> str | None:
        """Return the state file of the only stack here; None where the backend is not a directory, or there are several stacks."""
        stacks = [file.name.split(".")[1] for file in self.directory.glob("Pulumi.*.yaml")]
        if not self.environment["PULUMI_BACKEND_URL"].startswith("file://") or len(stacks) != 1:
            return None
        project = yaml.safe_load((self.directory / "Pulumi.yaml").read_text())["name"]
        return _state_file(self.environment, project, stacks[0]).read_text()


def _deployment(recorded: str) -> dict[str, Any]:
    """Return what is in a state, be it exported or in the backend's file."""
    document = json.loads(recorded)
    found: dict[str, Any] = document["deployment"] if "deployment" in document else document["checkpoint"]["latest"]
    return found


def _resources(recorded: str) -> list[dict[str, Any]]:
    resources: list[dict[str, Any]] = _deployment(recorded).get("resources", [])
    return resources


def _is_ours(resource: Mapping[str, Any]) -> bool:
    return "ivschat:" in resource["type"]


def _backend(environment: Mapping[str, str]) -> Path:
    return Path(environment["PULUMI_BACKEND_URL"].removeprefix("file://").partition("?")[0])


def _state_file(environment: Mapping[str, str], project: str, stack: str) -> Path:
    return _backend(environment) / ".pulumi" / "stacks" / project / f"{stack}.json"


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return Pulumi a home of its own; fail if there is no engine."""
    if shutil.which("pulumi") is None:
        pytest.fail("no `pulumi` on PATH: run `make test`, or `. tools/env.sh` first")
    return tmp_path_factory.mktemp("pulumi-home")


@pytest.fixture(scope="session")
def keys() -> Iterator[Mapping[str, str]]:
    """Run a server that keeps the stacks' keys; return the environment in which the CLI finds it."""
    with vault.running_vault() as environment:
        yield environment


NewEnvironment: TypeAlias = Callable[[Path], dict[str, str]]
"""Return the CLI's environment: this interpreter, fake credentials, and a state backend in the directory."""


@pytest.fixture(scope="session")
def new_environment(home: Path, keys: Mapping[str, str]) -> NewEnvironment:
    """Return a function that makes an environment."""
    return partial(engine_environment, home, keys)


@pytest.fixture
def environment(new_environment: NewEnvironment, tmp_path: Path) -> dict[str, str]:
    """Return an environment with a state backend of the test's own."""
    return new_environment(tmp_path)


@pytest.fixture(scope="session")
def template(new_environment: NewEnvironment, tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """Return a stack as `pulumi stack init` makes it: what a test's stacks are copies of."""
    place = tmp_path_factory.mktemp("template")
    stack = Stack(place, new_environment(place))
    (place / "Pulumi.yaml").write_text(_PROJECT)
    stack.run("stack", "init", _TEMPLATE, f"--secrets-provider={vault.PROVIDER}")
    return stack


@pytest.fixture
def new_stack(environment: Mapping[str, str], tmp_path: Path, template: Stack) -> Callable[[str], Stack]:
    """Return a function that makes a stack without configuration."""

    def make(name: str) -> Stack:
        keeps_files = environment["PULUMI_BACKEND_URL"].startswith("file://")
        if keeps_files and not environment["PULUMI_CONFIG_PASSPHRASE"]:
            return _copied(template, tmp_path / name, environment)
        stack = _without_state(tmp_path / name, environment)
        stack.run("stack", "init", name)
        return stack

    return make


def _without_state(directory: Path, environment: Mapping[str, str]) -> Stack:
    directory.mkdir()
    (directory / "Pulumi.yaml").write_text(_PROJECT)
    return Stack(directory, environment)


def _copied(template: Stack, directory: Path, environment: Mapping[str, str]) -> Stack:
    stack = _without_state(directory, environment)
    _copy(template, stack)
    return stack


def _copy(template: Stack, stack: Stack) -> None:
    """Make what `pulumi stack init` makes for a stack that is named as its directory, and selects it there."""
    name = stack.directory.name
    shutil.copyfile(template.directory / f"Pulumi.{_TEMPLATE}.yaml", stack.directory / f"Pulumi.{name}.yaml")
    file = _state_file(stack.environment, "chat", name)
    file.parent.mkdir(parents=True, exist_ok=True)
    state = _state_file(template.environment, "chat", _TEMPLATE).read_text()
    file.write_text(state.replace(f"organization/chat/{_TEMPLATE}", f"organization/chat/{name}"))
    shutil.copyfile(_backend(template.environment) / ".pulumi" / "meta.yaml", file.parents[2] / "meta.yaml")
    project = sha1(str(stack.directory / "Pulumi.yaml").encode(), usedforsecurity=False).hexdigest()
    selected = {"stacks": {stack.environment["PULUMI_BACKEND_URL"]: f"organization/chat/{name}"}}
    workspaces = Path(stack.environment["PULUMI_HOME"]) / "workspaces"
    (workspaces / f"chat-{project}-workspace.json").write_text(json.dumps(selected))


@pytest.fixture
def stack(request: pytest.FixtureRequest, new_stack: Callable[[str], Stack], service: LocalService) -> Stack:
    """Return a stack, configured for an empty local service; it is one of the plug-in for `native.in_both` in YAML."""
    from tests.engine import native  # noqa: PLC0415  it needs `Stack`

    made = new_stack("test").config(region=REGION, endpointUrl=service.url)
    return native.of_stack(made) if getattr(request, "param", "python") == "yaml" else made


@pytest.fixture(scope="module")
def shared_stack(
    new_environment: NewEnvironment,
    template: Stack,
    running_service: LocalService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Stack:
    """Return a stack for another fixture of a module, configured for an empty local service, which the next test empties again."""
    running_service.reset()
    place = tmp_path_factory.mktemp("shared")
    stack = _copied(template, place / "test", without_checkpoints(new_environment(place)))
    return stack.config(region=REGION, endpointUrl=running_service.url)


@pytest.fixture(scope="session")
def outcomes(
    request: pytest.FixtureRequest,
    new_environment: NewEnvironment,
    template: Stack,
    running_service: LocalService,
    tmp_path_factory: pytest.TempPathFactory,
) -> Mapping[Any, BaseException | None]:
    """Run the stories among the tests of this run on one stack of a front end, and return how each ended: see `stories`."""
    from tests.engine import native, stories  # noqa: PLC0415  they need `Stack`

    running_service.reset()
    place = tmp_path_factory.mktemp("stories")
    made = _copied(template, place / "test", without_checkpoints(new_environment(place)))
    stack = native.of_stack(made) if request.param == "yaml" else made
    stack.config(region=REGION, endpointUrl=running_service.url)
    tests: list[Any] = [getattr(item, "function", None) for item in request.session.items]
    tellers = dict.fromkeys(test.story for test in tests if hasattr(test, "story"))
    return stories.run([*tellers], stack, running_service)
