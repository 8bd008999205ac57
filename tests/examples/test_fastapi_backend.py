"""`examples/fastapi_backend`: its Pulumi program. The example has tests of its own for the endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable

from tests.conftest import LocalService
from tests.engine.conftest import Stack


def test_its_program_makes_a_room_and_the_policy_for_issuing_tokens_in_it(
    deployed: Callable[[str, LocalService], Stack], service: LocalService
) -> None:
    outputs = deployed("fastapi_backend", service).outputs()

    [room] = service.client().list_rooms()["rooms"]
    [statement] = json.loads(outputs["issuer_policy"])["Statement"]
    assert (outputs["room"], room["name"]) == (room["arn"], "lobby")
    assert (statement["Action"], statement["Resource"]) == (["ivschat:CreateChatToken"], [room["arn"]])
