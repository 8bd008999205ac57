"""A JavaScript runtime that plays scenarios with the official messaging SDK: Node, or headless Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pytest

HERE = Path(__file__).parent


def program(name: str) -> str:
    """Return the path of node or chromium; fail if there is none."""
    path = shutil.which(os.environ.get(f"PULUMI_IVSCHAT_TEST_{name.upper()}", name))
    if path is None or not (HERE.parent / "node_modules/amazon-ivs-chat-messaging").exists():
        pytest.fail(f"{name} or the packages in tests/clients/node_modules are missing: make test-setup")
    return path


def bundled(script: Path) -> str:
    """Return a script with all that it imports, for a page."""
    command = [str(HERE.parent / "node_modules/.bin/esbuild"), str(script), "--bundle", "--format=esm"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=60).stdout


class Driver:
    """A script on Node that takes lines of JSON and answers each of them by its number, in any order."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._asked = 0
        self._answers: dict[int, dict[str, Any]] = {}

    def begin(self, **question: Any) -> Callable[[], Any]:
        """Ask; return a function that waits for the answer and returns it."""
        self._asked += 1
        number = self._asked
        self._stdin.write(json.dumps({"number": number, **question}) + "\n")
        self._stdin.flush()
        return lambda: self._answer(number)

    def ask(self, **question: Any) -> Any:
        """Ask, and wait for the answer."""
        return self.begin(**question)()

    def _answer(self, number: int) -> Any:
        while number not in self._answers:
            line = self._stdout.readline()
            assert line, "the runtime has ended: see its standard error"
            answer = json.loads(line)
            self._answers[answer["number"]] = answer
        answer = self._answers.pop(number)
        assert "error" not in answer, answer["error"]
        return answer["result"]


@contextmanager
def driver(script: str, *arguments: str) -> Iterator[Driver]:
    """Run a script of this directory while it is asked things."""
    command = [program("node"), str(HERE / script), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Driver(process.stdin, process.stdout)
            process.stdin.close()
            process.wait(20)
        finally:
            process.kill()
