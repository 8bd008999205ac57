"""The policy is enough for a run, and allows nothing but IVS Chat and log delivery."""

from __future__ import annotations

import json
import urllib.request

from tests.conftest import serving
from tests.verify.conftest import QUICK
from verify import permissions
from verify.endpoint import REVIEW_TIMEOUT, running_at
from verify.question import Verdict, asked
from verify.questions import in_order
from verify.run import Run


def test_a_run_needs_no_more_than_its_policy() -> None:
    with serving(f"--review-timeout={REVIEW_TIMEOUT}") as service:
        document = {"access_key": "local", "policies": [json.loads(permissions.policy(logs=True))]}
        request = urllib.request.Request(f"{service.url}/_local/policies", json.dumps(document).encode())  # noqa: S310
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - a local service
        run = Run(running_at(service.url), QUICK)
        results = [*asked(run, in_order())]

    assert [result.question.name for result in results if "AccessDenied" in f"{result.seen}{result.reason}"] == [
        "an_identifier_of_another_account"
    ]
    names = {result.question.name for result in results if result.verdict is Verdict.DIFFERENT}
    assert names <= {"records_of_an_event_and_a_message", "an_identifier_of_another_region"}


def test_without_logs_no_action_of_another_service_is_allowed() -> None:
    statements = json.loads(permissions.policy())["Statement"]
    actions = [action for statement in statements for action in statement["Action"]]

    assert {action.partition(":")[0] for action in actions} == {"ivschat"}
    assert "ivschat:ListLoggingConfigurations" in actions
