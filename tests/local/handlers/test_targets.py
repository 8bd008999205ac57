"""The ways to name a function, and the errors if it cannot be run."""

from __future__ import annotations

from pathlib import Path

import pytest

from pulumi_ivschat.local.handlers import targets
from tests.local.handlers.conftest import answer

PYTHON = "def handler(event, context):\n    return 'python'\n"
FUNCTIONS = {
    "index.js": "exports.handler = async () => 'cjs'; exports.a = { b: async () => 'nested' };",
    "review.mjs": "export const handler = async () => 'mjs';",
    "plain.cjs": "exports.handler = async () => 'cjs';",
    "esm/package.json": '{"type": "module"}',
    "esm/index.js": "await 0; export const handler = async () => 'esm by type';",
    "src/only.js": "exports.handler = async () => require('./words').word; exports.root = async () => process.cwd();",
    "src/words.js": "exports.word = 'beside';",
    "check.py": PYTHON,
    "package/__init__.py": "",
    "package/module.py": PYTHON,
    "package/two.py": "from package.module import handler as other\nhandler = other\n",
    "relative.py": "import beside\n\ndef handler(*_):\n    return beside.word + open('words.txt').read()\n",
    "beside.py": "word = 'beside'\n",
    "words.txt": "!",
    "both.py": PYTHON,
    "both.mjs": "",
    "review.ts": "",
    "empty.py": "",
}


@pytest.fixture
def functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working directory, with functions in it."""
    for name, text in FUNCTIONS.items():
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("functions")
@pytest.mark.parametrize(
    ("target", "answered"),
    [
        ("index.js:handler", "cjs"),
        ("index.js:a.b", "nested"),
        ("index.handler", "cjs"),
        ("index.a.b", "nested"),
        ("review.mjs:handler", "mjs"),
        ("review.handler", "mjs"),
        ("plain.cjs:handler", "cjs"),
        ("esm/index.js:handler", "esm by type"),
        ("src/only.handler", "beside"),
        ("check.py:handler", "python"),
        ("check.handler", "python"),
        ("package.module:handler", "python"),
        ("package/two.handler", "python"),
        ("relative.py:handler", "beside!"),
    ],
)
def test_a_function_is_run_as_lambda_runs_it(target: str, answered: str) -> None:
    assert answer(target) == answered


def test_the_task_root_is_a_files_folder_or_the_working_directory_for_lambdas_spelling(functions: Path) -> None:
    assert answer("src/only.js:root") == str(functions / "src")
    assert answer("src/only.root") == str(functions)


@pytest.mark.usefixtures("functions")
@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("", "must be file.py:function, file.js:function, package.module:function or http://127.0.0.1:PORT/"),
        (":handler", "must be file.py:function"),
        ("index.js:", "must be file.py:function"),
        ("index", "that function does not exist"),
        ("index.js", "must be file.py:function"),
        ("nothing.handler", "that function does not exist"),
        ("both.handler", "both.py and both.mjs exist"),
        ("review.ts:handler", "is TypeScript, which Lambda does not run: compile it, and name the .js file"),
        ("nothing.js:handler", "does not exist: .*nothing.js"),
        ("nothing.py:handler", "does not exist: .*nothing.py"),
        ("http://example.com/", "an address on this machine"),
        ("http://127.0.0.1.example.com/", "an address on this machine"),
        ("http://127.0.0.1@example.com/", "an address on this machine"),
        ("http://127.0.0.1:1/\u00e9", "an address on this machine"),
        ("http://127.0.0.1:\u0661/", "an address on this machine"),
        ("https://127.0.0.1/", "an address on this machine"),
        ("http://127.0.0.1:99999", "must have a port from 1 to 65535"),
        ("http://127.0.0.1:0", "must have a port from 1 to 65535"),
    ],
)
def test_a_target_that_cannot_be_run_is_refused(target: str, shown: str) -> None:
    with pytest.raises(ValueError, match=shown):
        targets.parse(target)


def test_without_node_a_javascript_function_is_refused(functions: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(functions))

    with pytest.raises(ValueError, match=r"'index.js:handler' needs Node.js, and there is no node on PATH"):
        targets.parse("index.js:handler")
