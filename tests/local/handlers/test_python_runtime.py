"""A Python function's process, as Lambda's: context, logging and imports."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pulumi_ivschat.local.handlers import python_runtime
from tests.local.handlers.conftest import LAMBDA, answer

FUNCTIONS = """\
from __future__ import annotations
import dataclasses, decimal, logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)

@dataclasses.dataclass
class Kept:
    calls: int = 0
kept = Kept()

def context(event, context):
    members = ["function_name", "function_version", "invoked_function_arn", "memory_limit_in_mb", "aws_request_id",
               "log_group_name", "log_stream_name", "client_context"]
    return {
        **{member: getattr(context, member) for member in members},
        "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
        "remaining": context.get_remaining_time_in_millis(),
    }
def logs(event, context):
    logger.info("by a logger")
    context.log("by the context")
def number(event, context): return {"number": decimal.Decimal("1.5")}
def own(event, context): return object()
async def coroutine(event, context): return {}
"""


@pytest.fixture
def functions(tmp_path: Path) -> str:
    file = tmp_path / "json.py"  # a name that the runtime imports itself
    file.write_text(FUNCTIONS)
    return str(file)


def test_the_context_has_lambdas_members(functions: str) -> None:
    context = answer(f"{functions}:context", arn=f"{LAMBDA}:live")

    assert re.fullmatch("[0-9a-f-]{36}", context.pop("aws_request_id"))
    assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", context.pop("log_stream_name"))
    assert 0 < context.pop("remaining") <= 3000
    assert context == {
        "function_name": "review",
        "function_version": "$LATEST",
        "invoked_function_arn": f"{LAMBDA}:live",
        "memory_limit_in_mb": "128",
        "log_group_name": "/aws/lambda/review",
        "client_context": None,
        "identity": [None, None],
    }


def test_a_logger_has_a_handler_as_on_lambda(functions: str, caplog: pytest.LogCaptureFixture) -> None:
    answer(f"{functions}:logs")

    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["review: [INFO] by a logger", "review: by the context"]


def test_a_decimal_is_a_number(functions: str) -> None:
    assert answer(f"{functions}:number") == {"number": 1.5}


@pytest.mark.parametrize("name", ["own", "coroutine"])
def test_an_answer_of_a_class_of_its_own_is_an_error(name: str, functions: str) -> None:
    kind = {"own": "object"}.get(name, name)

    with pytest.raises(Exception, match=f"^MarshalError: Unable to marshal response: .* serializable: {kind}$"):
        answer(f"{functions}:{name}")


def test_the_runtime_brings_nothing_but_the_standard_library_into_a_function() -> None:
    code = f"""\
import runpy, sys
runpy.run_path({python_runtime.__file__!r})
print(sorted(name for name in sys.modules if name.split(".")[0] not in sys.stdlib_module_names and name[0] != "_"))
"""
    ran = subprocess.run([sys.executable, "-S", "-c", code], check=True, capture_output=True, text=True)

    assert ran.stdout == "[]\n"
