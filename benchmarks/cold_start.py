"""
What a cold start of the token example costs as a Lambda function, beside a handler that calls plain boto3.

Each is a new interpreter that loads the function and answers its first request, in turns, against one local service. The
figures are processor time, as Lambda bills a function of one processor, and the best of all rounds.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from benchmarks.figures import REGION, Figure, local_service
from benchmarks.projects import ROOT
from examples.token_backend.session import sign_in

ROUNDS: Final = 15
_NAME: Final = "cold-start"
_MOST_RATIO: Final = 1.05
_SECRET: Final = "of-this-benchmark"  # noqa: S105  it opens nothing
_FUNCTIONS: Final = ("token_backend.lambda_function", "benchmarks.programs.bare_function")
_CODE: Final = """
import importlib, json, sys, time
answer = importlib.import_module(sys.argv[1]).handler(json.loads(sys.argv[2]), None)
assert "token" in json.loads(answer["body"]), answer
print(time.process_time())
"""


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Run it, and return the figures."""
    with local_service() as service:
        environment = _environment(service.url, service.client().create_room()["arn"])
        turns = [[_seconds(function, environment) for function in _FUNCTIONS] for _ in range(rounds)]
    ours, bare = (round(min(seconds) * 1000, 1) for seconds in zip(*turns, strict=True))
    return [Figure(_NAME, "start, and a token", ours, "ms of processor", bare=bare, ratio_at_most=_MOST_RATIO)]


def _environment(url: str, room: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    credentials = dict.fromkeys(["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"], "local")
    files = dict.fromkeys(["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"], os.devnull)
    settings = {"AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": url, "IVSCHAT_ROOM_ARN": room}
    paths = os.pathsep.join(map(str, [ROOT, ROOT / "examples"]))
    return {**kept, **credentials, **files, **settings, "SESSION_SECRET": _SECRET, "PYTHONPATH": paths}


def _seconds(function: str, environment: Mapping[str, str]) -> float:
    headers = {"authorization": f"Bearer {sign_in('ann', _SECRET.encode())}"}
    event = {"requestContext": {"http": {"method": "POST"}}, "headers": headers}
    command = [sys.executable, "-c", _CODE, function, json.dumps(event)]
    done = subprocess.run(command, check=True, env=environment, cwd=Path.home(), capture_output=True, text=True)
    return float(done.stdout)
