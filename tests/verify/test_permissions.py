"""The policy is enough for a run, and lets it change nothing but what has its tag."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import LocalService, serving
from tests.verify.conftest import QUICK
from verify import permissions
from verify.endpoint import REVIEW_TIMEOUT, running_at
from verify.marks import TAG
from verify.question import Verdict, asked
from verify.questions import in_order
from verify.run import Run

_ACCOUNT = "000000000000"


def _permit(service: LocalService, *policies: str) -> None:
    """Let the key of a run do what these policies allow; everything without any."""
    document = {"access_key": "local", "policies": [json.loads(policy) for policy in policies]}
    request = urllib.request.Request(f"{service.url}/_local/policies", json.dumps(document).encode())  # noqa: S310
    urllib.request.urlopen(request, timeout=10).close()  # noqa: S310 - a local service


@pytest.fixture
def permitted() -> Iterator[LocalService]:
    """Yield a service whose access key has the policy of a run in us-west-2."""
    with serving(f"--review-timeout={REVIEW_TIMEOUT}") as service:
        _permit(service, permissions.policy(_ACCOUNT, "us-west-2", logs=True))
        yield service


@pytest.mark.long
def test_a_run_needs_no_more_than_its_policy(permitted: LocalService) -> None:
    results = [*asked(Run(running_at(permitted.url), QUICK), in_order())]

    wrong = {result.question.name for result in results if result.verdict in {Verdict.DIFFERENT, Verdict.FAILED}}
    assert wrong == set()


def test_a_run_may_not_change_what_has_not_its_tag(permitted: LocalService) -> None:
    _permit(permitted)
    own = permitted.client().create_room(name="lobby", tags={"team": "chat"})["arn"]
    _permit(permitted, permissions.policy(_ACCOUNT, "us-west-2"))
    run = Run(running_at(permitted.url))

    changes: dict[str, dict[str, Any]] = {
        "UpdateRoom": {"identifier": own, "name": "n"},
        "DeleteRoom": {"identifier": own},
        "CreateChatToken": {"roomIdentifier": own, "userId": "user"},
        "TagResource": {"resourceArn": own, "tags": {"key": "value"}},
        "UntagResource": {"resourceArn": own, "tagKeys": ["team"]},
        "CreateRoom": {"tags": {"team": "chat"}},
    }
    assert {word: run.call(word, **given).code for word, given in changes.items()} == dict.fromkeys(
        changes, "AccessDeniedException"
    )
    assert run.call("GetRoom", identifier=own).code == ""
    assert run.call("UpdateRoom", identifier=run.new_room()["arn"], name="n").code == ""


def test_the_policy_names_the_region_and_the_account() -> None:
    statements = json.loads(permissions.policy("123456789012", "eu-west-1"))["Statement"]
    changing = [each for each in statements if "ivschat:DeleteRoom" in each["Action"]]

    for statement in changing:
        assert all(arn.startswith("arn:aws:ivschat:eu-west-1:123456789012:") for arn in statement["Resource"])
    assert [TAG in json.dumps(each) or "/*" not in json.dumps(each) for each in changing] == [True, True]


def test_without_logs_no_action_of_another_service_is_allowed() -> None:
    services = {}
    for logs in (False, True):
        statements = json.loads(permissions.policy(logs=logs))["Statement"]
        services[logs] = {action.partition(":")[0] for each in statements for action in each["Action"]}

    assert services == {False: {"ivschat"}, True: {"ivschat", "logs"}}
