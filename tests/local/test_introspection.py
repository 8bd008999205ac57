"""`/_local`, asked in-process."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from pulumi_ivschat.local.access_keys import AccessKey
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.service import Service

Ask: TypeAlias = Callable[..., Answer]
Local: TypeAlias = Callable[..., Any]


@pytest.fixture
def local(send: Ask) -> Local:
    """Return a function that asks a path below /_local, and returns status and document."""

    def asked(method: str, path: str, document: Any = None) -> tuple[int, Any]:
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        answer = send(method, f"/_local/{path}", {"host": "127.0.0.1:4566"}, body)
        return answer.status, json.loads(answer.body) if answer.body else None

    return asked


def test_health_shows_which_service_this_is(local: Local, service: Service) -> None:
    status, health = local("GET", "health")

    assert status == 200
    assert health == {
        "status": "ok",
        "pid": os.getpid(),
        "instance": service.identity.instance,
        "version": service.identity.version,
        "data": None,
    }


def test_requests_are_logged_with_what_they_named_or_made(call: Local, local: Local) -> None:
    room = call("CreateRoom", {"name": "lobby"})["arn"]
    call("UpdateRoom", {"identifier": room, "name": "x"})
    call("ListTagsForResource", {"resourceArn": room})
    call("ListRooms", region="eu-west-1")

    _, document = local("GET", "requests")

    logged = [(each["number"], each["operation"], each["region"], each["identifier"]) for each in document["requests"]]
    assert logged == [
        (1, "CreateRoom", "us-west-2", room),
        (2, "UpdateRoom", "us-west-2", room),
        (3, "ListTagsForResource", "us-west-2", room),
        (4, "ListRooms", "eu-west-1", None),
    ]
    assert document["requests"][0] == {
        "number": 1,
        "time": "2026-01-31T08:00:00.123Z",
        "operation": "CreateRoom",
        "status": 200,
        "error": None,
        "region": "us-west-2",
        "account": "000000000000",
        "identifier": room,
    }


def test_refused_requests_are_logged_with_their_error(ask: Ask, local: Local) -> None:
    ask("GetRoom", {"identifier": "x" * 500})
    ask("GetRoom", key=AccessKey("unknown", "secret", "000000000000"))

    _, document = local("GET", "requests")

    assert [(each["status"], each["error"]) for each in document["requests"]] == [
        (400, "ValidationException"),
        (403, "UnrecognizedClientException"),
    ]
    assert document["requests"][0]["identifier"] == "x" * 128
    assert document["requests"][1]["account"] is None


def test_requests_after_a_number_are_those_that_came_later(call: Local, local: Local) -> None:
    for _ in range(3):
        call("ListRooms")

    assert [each["number"] for each in local("GET", "requests?after=1")[1]["requests"]] == [2, 3]
    assert local("GET", "requests?after=3")[1] == {"requests": []}
    assert local("GET", "requests?after=" + "9" * 5000)[1] == {"requests": []}


def test_the_latest_requests_are_the_last_of_those(call: Local, local: Local) -> None:
    for _ in range(3):
        call("ListRooms")

    assert [each["number"] for each in local("GET", "requests?latest=2")[1]["requests"]] == [2, 3]
    assert len(local("GET", "requests?latest=9")[1]["requests"]) == 3
    assert local("GET", "requests?latest=0")[1] == {"requests": []}


@pytest.mark.parametrize("name", ["after", "latest"])
@pytest.mark.parametrize("number", ["", "-1", "x", "%C2%B2", "1.0"])
def test_a_number_of_another_form_is_refused(name: str, number: str, local: Local) -> None:
    assert local("GET", f"requests?{name}={number}")[0] == 400


def test_asking_the_service_about_itself_is_not_logged(local: Local) -> None:
    local("GET", "health")

    assert local("GET", "requests")[1] == {"requests": []}


def test_the_log_holds_no_secret_and_no_tag(call: Local, send: Ask, temporary_key: AccessKey) -> None:
    call("CreateRoom", {"tags": {"canary-key": "canary-value"}}, key=temporary_key)

    logged = send("GET", "/_local/requests", {"host": "127.0.0.1:4566"}).body.decode()

    for canary in ("canary", temporary_key.secret, temporary_key.session_token or "", "AWS4", "Signature"):
        assert canary not in logged


def test_the_frames_of_a_room_are_what_its_clients_were_sent(call: Local, local: Local, service: Service) -> None:
    room, other = (call("CreateRoom")["arn"] for _ in range(2))
    call("SendEvent", {"roomIdentifier": room, "eventName": "app:hello"})
    call("SendEvent", {"roomIdentifier": other, "eventName": "app:other"})

    status, document = local("GET", f"frames?room={room}")

    assert (status, document["complete"]) == (200, True)
    assert [(frame["Type"], frame["EventName"]) for frame in document["frames"]] == [("EVENT", "app:hello")]
    service.feed.clear()
    assert local("GET", f"frames?room={room}")[1] == {"frames": [], "complete": True}
    assert local("GET", "frames")[1]["frames"] == []


def test_a_reset_leaves_nothing(call: Local, local: Local) -> None:
    call("CreateRoom")
    local("POST", "faults", {"operation": "*", "error": "X"})

    assert local("POST", "reset") == (204, None)

    assert local("GET", "requests")[1] == {"requests": []}
    assert local("GET", "faults")[1] == {"faults": []}
    assert call("ListRooms")["rooms"] == []


def test_faults_are_added_listed_and_cleared(local: Local) -> None:
    status, added = local("POST", "faults", {"operation": "GetRoom", "error": "ThrottlingException"})

    assert (status, added["operation"], added["count"]) == (201, "GetRoom", 1)
    assert local("GET", "faults")[1] == {"faults": [added]}
    assert local("DELETE", "faults") == (204, None)
    assert local("GET", "faults")[1] == {"faults": []}


@pytest.mark.parametrize("document", [b"", b"{", b"\xff", b"[" * 100_000, {"operation": "None"}])
def test_a_fault_of_another_form_is_refused(document: Any, local: Local) -> None:
    status, answer = local("POST", "faults", document)

    assert status == 400
    assert answer["message"]


@pytest.mark.parametrize(
    ("path", "document"),
    [
        ("faults", '{"operation": "*", "members": {"a": NESTED}}'),
        ("policies", '{"access_key": "local", "policies": [{"Statement": [], "Id": NESTED}]}'),
        ("review-handlers", "NESTED"),
    ],
)
@pytest.mark.parametrize("depth", [60, 480, 980])
def test_json_that_is_nested_too_deep_is_refused(depth: int, path: str, document: str, local: Local) -> None:
    assert local("POST", path, document.replace("NESTED", "[" * depth + "]" * depth).encode())[0] == 400


def test_policies_are_put_for_a_key_listed_and_taken_back(local: Local, ask: Ask) -> None:
    document = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ivschat:Get*", "Resource": "*"}}

    assert local("POST", "policies", {"access_key": "local", "policies": [document]}) == (204, None)
    assert local("GET", "policies")[1] == {"policies": {"local": [document]}}
    assert ask("ListRooms").status == 403

    assert local("DELETE", "policies") == (204, None)
    assert local("GET", "policies")[1] == {"policies": {}}
    assert ask("ListRooms").status == 200


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ([], "the policy must be an object"),
        ({"access_key": "ann", "policies": []}, "'ann' is not one"),
        ({"access_key": "local", "policies": [{"Statement": [{"Effect": "Allow"}]}]}, "Statement[0] must have one of"),
        (b'{"access_key": "local", "policies": [{"Statement": [], "Id": NaN}]}', "not JSON compliant"),
    ],
)
def test_a_policy_of_another_form_is_refused(document: Any, says: str, local: Local) -> None:
    status, answer = local("POST", "policies", document)

    assert (status, local("GET", "policies")[1]) == (400, {"policies": {}})
    assert says in answer["message"]


@pytest.mark.parametrize(("method", "path"), [("GET", "reset"), ("PUT", "faults"), ("POST", "health")])
def test_other_methods_are_not_allowed(method: str, path: str, send: Ask) -> None:
    assert send(method, f"/_local/{path}", {"host": "127.0.0.1:4566"}).status == 405
