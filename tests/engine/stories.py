"""
Stories: tests of one stack each, which run together on one stack and are distinguished by the names of their resources.

A story is a generator. It yields the next command (`Up`, `Drift`, …) and gets what that command did to its own resources; in
between it changes the cloud and asserts. All stories of a test run go in lockstep: their programs are joined, one command runs
for all that wait for it, and each gets its part of the output. An engine command costs a second or more, whether it is for one
room or for fifty.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Generator, Mapping, Sequence
from functools import cache
from textwrap import dedent, indent
from typing import Any, ClassVar, Final, TypeAlias

import attrs
import pytest

from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from tests.conftest import LocalService
from tests.engine.conftest import Stack

_TYPES: Final = {"ChatTokens", *RESOURCE_TYPES}
_BLOCK: Final = re.compile(r"^ {4}(?=\S)", re.MULTILINE)


@attrs.frozen
class Command:
    """A command of the engine that a story waits for; *source* is its program from now on, if it changes."""

    source: str | None = None
    name: ClassVar[str]

    def run(self, stack: Stack, targets: Sequence[str], /) -> str:
        """Run the command for the stories whose resources are the *targets*, and return what it printed."""
        raise NotImplementedError


class Preview(Command):
    """`pulumi preview`."""

    name = "preview"

    def run(self, stack: Stack, _: Sequence[str], /) -> str:
        """Run it."""
        return stack.preview()


class Drift(Command):
    """`pulumi refresh --preview-only`, which writes nothing."""

    name = "drift"

    def run(self, stack: Stack, _: Sequence[str], /) -> str:
        """Run it."""
        return stack.run("refresh", "--diff", "--preview-only")


class Up(Command):
    """`pulumi up`."""

    name = "up"

    def run(self, stack: Stack, _: Sequence[str], /) -> str:
        """Run it."""
        return stack.up()


class Apply(Up):
    """`pulumi up`, after which neither program nor cloud wants another change."""


class Refresh(Command):
    """`pulumi refresh` of the story's own resources, so that the next `up` repairs no other story's drift."""

    name = "refresh"

    def run(self, stack: Stack, targets: Sequence[str], /) -> str:
        """Run it for the targets."""
        return stack.refresh(*(f"--target={urn}" for urn in targets))


class Repair(Command):
    """`pulumi up --refresh`."""

    name = "repair"

    def run(self, stack: Stack, _: Sequence[str], /) -> str:
        """Run it."""
        return stack.up("--refresh")


class Destroy(Command):
    """`pulumi destroy`."""

    name = "destroy"

    def run(self, stack: Stack, _: Sequence[str], /) -> str:
        """Run it."""
        return stack.destroy()


_ORDER: Final[Sequence[str]] = ("drift", "refresh", "preview", "up", "repair", "destroy")
"""
Of several commands that stories wait for, the first runs first.

A command that only looks sees the cloud as its story left it, and what a refresh has found is repaired by its own story.
"""

_FEW: Final = 2
"""A preview that no more stories than these wait for runs after the next `up`, in which they keep their former programs."""


@attrs.frozen
class Seen:
    """What a command did to a story's own resources."""

    output: str
    """Its part of what the engine printed: a block for each resource that changes."""
    printed: str
    """All that the engine printed, for all stories."""
    resources: Mapping[str, Mapping[str, Any]]
    """Its resources as the state has them, by resource name."""
    calls: Sequence[str]
    """The operations that the command called for its resources; lists are nobody's."""
    _exported: Callable[[], Mapping[str, Any]]

    @property
    def outputs(self) -> Mapping[str, Any]:
        """Its program's outputs."""
        return self._exported()

    def arn(self, resource_name: str) -> str:
        """Return the ARN of a resource."""
        return str(self.resources[resource_name]["id"])


@attrs.frozen
class Here:
    """Where a story takes place: the cloud, and the names that its resources have there."""

    service: LocalService
    prefix: str

    def name(self, resource_name: str) -> str:
        """Return the name of a resource in the stack, which is a room's default name too."""
        return f"{self.prefix}{resource_name}"

    def owner_tag(self, resource_name: str) -> dict[str, str]:
        """Return the owner tag of a resource."""
        return {"pulumi-ivschat:owner": f"chat/test/{self.name(resource_name)}"}


_PYTHON: Final = pytest.param("python", marks=[pytest.mark.oldest_sdk, pytest.mark.xdist_group("stories")])
_YAML: Final = pytest.param("yaml", marks=[pytest.mark.long, pytest.mark.xdist_group("stories in yaml")])


Story: TypeAlias = Generator[Command, Seen, None]


Teller: TypeAlias = Callable[[Here], Story]
Outcomes: TypeAlias = Mapping[Teller, BaseException | None]
"""The error of each story; None if it ended well."""


def story(teller: Teller) -> Callable[[Outcomes], None]:
    """Return the test that fails as the story does, in Python and in YAML."""
    return _test(teller, [_PYTHON, _YAML])


def python_story(teller: Teller) -> Callable[[Outcomes], None]:
    """Return the test of a story for Python only: it computes, or uses what only dynamic resources have."""
    return _test(teller, [_PYTHON])


def _test(teller: Teller, front_ends: Sequence[Any]) -> Callable[[Outcomes], None]:

    def test(outcomes: Outcomes) -> None:
        if error := outcomes[teller]:
            raise error

    test.__name__ = test.__qualname__ = teller.__name__
    test.__doc__ = inspect.getdoc(teller)
    test.__module__ = teller.__module__
    vars(test)["story"] = teller
    marked: Callable[[Outcomes], None] = pytest.mark.parametrize("outcomes", front_ends, indirect=True)(test)
    return marked


def run(stories: Sequence[Teller], stack: Stack, service: LocalService) -> Outcomes:
    """Run stories on a stack; return how each ended."""
    running = [_Running(teller, Here(service, f"s{number}-"), stack.validate) for number, teller in enumerate(stories)]
    for each in running:
        each.advance(None)
    while waiting := _by_command(running):
        _run(waiting[_next(waiting)], running, stack, service)
    return {each.teller: each.error for each in running}


def _by_command(stories: Sequence[_Running]) -> dict[str, list[_Running]]:
    """Return the stories that wait for each command."""
    waiting: dict[str, list[_Running]] = {}
    for each in stories:
        if each.command:
            waiting.setdefault(each.command.name, []).append(each)
    return waiting


def _next(waiting: Mapping[str, Sequence[_Running]]) -> str:
    """Return the command that runs next."""
    name = min(waiting, key=_ORDER.index)
    can_wait = (
        name == Preview.name and len(waiting[name]) <= _FEW and not any(each.is_refreshed for each in waiting[name])
    )
    return Up.name if can_wait and Up.name in waiting else name


@attrs.define(eq=False)
class _Running:
    """A story that runs: the command it waits for, its program, and how it ended."""

    teller: Teller
    here: Here
    validate: Callable[[str], None]
    command: Command | None = None
    program: str = ""
    """The program that its next command runs."""
    applied: str = ""
    """The program that the commands of other stories run: a preview leaves it as it was."""
    is_refreshed: bool = False
    """Whether its last command was a refresh, whose findings any `up` would repair."""
    error: BaseException | None = None
    arns: set[str] = attrs.field(factory=set)
    """The ARNs that its resources have, and had."""
    _shown: Story | None = None

    def advance(self, seen: Seen | None) -> None:
        """Let the story go on to its next command, or to its end."""
        try:
            if self._shown is None:
                self._shown = self.teller(self.here)
            self.command = next(self._shown) if seen is None else self._shown.send(seen)
        except StopIteration:
            self.command = None
        except BaseException as error:  # noqa: BLE001  the story's test raises it
            self.fail(error)
        if self.command and self.command.source is not None:
            self._take(_prefixed(self.command.source, self.here.prefix))

    def _take(self, program: str) -> None:
        try:
            self.validate(program)
            self.program = program
        except Exception as error:  # noqa: BLE001  the story's test raises it
            self.fail(error)

    def has_run(self) -> None:
        """Note what its command has left: a program that is applied, or findings of a refresh."""
        self.is_refreshed = isinstance(self.command, Refresh)
        if not isinstance(self.command, Preview):
            self.applied = self.program

    def fail(self, error: BaseException) -> None:
        """End the story with an error."""
        self.command, self.error = None, error


def _run(turn: Sequence[_Running], everybody: Sequence[_Running], stack: Stack, service: LocalService) -> None:
    """Run the command that the stories of this *turn* wait for."""
    stack.program("\n".join(_joined(each, each.program if each in turn else each.applied) for each in everybody))
    before = len(service.requests())
    try:
        assert turn[0].command is not None
        prefixes = tuple(each.here.prefix for each in turn)
        targets = [each["urn"] for each in stack.resources() if _name(each).startswith(prefixes)]
        output = turn[0].command.run(stack, targets)
        requests = service.requests()[before:]
        applied = any(isinstance(each.command, Apply) for each in turn)
        left = stack.unsettled(stack.run("preview", "--refresh", "--diff")) if applied else ""
    except BaseException as error:  # noqa: BLE001  it is the error of all of them
        for each in turn:
            each.fail(error)
        return
    resources, outputs = stack.resources(), cache(stack.outputs)
    for each in turn:
        each.has_run()
        if isinstance(each.command, Apply) and (unsettled := _own_part(left, each.here.prefix, reads=False)):
            each.fail(AssertionError(f"after `up` there is another change:\n{unsettled}"))
        else:
            each.advance(_seen(each, output, resources, outputs, requests))


def _joined(story: _Running, program: str) -> str:
    body = program.strip() or "pass"
    return f"def {story.here.prefix.strip('-')}():\n{indent(body, '    ')}\n{story.here.prefix.strip('-')}()\n"


def _seen(
    story: _Running,
    output: str,
    resources: Sequence[Mapping[str, Any]],
    outputs: Callable[[], Mapping[str, Any]],
    requests: Sequence[Mapping[str, Any]],
) -> Seen:
    prefix = story.here.prefix
    own = {name.removeprefix(prefix): each for each in resources if (name := _name(each)).startswith(prefix)}
    story.arns |= {each["id"] for each in own.values() if "id" in each}  # a component has none
    calls = [each["operation"] for each in requests if each["identifier"] in story.arns]

    def exported() -> Mapping[str, Any]:
        return {name.removeprefix(prefix): value for name, value in outputs().items() if name.startswith(prefix)}

    return Seen(_own_part(output, prefix), output, own, calls, exported)


def _name(resource: Mapping[str, Any]) -> str:
    return str(resource["urn"]).rpartition("::")[2]


def _own_part(output: str, prefix: str, *, reads: bool = True) -> str:
    """Return the blocks of the resources whose name has the prefix; those that the program only reads are printed always."""
    own = [block for block in _BLOCK.split(output) if re.search(rf"\[urn=.*::{prefix}", block)]
    return "".join(f"    {block}" for block in own if reads or not block.startswith(">"))


def _prefixed(source: str, prefix: str) -> str:
    """Return a program whose resources and outputs have the prefix before their names."""
    return ast.unparse(ast.fix_missing_locations(_Prefixing(prefix).visit(ast.parse(dedent(source)))))


class _Prefixing(ast.NodeTransformer):
    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if _is_named(node.func):
            node.args[0] = ast.BinOp(ast.Constant(self._prefix), ast.Add(), node.args[0])
        return node


def _is_named(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return (function.value.id, function.attr) in {("pulumi", "export"), *((name, "get") for name in _TYPES)}
    return isinstance(function, ast.Name) and function.id in _TYPES
