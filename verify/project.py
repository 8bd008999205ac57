"""A Pulumi project in a folder of its own, and the real engine on it: state, plugins and settings stay in that folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs

from pulumi_ivschat.local.access_keys import LOCAL
from pulumi_ivschat.model.service_model import operations
from verify.endpoint import Endpoint
from verify.question import NotTried

_ROOT: Final = Path(__file__).parents[1]
_SECONDS: Final = 120
_STACK: Final = "verify"
_RATE_OF_EACH_OPERATION: Final = 1
"""Calls a second, towards AWS: one operation after the other keeps below the run's own rate."""


@attrs.frozen
class Project:
    """A project with one stack."""

    directory: Path
    environment: Mapping[str, str]

    def program(self, source: str) -> None:
        """Write the program."""
        (self.directory / "__main__.py").write_text(source, encoding="utf-8")

    def pulumi(self, *arguments: str) -> tuple[int, str]:
        """Run the CLI, and return its exit code and output."""
        return self._ran("pulumi", "--non-interactive", *arguments)

    def must(self, *arguments: str) -> str:
        """Run the CLI, and return its output; raise RuntimeError with it if the CLI fails."""
        code, output = self.pulumi(*arguments)
        if code:
            msg = f"pulumi {arguments[0]} failed: {output}"
            raise RuntimeError(msg)
        return output

    def ivschat(self, *arguments: str) -> tuple[int, str]:
        """Run `pulumi-ivschat`, and return its exit code and output."""
        return self._ran(sys.executable, "-m", "pulumi_ivschat", *arguments)

    def _ran(self, *command: str) -> tuple[int, str]:
        with subprocess.Popen(  # noqa: S603 - our own commands
            [sys.executable, "-m", "verify.guarded", *command],
            cwd=self.directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as running:
            try:
                output, _ = running.communicate(timeout=_SECONDS)
            except BaseException:  # Ctrl-C too
                running.terminate()  # it then kills the engine, which a kill would not
                raise
        return running.returncode, output


def project(directory: Path, name: str, endpoint: Endpoint, **settings: str) -> Project:
    """Make a project with settings `ivschat:…`; raise NotTried if there is no engine."""
    if shutil.which("pulumi", path=_path()) is None:
        msg = "there is no `pulumi` on PATH"
        raise NotTried(msg)
    directory.mkdir()
    (directory / "state").mkdir()
    (directory / "Pulumi.yaml").write_text(f"name: {name}\nruntime: python\n", encoding="utf-8")
    made = Project(directory, _environment(directory, endpoint))
    made.must("stack", "init", _STACK)
    given = {"region": endpoint.region, **_of_endpoint(endpoint), **settings}
    values = [word for key, value in given.items() for word in ("--plaintext", f"ivschat:{key}={value}")]
    made.must("config", "set-all", "--stack", _STACK, *values)
    return made


def _of_endpoint(endpoint: Endpoint) -> dict[str, str]:
    if endpoint.url is not None:
        return {"endpointUrl": endpoint.url}
    profile = {"profile": endpoint.profile} if endpoint.profile else {}
    return {"rates": json.dumps(dict.fromkeys(operations(), _RATE_OF_EACH_OPERATION)), **profile}


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), str(_ROOT / ".engine"), os.environ["PATH"]])


def _environment(directory: Path, endpoint: Endpoint) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    own = {
        "PATH": _path(),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")])),
        "PULUMI_HOME": str(directory.parent / "home"),
        "PULUMI_BACKEND_URL": f"file://{directory}/state",
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    if endpoint.url is None:
        return {**kept, **own}
    without = {name: value for name, value in kept.items() if not name.startswith("AWS_")}
    return {**without, **own, **_OF_LOCAL}


_OF_LOCAL: Final = {
    "AWS_ACCESS_KEY_ID": LOCAL.id,
    "AWS_SECRET_ACCESS_KEY": LOCAL.secret,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
}
