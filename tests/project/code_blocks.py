"""The code blocks of the documents, and what is wrong with one, by its language."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import json
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs
import yaml
from markdown_it import MarkdownIt

from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.local import faults
from pulumi_ivschat.stacks import drift_rules
from tests import workflows
from tests.clients.messaging.runtime import program
from tests.project import command_lines, pulumi_yaml

ROOT: Final = Path(__file__).parents[2]
_PATTERNS: Final = ("README.md", "CONTRIBUTING.md", "docs/*.md", "examples/**/README.md", "templates/README.md")
_PROMPT: Final = re.compile(r"^\$ ((?:.*\\\n)*.*)$", re.MULTILINE)

DRAWN: Final = {
    ("CONTRIBUTING.md", "pulumi (CLI and engine)"),
    ("CONTRIBUTING.md", "pulumi_ivschat/"),
    ("docs/local-service.md", "logs/ACCOUNT/REGION/"),
}
"""Pages, and how those of their blocks begin that show neither code nor commands, but a picture in letters, or paths."""
COMPILED: Final[Mapping[str, str]] = {
    "typescript": "examples/quickstart-typescript/index.ts",
    "go": "examples/quickstart-go/main.go",
    "java": "examples/quickstart-java/src/main/java/quickstart/App.java",
}
"""By language: the program that tests/sdk compiles. A block is that program, or an example of the schema, which is compiled too."""


@attrs.frozen
class Block:
    """A fenced block: its page, line, language and text."""

    page: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        """Return the place of the block."""
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """Return the documents whose blocks are checked."""
    found = (file for pattern in _PATTERNS for file in sorted(ROOT.glob(pattern)))
    return [file for file in found if "node_modules" not in file.parts]


def blocks_of(page: str, text: str) -> list[Block]:
    """Return the fenced blocks of a page's text, without directives, which Sphinx runs."""
    tokens = (token for token in MarkdownIt().parse(text) if token.type == "fence" and token.map)
    found = [Block(page, (token.map or [0])[0] + 1, token.info.strip(), token.content) for token in tokens]
    return [block for block in found if not block.language.startswith("{")]


@functools.cache
def blocks() -> list[Block]:
    """Return the blocks of all pages."""
    texts = {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in pages()}
    return [block for page, text in texts.items() for block in blocks_of(page, text)]


def problems(block: Block) -> list[str]:
    """Return what is wrong with a block: a line for each problem, which begins with the block's place."""
    check = _CHECKS.get(block.language)
    if check is None:
        return [f"{block}: no check for the language {block.language!r}"]
    return [f"{block}: {problem}" for problem in check(block)]


def shown_commands(text: str) -> str:
    """Return the commands of a block in which they follow `$ `, one below the other."""
    return "\n".join(_PROMPT.findall(text))


def _script(block: Block) -> Iterator[str]:
    yield from command_lines.problems(block.text, ROOT / block.page)


def _session(block: Block) -> Iterator[str]:
    yield from command_lines.problems(shown_commands(block.text), ROOT / block.page)


def _plain(block: Block) -> Iterator[str]:
    if _PROMPT.search(block.text):
        yield from _session(block)
        return
    if not any(block.page == page and block.text.lstrip().startswith(start) for page, start in DRAWN):
        yield "it has no language; name it, or its beginning in DRAWN if it is a picture"


def _python(block: Block) -> Iterator[str]:
    try:
        tree = ast.parse(block.text)
    except SyntaxError as error:
        yield f"line {error.lineno}: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (
                f"there is no module {each.name}"
                for each in node.names
                if _is_ours(each.name) and not _is_module(each.name)
            )
        elif isinstance(node, ast.ImportFrom) and _is_ours(node.module or ""):
            yield from _missing(str(node.module), [each.name for each in node.names])


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "pulumi_ivschat"


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _missing(module: str, names: list[str]) -> Iterator[str]:
    if not _is_module(module):
        yield f"there is no module {module}"
        return
    found = importlib.import_module(module)
    yield from (
        f"{module} has no {name}" for name in names if not hasattr(found, name) and not _is_module(f"{module}.{name}")
    )


def _yaml(block: Block) -> Iterator[str]:
    document = yaml.safe_load(block.text)
    if isinstance(document, list):
        yield from _steps(document)
    elif isinstance(document, dict) and "jobs" in document:
        yield from _workflow(block.text)
    elif isinstance(document, dict) and {"resources", "runtime"} & document.keys():
        yield from pulumi_yaml.problems(document)
    else:
        yield "neither a Pulumi program, nor a workflow, nor steps of one"


def _steps(steps: list[object]) -> Iterator[str]:
    job = {"runs-on": "ubuntu-latest", "timeout-minutes": 5, "steps": steps}
    text = yaml.safe_dump({"name": "test", "on": "pull_request", "permissions": {}, "jobs": {"test": job}})
    yield from _workflow(text)


def _workflow(text: str) -> Iterator[str]:
    """Hold a workflow to its schema, to zizmor and to pinned actions, and the commands of its steps as those of a block."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory, ".github", "workflows", "test.yml")
        file.parent.mkdir(parents=True)
        file.write_text(text, encoding="utf-8")
        yield from (f"{action} is not pinned" for action in workflows.unpinned([file]))
        yield from _failure(lambda: workflows.validate("vendor.github-workflows", [file]))
        yield from _failure(lambda: workflows.lint([file]))
    for job in yaml.safe_load(text)["jobs"].values():
        for step in job["steps"]:
            yield from command_lines.problems(step.get("run", ""), ROOT / "docs")


def _failure(check: Callable[[], None]) -> Iterator[str]:
    try:
        check()
    except subprocess.CalledProcessError as error:
        yield f"{error.cmd} failed"


def are_faults(block: Block) -> bool:
    """Return whether a block has a fault for the local service in each line."""
    return block.language == "json" and block.text.startswith('{"')


def _json(block: Block) -> Iterator[str]:
    if are_faults(block):
        for line in block.text.splitlines():
            yield from _wrong_fault(line)
    else:
        yield from _not_json(block.text)


def _not_json(text: str) -> Iterator[str]:
    try:
        json.loads(text)
    except ValueError as error:
        yield f"{error}"


def _wrong_fault(line: str) -> Iterator[str]:
    try:
        faults.from_json(json.loads(line))
    except ValueError as error:
        yield f"{line}: {error}"


def _toml(block: Block) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "pyproject.toml").write_text(block.text, encoding="utf-8")
        try:
            rules = drift_rules.of_project(Path(directory))
        except SettingsError as error:
            yield str(error)
            return
    if not rules:
        yield "it has no rules of `pulumi-ivschat drift`"


def _javascript(block: Block) -> Iterator[str]:
    with tempfile.NamedTemporaryFile(suffix=".mjs") as file:
        Path(file.name).write_text(block.text, encoding="utf-8")
        ran = subprocess.run([program("node"), "--check", file.name], capture_output=True, text=True, check=False)
    if ran.returncode:
        yield ran.stderr


def _compiled(block: Block) -> Iterator[str]:
    known = [(ROOT / COMPILED[block.language]).read_text(encoding="utf-8"), *pulumi_yaml.examples_in_typescript()]
    shown = re.sub(r"\A// [\w.]+\n", "", block.text).strip()
    if shown not in [text.strip() for text in known]:
        yield f"it is not in {COMPILED[block.language]}, which tests/sdk compiles, nor an example of the schema"


_CHECKS: Final[Mapping[str, Callable[[Block], Iterator[str]]]] = {
    "": _plain,
    "sh": _script,
    "console": _session,
    "py": _python,
    "python": _python,
    "yaml": _yaml,
    "json": _json,
    "toml": _toml,
    "js": _javascript,
    "typescript": _compiled,
    "go": _compiled,
    "java": _compiled,
}
