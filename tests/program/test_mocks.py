"""Unit tests of programs: under Pulumi's mocks nothing asks an endpoint."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

DOCS = Path(__file__).parents[2] / "docs" / "unit-tests.md"
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.devnull}
ARN = "arn:aws:ivschat:eu-west-1:000000000000:room/abcdefghijkl"
MOCKS = """
import pulumi, pytest
asked, answers = [], {}
class Mocks(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return args.resource_id or f"{args.name}_id", {**args.inputs}
    def call(self, args):
        asked.append((args.token.removeprefix("ivschat:index:"), args.args))
        return answers.get(args.token.removeprefix("ivschat:index:"), {})
pulumi.runtime.set_mocks(Mocks(), preview=PREVIEW)
from pulumi_ivschat import *
def fails(lookup, *told):
    with pytest.raises(pulumi.RunError) as caught:
        lookup()
    assert all(each in str(caught.value) for each in told), caught.value
@pulumi.runtime.test
def test():
BODY
test()
print(sorted({name for name, _ in asked}))
"""


def run(body: str, *, preview: bool = False) -> str:
    """Run a unit test without credentials and endpoint, and return what it asked its mocks for."""
    indented = "\n".join(f"    {line}" for line in body.strip().splitlines())
    code = MOCKS.replace("PREVIEW", repr(preview)).replace("BODY", indented)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    ran = subprocess.run(
        [sys.executable, "-c", code], env={**kept, **NOWHERE}, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()


def test_the_unit_test_of_the_docs_passes(tmp_path: Path) -> None:
    [code] = re.findall(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    (tmp_path / "test_program.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]

    ran = subprocess.run(command, env={**os.environ, **NOWHERE}, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 passed" in ran.stdout


def test_a_coroutine_is_an_input_as_an_output_is_although_it_can_be_awaited_only_once() -> None:
    body = """
        async def tags(): return {"team": "chat"}
        async def arn(): return "arn_id"
        room = Room("lobby", tags=tags(), name=arn())
        TagSet("cost", resource_arn=arn(), tags=tags())
        return room.tags.apply(lambda found: found["team"])
    """
    run(dedent(body))


def test_every_lookup_asks_the_mocks() -> None:
    asked = run(
        f"""
        answers["getRoom"] = {{"name": "lobby"}}
        answers["getLoggingConfiguration"] = {{"state": "ACTIVE"}}
        answers["listRooms"] = {{"rooms": [{{"arn": "other_id"}}, {{"arn": "{ARN}", "tags": {{"a": "1"}}}}]}}
        answers["listLoggingConfigurations"] = {{"logging_configurations": []}}
        answers["listTagsForResource"] = {{"tags": {{"a": "1"}}}}
        room = get_room("{ARN}")
        assert (room.arn, room.name, room.room_id, room.region) == ("{ARN}", "lobby", "abcdefghijkl", "eu-west-1")
        assert (room.maximum_message_length, room.tags, room.create_time) == (500, {{}}, None)
        assert [each.arn for each in list_rooms(tags={{"a": "2"}})] == ["other_id", "{ARN}"]
        assert asked[-1] == ("listRooms", {{"tags": {{"a": "2"}}}})
        assert get_logging_configuration("logs_id").state == "ACTIVE"
        assert list_logging_configurations(region="eu-west-1") == []
        assert list_tags_for_resource("any_id") == {{"a": "1"}}
        def check(found):
            assert found == ["lobby", 2, {{"a": "1"}}]
        lobby = Room("lobby")
        outputs = [get_room_output(lobby.arn).name, list_rooms_output().apply(len), list_tags_for_resource_output(lobby.id)]
        return pulumi.Output.all(*outputs).apply(check)
    """.replace("\n        ", "\n")
    )

    assert asked == str(
        ["getLoggingConfiguration", "getRoom", "listLoggingConfigurations", "listRooms", "listTagsForResource"]
    )


def test_ids_of_mocks_need_not_be_arns() -> None:
    asked = run(
        """
answers["createChatToken"] = {"token": "secret"}
lobby = Room("lobby")
smoke = ChatTokens("smoke", room=lobby, grants={"ann": {"user_id": "ann", "capabilities": ["SEND_MESSAGE"]}})
one = create_chat_token_output("quiz_id", "bob")
found = Room.get("found", "found_id")
TagSet("cost", resource_arn=found.arn, tags={"a": "1"})
def check(values):
    *texts, policy, token, other = values
    assert texts == ["lobby_id", "lobby_id", "lobby_id", "", "found_id", "found_id"], texts
    assert '"Resource": ["lobby_id"]' in policy
    assert (str(token), other["session_expiration_time"]) == ("secret", None)
    assert ("createChatToken", {"room_arn": "quiz_id", "user_id": "bob", "capabilities": []}) in asked, asked
texts = [lobby.arn, lobby.room_id, smoke.room_arn, smoke.region, found.arn, found.room_id]
return pulumi.Output.all(*texts, smoke.issuer_policy, smoke.tokens["ann"]["token"], one).apply(check)
"""
    )

    assert asked == "['createChatToken']"


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ("{}", "it is empty"),
        ('{"nmae": "lobby"}', "nmae is unknown"),
        ('{"name": "lobby"}', "arn is missing"),
    ],
)
def test_an_answer_that_is_not_a_use_is_an_error_that_shows_what_is(answer: str, shown: str) -> None:
    run(
        f"""
answers["getRoom"] = {answer}
answers["listRooms"] = {{"rooms": [{answer}]}}
fails(lambda: get_room(name="lobby"), "Mocks.call returned no usable answer for ivschat:index:getRoom: {shown}",
      "Return a dict with arn, ")
fails(list_rooms, "ivschat:index:listRooms: {shown}")
fails(lambda: list_tags_for_resource("x_id"), "ivschat:index:listTagsForResource: it is empty", "Return a dict with tags")
fails(lambda: get_room(), "give one of the two")
"""
    )


def test_a_preview_under_mocks_makes_no_token() -> None:
    body = 'ChatTokens("smoke", room=Room("lobby"), grants={"ann": {"user_id": "ann"}})'

    assert run(body, preview=True) == "[]"
