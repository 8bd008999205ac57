"""`examples/moderation`: its Pulumi program, and its play. The example has tests of its own for the rest."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping

import pytest

from tests.conftest import LocalService, serving
from tests.engine.conftest import Stack
from tests.examples.conftest import EXAMPLES

_FUNCTION = "arn:aws:lambda:us-west-2:000000000000:function:review"
_PLAY = """\
ann sees ann: What the ****, hello!
tom sees ann: What the ****, hello!
tom sees a refusal, 406: Links are not allowed here
tom sees tom: Ann is stupid
ann sees tom: Ann is stupid
ann sees aws:DELETE_MESSAGE {"Reason": "insult"}
tom sees aws:DELETE_MESSAGE {"Reason": "insult"}
ann sees app:announcement {"text": "Be kind"}
tom sees app:announcement {"text": "Be kind"}
ann sees aws:DISCONNECT_USER {"UserId": "tom", "Reason": "insult"}
tom sees aws:DISCONNECT_USER {"UserId": "tom", "Reason": "insult"}
tom sees that the connection is closed
tom is back: a kick keeps nobody out
ann sees aws:DISCONNECT_USER {"UserId": "tom", "Reason": "insult, again"}
tom sees aws:DISCONNECT_USER {"UserId": "tom", "Reason": "insult, again"}
tom sees that the connection is closed
tom gets no token: a ban does
"""


@pytest.fixture
def reviewing() -> Iterator[LocalService]:
    """Yield a local service that runs the example's review handler, as its README does; the example's own tests have both."""
    handler = f"--review-handler={_FUNCTION}={EXAMPLES / 'moderation' / 'review.py'}:handler"
    with serving(handler, "--review-timeout", "10") as service:
        yield service


def test_it_plays_as_its_script_says(
    reviewing: LocalService, deployed: Callable[[str, LocalService], Stack], environment: Mapping[str, str]
) -> None:
    outputs = deployed("moderation", reviewing).outputs()

    assert _played(outputs["room"], reviewing, environment) == (_PLAY, "")
    [statement] = json.loads(outputs["moderator_policy"])["Statement"]
    assert statement["Resource"] == [outputs["room"]]


def _played(room: str, service: LocalService, environment: Mapping[str, str]) -> tuple[str, str]:
    played = subprocess.run(
        [sys.executable, "-m", "moderation.play"],
        check=False,
        cwd=EXAMPLES,
        env={**environment, "IVSCHAT_ROOM_ARN": room, "PULUMI_IVSCHAT_ENDPOINT_URL": service.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return played.stdout, played.stderr
