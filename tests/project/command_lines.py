"""The commands in a shell script, and what is wrong with one: syntax, unknown programs, sub-commands, options, targets, files."""

from __future__ import annotations

import functools
import importlib.util
import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import botocore.session
import click
from botocore import xform_name
from uvicorn.main import main as uvicorn

from pulumi_ivschat import settings
from pulumi_ivschat.cli import cli
from pulumi_ivschat.errors import SettingsError

ROOT: Final = Path(__file__).parents[2]
_PLACEHOLDERS: Final = {"PID": "1"}
"""Words of commands that a reader replaces, and what a check reads instead."""
_KEYWORDS: Final = frozenset(["!", "if", "then", "else", "while", "until", "do"])
_ENDS: Final = frozenset(["for", "fi", "done"])
"""Words after which there is not a command."""
_WRAPPERS: Final[Mapping[str, int]] = {"uvx": 3, "pipx": 4}
"""By program: how many words are before the command that it runs, in the form that the documents use."""
_UNCHECKED: Final = frozenset(
    [
        ".",
        "[",
        "cat",
        "cd",
        "cp",
        "curl",
        "cut",
        "docker",
        "echo",
        "eval",
        "export",
        "git",
        "grep",
        "kill",
        "kubectl",
        "mkdir",
        "npm",
        "podman",
        "printf",
        "sed",
        "sleep",
        "tail",
        "true",
        "unset",
        "uv",
        "which",
    ]
)
"""Programs of others whose arguments are not checked, and the shell's own."""
_DESCRIPTOR: Final = re.compile(r"(?<!\S)[012](?=[<>])")
_ASSIGNMENT: Final = re.compile(r"\w+=")
_EXTRAS: Final = re.compile(r"(?:checkout|\.\.|pulumi-ivschat)\[(\w+)\]")


def problems(script: str, page: Path) -> Iterator[str]:
    """Yield what is wrong with a script that a page shows."""
    ran = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True, check=False)
    if ran.returncode:
        yield ran.stderr
        return
    for command in commands(script):
        yield from (f"{shlex.join(command)}: {problem}" for problem in _problems_of(command, page))


def commands(script: str) -> Iterator[list[str]]:
    """Yield the words of each simple command of a script, also of those in `$(…)`, without redirections."""
    for line in script.replace("\\\n", " ").splitlines():
        for words in _simple_commands(line):
            for word in words:
                for inner in re.findall(r"\$\(([^()]*)\)", word):
                    yield from commands(inner)
            if words := _without_prefix(words):
                yield words
                if words[0] in {"sh", "bash"} and "-c" in words:
                    yield from commands(words[words.index("-c") + 1])


def _simple_commands(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(_DESCRIPTOR.sub("", line), posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in lexer:
        if word and set(word) <= {*"<>&"} and set(word) & {*"<>"}:
            next(lexer, None)
        elif word and set(word) <= {*"();|&"}:
            yield words
            words = []
        else:
            words.append(word)
    yield words


def _without_prefix(words: list[str]) -> list[str]:
    """Return a command without keywords, assignments and the program that only runs it."""
    while words and (words[0] in _KEYWORDS or _ASSIGNMENT.match(words[0])):
        words = words[1:]
    if not words or words[0] in _ENDS:
        return []
    if words[0] == "timeout":
        return _without_prefix(words[2:])
    return words[_WRAPPERS.get(words[0], 0) :]


def _problems_of(command: Sequence[str], page: Path) -> Iterator[str]:
    name, *arguments = command
    if check := _CHECKS.get(name):
        yield from check(arguments, page)
    elif name not in _UNCHECKED | {"sh", "bash"}:
        yield f"no check for the program {name}"


def _of_click(command: click.Command) -> Callable[[Sequence[str], Path], Iterator[str]]:
    def check(arguments: Sequence[str], _page: Path) -> Iterator[str]:
        try:
            _parse(command, [_PLACEHOLDERS.get(word, word) for word in arguments])
        except click.exceptions.Exit:
            pass  # --help and --version
        except click.UsageError as error:
            yield error.format_message()

    return check


def _parse(command: click.Command, arguments: list[str], parent: click.Context | None = None) -> None:
    """Parse a command line as click does before it runs the command. Raises click.UsageError."""
    context = command.make_context(command.name, arguments, parent)
    rest = [*context._protected_args, *context.args]  # noqa: SLF001  click has it for groups only
    if isinstance(command, click.Group) and rest:
        _, found, left = command.resolve_command(context, rest)
        assert found is not None
        _parse(found, left, context)


def _pulumi(arguments: Sequence[str], _page: Path) -> Iterator[str]:
    known = pulumi_options()
    words = [word for word in arguments if not word.startswith("-")]
    name = _command_in(words)
    rest = words[len(name.split()) :]
    if rest and _has_commands(name):
        name = pulumi_name(f"{name} {rest[0]}".strip())
        if _has_commands(name):
            yield f"pulumi{f' {name}' if name else ''} has no command {rest[0]}"
    options = {word.partition("=")[0] for word in arguments if re.match(r"--?[a-z]", word)}
    yield from (f"pulumi {name} has no option {option}" for option in sorted(options - known[name]))
    if name in {"config set", "new"}:
        yield from _unknown_settings(arguments)


def _command_in(words: Sequence[str]) -> str:
    known = pulumi_options()
    return next(name for n in (3, 2, 1, 0) if (name := " ".join(words[:n])) in known)


def _has_commands(name: str) -> bool:
    return any(each != name and each.startswith(f"{name} ".lstrip()) for each in pulumi_options())


@functools.cache
def pulumi_name(command: str) -> str:
    """Return the name of a command of the engine's CLI that has another one too, by its help; the nearest one if it is unknown."""
    shown = subprocess.run(["pulumi", *command.split(), "--help"], check=False, capture_output=True, text=True).stdout
    usage = re.search(r"^Usage:\n  pulumi ?(.*)", shown, re.MULTILINE)
    return _command_in(usage[1].split() if usage else [])


def _unknown_settings(arguments: Sequence[str]) -> Iterator[str]:
    keys = re.findall(r"(?:^|\n)ivschat:(\w+)", "\n".join(arguments))
    try:
        settings.from_config({f"{settings.NAMESPACE}{key}": "" for key in keys})
    except SettingsError as error:
        if "unknown setting" in str(error):
            yield str(error)


@functools.cache
def pulumi_options() -> dict[str, frozenset[str]]:
    """Return the options of each command of the engine's CLI, as its own documentation lists them."""
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["pulumi", "gen-markdown", directory], check=True, capture_output=True)
        files = {file.stem: file.read_text(encoding="utf-8") for file in Path(directory).glob("*.md")}
    return {
        " ".join(name.split("_")[1:]): frozenset(re.findall(r"(?<=[ ,])--?[a-z][\w-]*", text))
        for name, text in files.items()
    }


def _make(arguments: Sequence[str], _page: Path) -> Iterator[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for word in arguments:
        name, is_variable, _ = word.partition("=")
        if is_variable:
            if f"$({name})" not in makefile:
                yield f"the Makefile uses no variable {name}"
        elif not re.search(rf"^{re.escape(name)}:", makefile, re.MULTILINE):
            yield f"the Makefile has no target {name}"


def _aws(arguments: Sequence[str], _page: Path) -> Iterator[str]:
    service, operation, *rest = arguments
    model: Any = botocore.session.get_session().get_service_model(service)
    found = next((name for name in model.operation_names if xform_name(name, "-") == operation), None)
    if found is None:
        yield f"{service} has no operation {operation}"
        return
    members = {f"--{xform_name(name, '-')}" for name in model.operation_model(found).input_shape.members}
    yield from (f"{found} has no {word}" for word in rest if word.startswith("--") and word not in members)


def _pip(arguments: Sequence[str], _page: Path) -> Iterator[str]:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for extra in _EXTRAS.findall(" ".join(arguments)):
        if not re.search(rf"^{extra} = \[", project, re.MULTILINE):
            yield f"the package has no extra {extra}"


def _python(arguments: Sequence[str], page: Path) -> Iterator[str]:
    if arguments[0] == "-m" and not _is_module(arguments[1]):
        yield f"there is no module {arguments[1]}"
    elif arguments[0].endswith(".py"):
        shown = page.is_file() and f"\n# {arguments[0]}\n" in page.read_text(encoding="utf-8")
        if not shown and not [*page.parent.glob(arguments[0]), *ROOT.glob(f"examples/*/{arguments[0]}")]:
            yield f"neither the page nor the examples have {arguments[0]}"


def _is_module(name: str) -> bool:
    if (ROOT / "examples" / f"{name.replace('.', '/')}.py").exists():
        return True
    return importlib.util.find_spec(name.partition(".")[0]) is not None


def _nothing_else(_arguments: Sequence[str], _page: Path) -> Iterator[str]:
    yield from ()


_CHECKS: Final[Mapping[str, Callable[[Sequence[str], Path], Iterator[str]]]] = {
    "aws": _aws,
    "make": _make,
    "pip": _pip,
    "pulumi": _pulumi,
    "pulumi-ivschat": _of_click(cli),
    "pytest": _nothing_else,
    "python": _python,
    "python3": _python,
    "uvicorn": _of_click(uvicorn),
}
