"""Tokens at run time: what is called, what comes back, and who is refused."""

from __future__ import annotations

import asyncio
import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest

from pulumi_ivschat import runtime
from pulumi_ivschat.aws import chat_calls
from pulumi_ivschat.errors import Invalid, Refused, ResourceNotFound, SettingsError
from pulumi_ivschat.model.service_model import operations, snake_case
from pulumi_ivschat.runtime import ChatToken, Role, SentEvent, TokenIssuer
from pulumi_ivschat.settings import Connection
from tests.conftest import LocalService

ROOM = "arn:aws:ivschat:eu-west-1:000000000000:room/abcdefghijkl"
TIME = datetime(2026, 1, 31, 8, tzinfo=timezone.utc)
CANARY = "canary-4711"
ROLES = {"viewer": Role(), "member": Role(["SEND_MESSAGE"], {"k": CANARY}, 5)}


@attrs.define
class Recorder:
    """A control plane that remembers the calls."""

    calls: list[tuple[str, str, Mapping[str, Any]]] = attrs.field(factory=list)

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Remember the call, and answer what any of the operations answers."""
        del subject
        self.calls.append((operation, region, members))
        return {"id": "abcdefghijkl", "token": CANARY, "tokenExpirationTime": TIME, "sessionExpirationTime": TIME}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Return a control plane that replaces every other."""
    recorder = Recorder()
    monkeypatch.setattr(chat_calls, "shared_control_plane", lambda _: recorder)
    return recorder


def test_each_function_makes_one_call_in_the_region_of_the_room(recorder: Recorder) -> None:
    runtime.create_chat_token(ROOM, "alice", capabilities={"SEND_MESSAGE"}, session_duration_in_minutes=5)
    assert runtime.send_event(ROOM, "app:hello", {"a": "b"}) == SentEvent("abcdefghijkl")
    assert runtime.delete_message(ROOM, "mnopqrstuvwx") == SentEvent("abcdefghijkl")
    runtime.disconnect_user(ROOM, "alice", "rude")

    room = {"roomIdentifier": ROOM}
    token = {**room, "userId": "alice", "capabilities": ["SEND_MESSAGE"], "sessionDurationInMinutes": 5}
    assert recorder.calls == [
        ("CreateChatToken", "eu-west-1", token),
        ("SendEvent", "eu-west-1", {**room, "eventName": "app:hello", "attributes": {"a": "b"}}),
        ("DeleteMessage", "eu-west-1", {**room, "id": "mnopqrstuvwx"}),
        ("DisconnectUser", "eu-west-1", {**room, "userId": "alice", "reason": "rude"}),
    ]


@pytest.mark.parametrize(
    ("result", "operation"), [(ChatToken, "CreateChatToken"), (SentEvent, "SendEvent"), (SentEvent, "DeleteMessage")]
)
def test_a_result_is_all_that_aws_answers_and_frozen(result: type[attrs.AttrsInstance], operation: str) -> None:
    members = {snake_case(member) for member in operations()[operation].output.members}

    assert {field.name for field in attrs.fields(result)} == members
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        result(*members).id = ""  # type: ignore[attr-defined]
    assert operations()["DisconnectUser"].output.members == {}


def test_a_token_comes_from_the_control_plane(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("PULUMI_IVSCHAT_ENDPOINT_URL", service.url)
    room = service.client().create_room()["arn"]

    token = TokenIssuer(room, roles=ROLES).issue("alice", "member")

    assert service.calls() == ["CreateRoom", "CreateChatToken"]
    assert datetime.now(timezone.utc) < token.token_expiration_time < token.session_expiration_time
    with pytest.raises(ResourceNotFound):
        runtime.create_chat_token(f"{room[:-1]}{'a' if room[-1] != 'a' else 'b'}", "alice")


FORKS = """
import base64, json, os, signal, sys, threading, warnings, zlib
warnings.simplefilter("ignore")  # newer Pythons warn of a fork beside threads
from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.runtime import Role, TokenIssuer
from pulumi_ivschat.settings import Connection

url, room = sys.argv[1:]
issuer = TokenIssuer(room, roles={"viewer": Role()})
own = BotoControlPlane(Connection(endpoint_url=url))  # as the command line has one, in no registry

def user_of(token):
    return json.loads(zlib.decompress(base64.urlsafe_b64decode(token.split(".")[0] + "==")))["user_id"]

def issued(user):
    answer = own.call("CreateChatToken", "us-west-2", roomIdentifier=room, userId=user)
    return [user_of(issuer.issue(user, "viewer").token), user_of(answer["token"])]

def children(depth):
    found = []
    for number in range(3 if depth == 0 else 1):
        reading, writing = os.pipe()
        if os.fork() == 0:
            signal.alarm(240)  # a hang is an exit code
            mine = [f"{os.getpid()}-{n}" for n in range(2)]
            foreign = [user for user in mine if issued(user) != [user, user]]
            os.write(writing, json.dumps(foreign + (children(depth + 1) if depth < 1 else [])).encode())
            sys.exit()
        found.append(reading)
        os.close(writing)
    stopped.set()
    answers = [os.fdopen(reading).read() for reading in found]
    codes = [os.waitstatus_to_exitcode(os.wait()[1]) for _ in found]
    return [*filter(None, codes), *(user for answer in answers for user in json.loads(answer or "[]"))]

def busy(number):
    while not stopped.is_set():
        issued(f"parent-{number}")

def renewing():
    while not stopped.is_set():
        BotoControlPlane(Connection(endpoint_url=url)).call("ListRooms", "us-west-2")

stopped = threading.Event()
issued("warm-up")
for number in range(3):
    threading.Thread(target=busy, args=(number,), daemon=True).start()
threading.Thread(target=renewing, daemon=True).start()
held = threading.Event()
def hold():
    with own._lock:
        held.set()
        threading.Event().wait()
threading.Thread(target=hold, daemon=True).start()
held.wait()
print(children(0), flush=True)
os._exit(0)
"""


@pytest.mark.long
def test_a_forked_child_gets_its_own_tokens_also_while_threads_of_its_parent_are_in_calls(
    service: LocalService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("PULUMI_IVSCHAT_ENDPOINT_URL", service.url)
    room = service.client().create_room()["arn"]

    command = [sys.executable, "-c", FORKS, service.url, room]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)

    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_a_token_is_what_the_messaging_sdk_wants_and_hides_otherwise() -> None:
    token = ChatToken(CANARY, TIME, TIME)

    time = "2026-01-31T08:00:00.000Z"
    assert json.loads(token.to_json()) == {
        "token": CANARY,
        "sessionExpirationTime": time,
        "tokenExpirationTime": time,
    }
    assert CANARY not in repr(token) + str(token)
    assert CANARY not in repr(ROLES)
    for holder in (token, ROLES["member"], TokenIssuer(ROOM, roles=ROLES)):
        with pytest.raises(TypeError, match="not pickled"):
            pickle.dumps(holder)
        with pytest.raises(TypeError, match="not pickled or copied"):
            copy.copy(holder)


def test_the_server_decides_by_role_and_by_user(recorder: Recorder) -> None:
    roles = {**ROLES, "named": Role(attributes=lambda user: {"name": user.title()})}
    issuer = TokenIssuer(ROOM, roles=roles)

    issuer.issue("alice", "viewer")
    issuer.issue("alice", "member")
    asyncio.run(issuer.issue_async("alice", "named"))

    user = {"roomIdentifier": ROOM, "userId": "alice"}
    member = {"capabilities": ["SEND_MESSAGE"], "attributes": {"k": CANARY}, "sessionDurationInMinutes": 5}
    assert [members for _, _, members in recorder.calls] == [
        user,
        {**user, **member},
        {**user, "attributes": {"name": "Alice"}},
    ]


def test_an_async_rule_and_async_attributes_are_awaited_and_refused_where_nobody_can_await(recorder: Recorder) -> None:
    async def refuse(user: str) -> bool:
        await asyncio.sleep(0)
        return user == "mallory"

    async def attributes(user: str) -> Mapping[str, str]:
        await asyncio.sleep(0)
        return {"name": user.title()}

    by_rule = TokenIssuer(ROOM, roles=ROLES, refuse=refuse)
    by_role = TokenIssuer(ROOM, roles={"named": Role(attributes=attributes)})

    asyncio.run(by_rule.issue_async("alice", "viewer"))
    asyncio.run(by_role.issue_async("alice", "named"))
    with pytest.raises(Refused):
        asyncio.run(by_rule.issue_async("mallory", "viewer"))
    with pytest.raises(Invalid, match="refuse is an async function"):
        by_rule.issue("alice", "viewer")
    with pytest.raises(Invalid, match="attributes is an async function"):
        by_role.issue("alice", "named")

    user = {"roomIdentifier": ROOM, "userId": "alice"}
    assert [members for _, _, members in recorder.calls] == [user, {**user, "attributes": {"name": "Alice"}}]


def test_each_function_has_an_async_form(recorder: Recorder) -> None:
    async def all_of_them() -> list[object]:
        return [
            await runtime.create_chat_token_async(ROOM, "alice", capabilities=["SEND_MESSAGE"]),
            await runtime.send_event_async(ROOM, "app:hello", {"a": "b"}),
            await runtime.delete_message_async(ROOM, "mnopqrstuvwx", reason="rude"),
        ]

    event = SentEvent("abcdefghijkl")
    assert asyncio.run(all_of_them()) == [ChatToken(CANARY, TIME, TIME), event, event]
    asyncio.run(runtime.disconnect_user_async(ROOM, "alice"))
    made = ["CreateChatToken", "SendEvent", "DeleteMessage", "DisconnectUser"]
    assert [operation for operation, _, _ in recorder.calls] == made


def test_a_user_on_the_ban_list_gets_no_token_and_is_not_named(recorder: Recorder) -> None:
    issuer = TokenIssuer(ROOM, roles=ROLES, refuse={CANARY}.__contains__)

    with pytest.raises(Refused) as caught:
        issuer.issue(CANARY, "viewer")

    assert recorder.calls == []
    assert CANARY not in str(caught.value) + repr(issuer)


@pytest.mark.parametrize(
    ("user", "role", "shown"),
    [("alice", CANARY, "the roles are viewer, member"), ("alice", [], "unknown role"), ("", "viewer", "user_id must")],
)
def test_an_unknown_role_or_an_unfit_user_is_refused(recorder: Recorder, user: str, role: Any, shown: str) -> None:
    with pytest.raises(Invalid, match=shown) as caught:
        TokenIssuer(ROOM, roles=ROLES).issue(user, role)

    assert recorder.calls == []
    assert CANARY not in str(caught.value)


def test_all_roles_are_checked_at_construction() -> None:
    roles: Any = {"a": Role(["FLY"], {CANARY: 1}), "b": Role((), None, 181), "c": {}}  # type: ignore[list-item, dict-item]

    with pytest.raises(Invalid) as caught:
        TokenIssuer(ROOM, roles=roles)

    for shown in (
        "roles.a.capabilities[0]",
        "roles.a.attributes",
        "roles.b.session_duration_in_minutes",
        "roles.c must",
    ):
        assert shown in str(caught.value)
    assert CANARY not in str(caught.value)
    with pytest.raises(Invalid, match="there is no role"):
        TokenIssuer(ROOM, roles={})


def test_nobody_changes_the_roles_of_an_issuer(recorder: Recorder) -> None:
    roles = {**ROLES}
    issuer = TokenIssuer(ROOM, roles=roles)

    roles["admin"] = Role(["DELETE_MESSAGE"])
    with pytest.raises(TypeError, match="does not support item assignment"):
        issuer.roles["admin"] = Role(["DELETE_MESSAGE"])  # type: ignore[index]

    with pytest.raises(Invalid, match="unknown role"):
        issuer.issue("alice", "admin")
    assert recorder.calls == []


def test_nobody_changes_what_a_role_allows(recorder: Recorder) -> None:
    capabilities: list[runtime.Capability] = ["SEND_MESSAGE"]
    attributes = {"k": "v"}
    issuer = TokenIssuer(ROOM, roles={"member": Role(capabilities, attributes)})

    capabilities.append("DISCONNECT_USER")
    attributes["admin"] = "yes"
    issuer.issue("alice", "member")

    [(_, _, members)] = recorder.calls
    assert (members["capabilities"], members["attributes"]) == (["SEND_MESSAGE"], {"k": "v"})
    with pytest.raises(TypeError):
        issuer.roles["member"].attributes["admin"] = "yes"  # type: ignore[index]
    with pytest.raises(AttributeError):
        issuer.roles["member"].capabilities.append("DISCONNECT_USER")  # type: ignore[attr-defined]


def _generator(user: str) -> Iterator[str]:
    yield user


@pytest.mark.parametrize(
    ("settings", "shown"),
    [
        ({"roles": ROLES, "refuse": _generator}, "refuse must be a function of the user id that returns a bool"),
        ({"roles": [Role()]}, "roles must map names to Role"),
        ({"roles": {1: Role()}}, "roles must map names to Role"),
        ({"roles": CANARY}, "roles must map names to Role"),
        ({"roles": ROLES, "refuse": {CANARY}}, "refuse must be a function of the user id"),
    ],
)
def test_what_is_not_a_set_of_roles_or_no_rule_is_reported_at_construction(
    settings: dict[str, Any], shown: str
) -> None:
    with pytest.raises(Invalid, match=shown) as caught:
        TokenIssuer(ROOM, **settings)

    assert CANARY not in str(caught.value)


def test_the_room_is_the_arguments_the_environments_or_a_stacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = json.dumps({"lobby": ROOM, "other": 1})
    (tmp_path / "outputs.json").write_text(text)
    monkeypatch.setenv("IVSCHAT_ROOM_ARN", ROOM)

    assert TokenIssuer(ROOM, roles=ROLES).room_arn == TokenIssuer(roles=ROLES).room_arn == ROOM
    for outputs in (text, f"\n {text}", tmp_path / "outputs.json", str(tmp_path / "outputs.json")):
        assert TokenIssuer.from_stack_outputs(outputs, output="lobby", roles=ROLES).room_arn == ROOM


@pytest.mark.parametrize(
    ("make", "shown"),
    [
        (lambda: TokenIssuer(roles=ROLES), "set IVSCHAT_ROOM_ARN"),
        (lambda: TokenIssuer(CANARY, roles=ROLES), "room_arn is not a room ARN"),
        (lambda: TokenIssuer.from_stack_outputs("{}", output="lobby", roles=ROLES), "no output lobby; it has none"),
        (
            lambda: TokenIssuer.from_stack_outputs(f'{{"a": "{CANARY}"}}', output="b", roles=ROLES),
            "no output b; it has a",
        ),
        (
            lambda: TokenIssuer.from_stack_outputs(f'{{"a": "{CANARY}"}}', output="a", roles=ROLES),
            "the output a is not a room ARN",
        ),
        (lambda: TokenIssuer.from_stack_outputs("{", output="a", roles=ROLES), "not what `pulumi stack output"),
        (lambda: TokenIssuer.from_stack_outputs("/nowhere", output="a", roles=ROLES), "No such file"),
    ],
)
def test_no_room_is_reported_and_no_value_shown(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], object], shown: str
) -> None:
    monkeypatch.delenv("IVSCHAT_ROOM_ARN", raising=False)

    with pytest.raises(SettingsError, match=shown) as caught:
        make()

    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]1", "3", '"a"', "[1]", "null", '{"a":' * 100_000])
def test_missing_outputs_are_reported(text: str) -> None:
    with pytest.raises(SettingsError, match="not what `pulumi stack output --json` prints"):
        runtime.room_in(text, "lobby")


@pytest.mark.parametrize(
    ("control_plane", "messaging"),
    [
        ("https://ivschat.eu-west-1.amazonaws.com", "wss://edge.ivschat.eu-west-1.amazonaws.com"),
        ("https://ivschat-fips.eu-west-1.api.aws", "wss://edge.ivschat.eu-west-1.amazonaws.com"),
        ("https://vpce-1.ivschat.eu-west-1.vpce.amazonaws.com", "wss://edge.ivschat.eu-west-1.amazonaws.com"),
        ("http://127.0.0.1:4711", "ws://127.0.0.1:4711"),
        ("http://[::1]:4711/", "ws://[::1]:4711"),
        ("https://me:secret@chat.example/prefix", "wss://chat.example"),
        ("https://evilamazonaws.com", "wss://evilamazonaws.com"),
    ],
)
def test_the_messaging_endpoint_follows_the_control_planes(control_plane: str, messaging: str) -> None:
    assert runtime.messaging_endpoint(ROOM, connection=Connection(endpoint_url=control_plane)) == messaging


@pytest.mark.parametrize("variable", ["PULUMI_IVSCHAT_ENDPOINT_URL", "AWS_ENDPOINT_URL_IVSCHAT", "AWS_ENDPOINT_URL"])
def test_the_messaging_endpoint_follows_the_environment(variable: str, run_python: Callable[[str], str]) -> None:
    code = f"""
import os
for name in ("PULUMI_IVSCHAT_ENDPOINT_URL", "AWS_ENDPOINT_URL_IVSCHAT", "AWS_ENDPOINT_URL"):
    os.environ.pop(name, None)
os.environ[{variable!r}] = "http://127.0.0.1:4711"
from pulumi_ivschat.runtime import messaging_endpoint
print(messaging_endpoint({ROOM!r}))
"""
    assert run_python(code) == "ws://127.0.0.1:4711"


def test_a_messaging_endpoint_needs_a_rooms_arn() -> None:
    with pytest.raises(Invalid, match="room_arn is not a room ARN"):
        runtime.messaging_endpoint("lobby")


def test_loading_it_loads_neither_pulumi_nor_boto3(run_python: Callable[[str], str]) -> None:
    assert run_python("import sys, pulumi_ivschat.runtime; print({'pulumi', 'boto3'} & {*sys.modules})") == "set()"
