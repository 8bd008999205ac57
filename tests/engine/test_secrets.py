"""
Secrets through a whole life: in no state, no output, no log.

Secret are AWS's keys, chat tokens, the stack's passphrase, and what a program or a setting says is.
"""

from __future__ import annotations

import base64
import gzip
import json
import pickle
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import attrs
import pytest

from tests import canaries
from tests.conftest import ENGINEER, LocalService
from tests.engine.conftest import Stack

SECRETS = {name: f"canary-{name}-{uuid.uuid4().hex}" for name in ("name", "tag", "user", "attribute", "drifted")}
PASSPHRASE = f"canary-passphrase-{uuid.uuid4().hex}"
OF_AWS = {"secret key": canaries.SECRET_KEY, "session token": canaries.SESSION_TOKEN, "passphrase": PASSPHRASE}
PROGRAM = """
secret = pulumi.Config().require_secret
logs = LoggingConfiguration("logs", name=secret("name"), tags={"s": secret("tag")},
    destination_configuration={"s3": {"bucket_name": "logs"}})
lobby = Room("lobby", name=secret("name"), tags={"s": secret("tag")}, maximum_message_length=LENGTH,
    logging_configuration_identifiers=[logs.arn])
TagSet("cost", resource_arn=lobby.arn, tags={"t": secret("tag")})
smoke = ChatTokens("smoke", room=lobby, grants={
    "ann": {"user_id": secret("user"), "attributes": {"a": secret("attribute")}}})
pulumi.export("token", smoke.tokens["ann"])
pulumi.export("room", lobby.name)
pulumi.export("found", get_room_output(pulumi.Output.secret(lobby.arn)))
"""


@pytest.mark.parametrize(
    "wrap",
    [
        lambda secret: secret,
        base64.b64encode,
        base64.urlsafe_b64encode,
        gzip.compress,
        lambda secret: base64.b64encode(gzip.compress(pickle.dumps({"a": secret}))),
        lambda secret: json.dumps({"pickle": base64.b64encode(pickle.dumps([secret])).decode()}).encode(),
    ],
)
def test_a_secret_would_be_found_however_it_is_wrapped(wrap: Callable[[bytes], bytes], tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "stack.json").write_bytes(
        b"x = " * (wrap is not gzip.compress) + wrap(SECRETS["tag"].encode())
    )

    assert canaries.leaks(SECRETS, canaries.files(tmp_path)) == [("tag", str(tmp_path / "state/stack.json"))]


@attrs.define
class Life:
    """A stack, and all that its commands say."""

    stack: Stack
    service: LocalService
    said: dict[str, bytes] = attrs.field(factory=dict)

    def do(self, *arguments: str, code: int = 0) -> None:
        """Run `pulumi`."""
        self._keep("pulumi", arguments, self.stack.run(*arguments, code=code))

    def ivschat(self, *arguments: str, code: int = 0) -> None:
        """Run `pulumi-ivschat`."""
        ran = self.stack.ivschat(*arguments, code=code)
        self._keep("pulumi-ivschat", arguments, ran.stdout + ran.stderr)

    def _keep(self, command: str, arguments: tuple[str, ...], said: str) -> None:
        self.said[f"{len(self.said)}: {command} {' '.join(arguments)}"] = said.encode()

    def tokens(self) -> dict[str, str]:
        """Return the chat token that the last `up` made."""
        return {"token": self.stack.outputs()["token"]["token"]}


@pytest.fixture
def environment(environment: dict[str, str]) -> dict[str, str]:
    """Let the passphrase be a secret too."""
    return {**environment, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[LocalService]:
    """Yield a local service that writes what it may: data, and a log."""
    key = ":".join([ENGINEER["AWS_ACCESS_KEY_ID"], canaries.SECRET_KEY, "000000000000", canaries.SESSION_TOKEN])
    command = [sys.executable, "-m", "pulumi_ivschat", "local", "--data", str(tmp_path / "data"), "--access-key", key]
    with (tmp_path / "service.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    with process:
        assert process.stdout is not None
        line = process.stdout.readline()
        yield LocalService(next(word for word in line.split() if word.startswith("http")), process)
        process.terminate()


@pytest.fixture
def life(stack: Stack, service: LocalService) -> Life:
    """Return a stack whose secrets are in its configuration, and nowhere in its program."""
    for name, secret in SECRETS.items():
        stack.run("config", "set", "--secret", name, secret)
    return Life(stack, service)


@pytest.mark.early
@pytest.mark.long
def test_no_secret_of_a_whole_life_is_written_or_said(life: Life, tmp_path: Path) -> None:
    program, client = PROGRAM.replace("LENGTH", "100"), life.service.client()
    life.stack.program(program)
    life.do("up", "--yes", "--diff")
    tokens = life.tokens()
    room = life.stack.resource("lobby")["id"]

    life.stack.program(program.replace("100", "200").replace('"s": secret("tag")', '"s": secret("name")'))
    life.do("preview", "--diff")
    for operation in ("UpdateRoom", "TagResource", "CreateChatToken"):
        life.service.fault(operation, error="ValidationException")
        life.do("up", "--yes", "--skip-preview", "--diff", code=1)
        life.service.clear_faults()
    life.do("up", "--yes", "--diff")
    client.update_room(identifier=room, name=SECRETS["drifted"])
    client.tag_resource(resourceArn=room, tags={"s": SECRETS["drifted"]})
    life.ivschat("drift", code=2)
    life.ivschat("drift", "--json", code=2)
    life.do("refresh", "--yes", "--diff")
    life.do("up", "--yes", "--diff")
    # The engine itself writes each property into such a log, secrets too; what it does not see is ours to keep.
    verbose = life.stack.run("up", "--yes", "-v=9", "--logtostderr", "--logflow").encode()
    life.ivschat("import", client.create_room(name="by-hand")["arn"], "--yes")
    life.ivschat("recover", "--yes")
    for shown in (["export"], ["output"], ["output", "--json"], ["history"], ["history", "--json"], []):
        life.do("stack", *shown)
    tokens |= {"second token": life.tokens()["token"]}
    life.said["the service's requests"] = json.dumps(life.service.requests()).encode()

    written = [each for each in canaries.files(tmp_path) if "/data/store.sqlite" not in each[0]]
    assert any("/state/" in place for place, _ in written)
    assert canaries.leaks(SECRETS | OF_AWS | tokens, [*life.said.items(), *written]) == []
    assert canaries.leaks(OF_AWS, [("the verbose log", verbose)]) == []


REPEATING = """
import os
secret, here = pulumi.Output.secret, os.environ["CANARY"]
lobby = Room("lobby", tags={"own": "plain"})
logs = LoggingConfiguration("logs", destination_configuration={"s3": {"bucket_name": "logs"}})
TagSet("cost", resource_arn=lobby.arn, tags={"t": secret(here)})
theirs = Room("theirs", name="theirs", tags={"s": secret(here)})
by_get = Room.get("by-get", theirs.arn)
tags = TagSet.get("tags-by-get", theirs.arn)
pulumi.export("get", [by_get.tags, tags.tags, lobby.tags_all])
pulumi.export("lookup", get_room_output(theirs.arn))
"""


def plain_in_state(life: Life, secrets: Mapping[str, str], what: str) -> list[tuple[str, str]]:
    """Return the secrets that are in the exported state."""
    return canaries.leaks(secrets, [(what, life.stack.run("stack", "export").encode())])


def test_secret_default_tags_and_what_repeats_a_secret_tag_are_not_plain_in_the_state(
    life: Life, environment: dict[str, str]
) -> None:
    secrets = {name: f"canary-{name}-{uuid.uuid4().hex}" for name in ("tag", "default")}
    environment["CANARY"] = secrets["tag"]
    life.stack.run("config", "set", "--secret", "ivschat:defaultTags", f'{{"d": "{secrets["default"]}"}}')
    life.stack.program(REPEATING)

    life.do("up", "--yes", "--skip-preview", "--diff")

    assert plain_in_state(life, secrets, "up") == []
    assert canaries.leaks(secrets, life.said.items()) == []


@pytest.mark.long
@pytest.mark.nightly
def test_nothing_that_repeats_a_secret_is_plain_in_an_exported_state(life: Life, environment: dict[str, str]) -> None:
    secrets = {name: f"canary-{name}-{uuid.uuid4().hex}" for name in ("tag", "default")}
    environment["CANARY"] = secrets["tag"]
    client = life.service.client()
    life.stack.program('Room("lobby", tags={"own": "plain"})').config(defaultTags='{"d": "' + secrets["default"] + '"}')
    life.do("up", "--yes", "--skip-preview")
    assert plain_in_state(life, secrets, "before the setting is a secret")

    life.said.clear()
    life.stack.run("config", "set", "--secret", "ivschat:defaultTags", f'{{"d": "{secrets["default"]}"}}')
    life.stack.program(REPEATING)
    life.do("up", "--yes", "--diff")
    assert plain_in_state(life, secrets, "up") == []
    for command in (["refresh", "--yes", "--diff"], ["preview", "--refresh", "--diff"], ["up", "--yes", "--diff"]):
        life.do(*command)
        assert plain_in_state(life, secrets, command[0]) == []
    made = [
        client.create_room(name=f"by-hand-{number}", tags=tags)["arn"]
        for number, tags in enumerate([{"d": secrets["default"], "z": "1"}, {"z": "1"}])
    ]
    life.ivschat("import", *made, "--yes")
    assert plain_in_state(life, secrets, "import") == []
    life.said["the code"] = (life.stack.directory / "imported_rooms.py").read_bytes()
    client.tag_resource(resourceArn=life.stack.resource("lobby")["id"], tags={"d": "other"})
    life.ivschat("drift", code=2)
    life.ivschat("drift", "--json", code=2)

    assert canaries.leaks(secrets, life.said.items()) == []


def test_no_error_shows_a_secret_that_fails_a_check(life: Life) -> None:
    life.stack.program(
        """
        secret = pulumi.Output.secret
        Room("lobby", name=secret("canary name"), maximum_message_length=secret(4711), tags={"t": secret("canary<>")},
             message_review_handler={"uri": secret("canary"), "fallback_result": secret("canary")}, region=secret("canary"))
        """
    )

    life.do("preview", "--diff", code=1)
    life.stack.program('get_room_output(name=pulumi.Output.secret("canary"))')
    life.do("preview", code=1)

    said = b"".join(life.said.values())
    assert said.count(b"has a problem: ") >= 6
    assert b"ListRooms [secret]: " in said
    assert canaries.leaks({"text": "canary", "number": "4711"}, life.said.items()) == []
