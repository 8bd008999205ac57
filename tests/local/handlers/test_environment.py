"""One process with a function: what it is given, how its failures are reported, and how it ends; in both languages."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from pulumi_ivschat.local.handlers import HandlerError, environment
from pulumi_ivschat.local.handlers.environment import Environment, Program, plain
from pulumi_ivschat.model.arns import FunctionArn
from tests.local.handlers.conftest import LAMBDA, LONG, answer, running, until

PYTHON = """\
import os, subprocess, sys, time

print("loaded")
class Own(BaseException): pass
class Odd(Exception):
    def __str__(self): raise ValueError
def variables(event, context): return dict(os.environ)
def raises(event, context): raise KeyError(event["Content"])
def exits(event, context): sys.exit(3)
def base(event, context): raise Own("base")
def odd(event, context): raise Odd
def aborts(event, context): os._exit(4)
def cyclic(event, context):
    found = []
    found.append(found)
    return found
def large(event, context): return "x" * 7_000_000
def busy(event, context):
    while True: pass
def stdin(event, context): return sys.stdin.read() + "".join(open(0).readlines())
def child(event, context):
    return subprocess.Popen(["sleep", "100"], stdout=subprocess.DEVNULL).pid
def prints(event, context): print("one\\n\\x1b[31mtwo", end=""); sys.stderr.write("!")
"""
NODE = """\
console.log("loaded");
exports.variables = async () => ({ ...process.env });
exports.raises = async (event) => { throw new TypeError(event.Content); };
exports.exits = async () => process.exit(3);
exports.base = async () => { throw "base"; };
exports.odd = async () => { setTimeout(() => { throw new Error("later"); }); await new Promise(() => {}); };
exports.aborts = async () => process.kill(process.pid, "SIGABRT");
exports.cyclic = async () => { const found = []; found.push(found); return found; };
exports.large = async () => "x".repeat(7_000_000);
exports.busy = async () => { for (;;); };
exports.child = async () => require("child_process").spawn("sleep", ["100"], { stdio: "ignore" }).pid;
exports.prints = async () => { console.log("one"); process.stdout.write("\\x1b[31mtwo"); process.stderr.write("!"); };
"""


@pytest.fixture(scope="module", params=["review.py", "review.js"])
def function(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """Return a function that returns the target of a function by its name, in each language."""
    file = tmp_path_factory.mktemp("functions") / request.param
    file.write_text(PYTHON if file.suffix == ".py" else NODE)
    return lambda name: f"{file}:{name}"


def failure(target: str) -> HandlerError:
    with pytest.raises(HandlerError) as caught:
        answer(target)
    return caught.value


def test_a_function_has_lambdas_environment_variables_and_the_services_own(
    function: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TABLE", "words")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    variables = answer(function("variables"), arn=f"{LAMBDA}:7")

    language = "python3." if "review.py" in function("") else "nodejs2"
    assert (
        variables.items()
        >= {
            "TABLE": "words",
            "AWS_REGION": "us-west-2",
            "AWS_DEFAULT_REGION": "us-west-2",
            "AWS_LAMBDA_FUNCTION_NAME": "review",
            "AWS_LAMBDA_FUNCTION_VERSION": "7",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/review",
            "LAMBDA_TASK_ROOT": str(Path(function("")).parent),
            "_HANDLER": function("variables"),
            "TZ": ":UTC",
        }.items()
    )
    assert "[7]" in variables["AWS_LAMBDA_LOG_STREAM_NAME"]
    assert variables["AWS_EXECUTION_ENV"].startswith(f"AWS_Lambda_{language}")


FAILURES = {
    "raises": ("KeyError: 'hello'", "TypeError: hello"),
    "exits": ("SystemExit: 3", "its process ended with exit code 3"),
    "base": ("Own: base", "string: base"),
    "odd": ("Odd", "Error: later"),
    "aborts": ("its process ended with exit code 4", "its process ended with SIGABRT"),
    "cyclic": (
        "MarshalError: Unable to marshal response: Circular",
        "MarshalError: Unable to stringify response: Conv",
    ),
    "large": ("its answer is over 6 MB", "its answer is over 6 MB"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_reported_with_its_message_and_trace(name: str, function: Callable[[str], str]) -> None:
    is_python = "review.py" in function("")

    error = failure(function(name))

    assert error.reason.startswith(FAILURES[name][0 if is_python else 1])
    if name == "raises":
        assert ("in raises" if is_python else "at exports.raises") in error.details
        assert "_runtime." not in error.details


def test_a_function_that_cannot_be_loaded_is_an_error_at_its_start(tmp_path: Path) -> None:
    sources = {
        "syntax.py": ("def", "SyntaxError: "),
        "module.py": ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        "exits.py": ("import sys; sys.exit(1)", "SystemExit: 1"),
        "nothing.py": ("handler = 7", "HandlerNotFound: .* has no function handler"),
        "syntax.js": ("exports.handler = (", "SyntaxError: "),
        "module.js": ("require('no-such-module')", "Error: Cannot find module 'no-such-module'"),
        "exits.js": ("process.exit(1)", "its process ended with exit code 1"),
        "later.js": ("setTimeout(() => { throw new Error('x') }); for (;;) break;", "HandlerNotFound: "),
        "type.js": ("import fs from 'fs'; export const handler = 7;", "(SyntaxError|HandlerNotFound): "),
    }

    async def load(name: str) -> str:
        with pytest.raises(HandlerError) as caught:
            async with running(f"{tmp_path / name}:handler"):
                pass
        return caught.value.reason

    async def main() -> list[str]:
        return await asyncio.gather(*(load(name) for name in sources))

    for name, (source, _) in sources.items():
        (tmp_path / name).write_text(source)
    for reason, (_, shown) in zip(asyncio.run(main()), sources.values(), strict=True):
        assert pytest.raises(HandlerError, match=shown).matches(HandlerError(reason))


def test_a_runtime_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    program = Program((str(tmp_path / "node"),), tmp_path, "x", "nodejs")
    function = FunctionArn.parse(LAMBDA)
    assert function is not None

    with pytest.raises(HandlerError, match="node cannot be run: No such file or directory"):
        asyncio.run(Environment(program, function).start())


def test_what_a_function_prints_goes_to_the_log_without_control_characters(
    function: Callable[[str], str], caplog: pytest.LogCaptureFixture
) -> None:
    answer(function("prints"))

    assert [record.getMessage() for record in caplog.records] == [
        "review: loaded",
        "review: one",
        "review: \\x1b[31mtwo!",
    ]
    assert plain("a\tb\n\x07") == "a\tb\n\\x07"


def test_a_function_that_reads_its_standard_input_finds_it_empty(tmp_path: Path) -> None:
    (tmp_path / "review.py").write_text(PYTHON)

    assert answer(f"{tmp_path}/review.py:stdin") == ""


def test_a_function_that_does_not_end_is_killed_after_lambdas_timeout(
    function: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "FUNCTION_TIMEOUT", 0.1)

    assert failure(function("busy")).reason == "it did not end within 0.1 s"


def test_processes_that_a_function_started_end_with_it(function: Callable[[str], str]) -> None:
    process: int = answer(function("child"))

    asyncio.run(asyncio.wait_for(until(lambda: not _runs(process)), LONG))


@pytest.mark.parametrize("name", ["prints", "busy"])
def test_no_process_outlives_a_service_that_is_killed(name: str, function: Callable[[str], str]) -> None:
    code = f"""\
import asyncio
from tests.local.handlers.conftest import event, running, LAMBDA
async def main():
    async with running({function(name)!r}) as handler:
        call = asyncio.create_task(handler.invoke(event(), LAMBDA))
        await asyncio.sleep(0.1)
        [environment] = handler._all
        print(environment._process.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", code], cwd=root, stdout=subprocess.PIPE, stderr=-3) as service:
        assert service.stdout is not None
        process = int(service.stdout.readline())
        assert _runs(process)
        service.kill()

    asyncio.run(asyncio.wait_for(until(lambda: not _runs(process)), LONG))


def _runs(process: int) -> bool:
    """Return whether a process runs; one that has ended may still wait to be reaped."""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        return False
    with suppress(ProcessLookupError):
        os.kill(process, 0)
        return True
    return False
