"""
Run the stacks of a fleet, some at a time.

    python fleet.py up|preview|drift|destroy|check|move --file rooms.yaml [--parallel 2] [--stack NAME]

`check` validates the file, and that each room is in the stack that the file puts it in. `move` moves the others there, without a
change at AWS. `--stack` runs one stack, as the machine of a shard does, and looks at no other.

Exit code: 0; 1 where a stack failed; 2 where `drift` finds some.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs
import places
from fleet_file import Fleet, FleetFileError, read
from pulumi import automation
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

HERE: Final = Path(__file__).resolve().parent
COUNTED: Final = ("create", "update", "replace", "delete", "same")


@attrs.frozen
class Outcome:
    """The outcome of a stack."""

    stack: str
    changes: Mapping[str, int] = attrs.field(factory=dict)
    seconds: float = 0.0
    errors: tuple[str, ...] = ()


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says, and return the exit code."""
    options = _options().parse_args(arguments)
    try:
        fleet = read(options.file)
        names = _names(fleet, options.stack)
        with ThreadPoolExecutor(options.parallel) as pool:
            made = pool.map(lambda name: _stack(fleet, name, options.file), names)
            stacks = dict(zip(names, made, strict=True))
        if options.command != "destroy":
            _validate_places(fleet, options, names)
    except FleetFileError as error:
        print(error, file=sys.stderr)
        return 1
    if options.command in {"check", "move"}:
        return 0
    if options.command == "drift":
        return subprocess.run(["pulumi-ivschat", "drift", *stacks, "--cwd", HERE], check=False).returncode
    outcomes = _run(options.command, fleet, stacks, options.parallel)
    _summarize(outcomes)
    return 1 if any(outcome.errors for outcome in outcomes) else 0


def _names(fleet: Fleet, only: str | None) -> list[str]:
    """Return the stacks to run; raise FleetFileError if the file does not have *only*."""
    if only and only not in fleet.stacks:
        msg = f"--stack must be one of {', '.join(fleet.stacks)}; it is {only!r}"
        raise FleetFileError(msg)
    return [only] if only else list(fleet.stacks)


def _stack(fleet: Fleet, name: str, file: Path) -> automation.Stack:
    """Return a stack, creating it if it does not exist. Its program runs in a process of its own, not in a thread of this one."""
    workspace = automation.LocalWorkspaceOptions(env_vars={"FLEET_FILE": str(file.resolve())})
    stack = automation.create_or_select_stack(name, work_dir=str(HERE), opts=workspace)
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in fleet.settings.items()}
    stack.set_all_config({f"ivschat:{key}": automation.ConfigValue(text) for key, text in texts.items()})
    return stack


def _validate_places(fleet: Fleet, options: argparse.Namespace, names: Sequence[str]) -> None:
    """Move rooms if that is the command; raise FleetFileError if a run would create some a second time, or miss them."""
    unnamed = [] if options.stack else places.not_named(fleet)
    if options.command == "drift":  # it compares states: the file may put their rooms elsewhere
        places.validate(fleet, places.find(unnamed, options.parallel))
        return
    found = places.find([*names, *unnamed], options.parallel)
    if options.command == "move":
        places.move(fleet, found)
    else:
        places.validate(fleet, found)


def _run(command: str, fleet: Fleet, stacks: Mapping[str, automation.Stack], parallel: int) -> list[Outcome]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress, ThreadPoolExecutor(parallel) as pool:

        def one(name: str) -> Outcome:
            task = progress.add_task(name, total=len(fleet.rooms_of(name)))
            return _outcome(command, stacks[name], lambda: progress.advance(task))

        return list(pool.map(one, stacks))


def _outcome(command: str, stack: automation.Stack, advance: Callable[[], None]) -> Outcome:
    errors: list[str] = []
    of_stack: list[str] = []

    def heard(event: automation.EngineEvent) -> None:
        if (begun := event.resource_pre_event) and begun.metadata.type == "pulumi:pulumi:Stack":
            of_stack.append(str(getattr(begun.metadata.op, "value", begun.metadata.op)))
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            errors.append(event.diagnostic_event.message.strip())
        if _is_of_a_room(event):
            advance()

    started = time.monotonic()
    try:
        changes = _carried_out(command, stack, heard)
    except automation.CommandError as error:
        lines = tuple(errors) or (str(error).strip().splitlines()[-1],)
        return Outcome(stack.name, seconds=time.monotonic() - started, errors=lines)
    counted = {kind: count - of_stack.count(kind) for kind, count in changes.items()}
    return Outcome(stack.name, counted, time.monotonic() - started)


def _carried_out(
    command: str, stack: automation.Stack, heard: Callable[[automation.EngineEvent], None]
) -> Mapping[str, int]:
    if command == "preview":
        changes = stack.preview(on_event=heard).change_summary
        # Enumerated, or the plain words where the engine's last event came first.
        return {str(getattr(kind, "value", kind)): count for kind, count in changes.items()}
    done: Any = stack.up(on_event=heard) if command == "up" else stack.destroy(on_event=heard)
    return done.summary.resource_changes or {}


def _is_of_a_room(event: automation.EngineEvent) -> bool:
    done = event.res_outputs_event or event.res_op_failed_event
    return done is not None and done.metadata.type.endswith("ivschat:Room")


def _summarize(outcomes: list[Outcome]) -> None:
    """Print a table with a line for each stack and the errors below it; the stack itself does not count as a resource."""
    table = Table("stack", *COUNTED, "seconds")
    for outcome in outcomes:
        # The engine does not report the changes of a run that failed.
        counts = ("?" if outcome.errors else str(outcome.changes.get(kind, 0)) for kind in COUNTED)
        table.add_row(outcome.stack, *counts, f"{outcome.seconds:.1f}")
    Console().print(table)
    for line in _error_lines(outcomes):
        print(line, file=sys.stderr)


def _error_lines(outcomes: list[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        yield from (f"{outcome.stack}: {error}" for error in outcome.errors)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Run the stacks of a fleet of chat rooms.")
    parser.add_argument("command", choices=["up", "preview", "drift", "destroy", "check", "move"])
    parser.add_argument("--file", type=Path, default=HERE / "rooms.yaml", help="the fleet  [default: rooms.yaml]")
    parser.add_argument("--parallel", type=int, default=min(4, os.cpu_count() or 1), help="stacks at a time")
    parser.add_argument("--stack", help="this stack only  [default: all of the file]")
    return parser


if __name__ == "__main__":
    sys.exit(main())
