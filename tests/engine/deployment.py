"""The deployment that the fault tests work on, by the real engine."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.errors import IvsChatError
from tests.engine.conftest import Stack
from tests.faults.deployment import Program, Ref

_ERROR: Final = re.compile(r"^    error: (?P<message>.+(?:\n    (?!\s*error:).+)*)", re.MULTILINE)

_THE_STACKS: Final = "update failed"

_KEPT: Final = re.compile(r"^1 error occurred:\n\s*\* ")
"""What the engine writes before the error of a resource that was created and is not finished."""


@attrs.define
class EngineDeployment:
    """A stack of the real engine, with the face of `faults.deployment.Deployment`."""

    stack: Stack
    _resources: list[dict[str, Any]] | None = None

    def up(self, program: Program) -> None:
        """Make the account what the program says; raise IvsChatError."""
        self._declare(program)
        self._run("up", "--skip-preview")

    def refresh(self) -> None:
        """Take what AWS holds into the state; raise IvsChatError."""
        self._run("refresh", "--skip-preview")

    def destroy(self) -> None:
        """Delete everything in the state; raise IvsChatError."""
        self._run("destroy", "--skip-preview")

    def recover(self, regions: Sequence[str] = ()) -> list[str]:
        """Run `pulumi-ivschat recover --region …`, which must find a place for everything."""
        self._resources = None
        self.stack.ivschat("recover", "--yes", *(f"--region={region}" for region in regions))
        return []

    def changes(self, program: Program) -> list[str]:
        """Return what a preview shows, where it shows anything that is to be changed."""
        self._declare(program)
        code, output = self.stack.tried("preview", "--expect-no-changes")
        return [output] if code else []

    def id_of(self, name: str) -> str:
        """Return the ARN that the state has for a resource name."""
        return str(self._named(name)["id"])

    def outputs(self, name: str) -> Mapping[str, Any]:
        """Return the outputs that the state has for a resource name."""
        outputs: Mapping[str, Any] = self._named(name)["outputs"]
        return outputs

    def ids(self) -> set[str]:
        """Return all ARNs that the state has for rooms and logging configurations."""
        return {each["id"] for each in self._recorded() if not each["type"].endswith("TagSet")}

    def _declare(self, program: Program) -> None:
        self.stack.program("\n".join(_code(program)))

    def _run(self, command: str, *arguments: str) -> None:
        self._resources = None
        code, output = self.stack.tried(command, "--yes", *arguments)
        if code:
            messages = [found["message"].replace("\n    ", "\n") for found in _ERROR.finditer(output)]
            ours = [_KEPT.sub("", message) for message in messages if message != _THE_STACKS]
            assert ours, output
            raise IvsChatError("\n".join(ours))

    def _recorded(self) -> list[dict[str, Any]]:
        if self._resources is None:
            self._resources = self.stack.plain_resources()
        return self._resources

    def _named(self, name: str) -> dict[str, Any]:
        return next(each for each in self._recorded() if each["urn"].endswith(f"::{name}"))


_LEFT_OUT: Final[Mapping[str, Mapping[str, Any]]] = {
    "LoggingConfiguration": {"name": "", "timeout_seconds": 60},
    "Room": {"name": ""},
    "TagSet": {},
}
"""What the model treats as inputs that are omitted, and a wait that a test can spend.

The native plug-in limits the whole operation by it, and 10 s were not enough on a machine with 18 busy processes a core.
"""


def _code(program: Program) -> Iterator[str]:
    for each in program:
        given = {**_LEFT_OUT[each.type], **each.inputs}
        inputs = "".join(f", {name}={_spelled(value)}" for name, value in given.items())
        yield f"{_variable(each.name)} = {each.type}({each.name!r}{inputs})"


def _spelled(value: Any) -> str:
    if isinstance(value, Ref):
        return f"{_variable(value.name)}.arn"
    return f"[{', '.join(map(_spelled, value))}]" if isinstance(value, list) else repr(value)


def _variable(name: str) -> str:
    return name.replace("-", "_")
