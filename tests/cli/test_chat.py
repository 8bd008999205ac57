"""Rooms from a shell: several processes, on the local service."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.cli.conftest import Invoke, Join, environment
from tests.conftest import LocalService


def test_two_people_talk_and_one_deletes_and_kicks(lobby: str, join: Join) -> None:
    alice = join("lobby", "alice")
    bob = join(lobby, "bob", "--capability", "DELETE_MESSAGE", "--capability", "DISCONNECT_USER")

    alice.say("hello, bob")
    message_id = bob.sees("alice: hello, bob").split()[1]
    bob.say(f"/delete {message_id} rude")
    alice.sees(f"* message {message_id} was deleted: rude")
    alice.say(f"/delete {message_id}")
    alice.sees("(join with --capability DELETE_MESSAGE)")
    bob.say("/kick alice")

    assert alice.ends() == 4
    assert alice.sees("The service closed the connection: The user was disconnected (1000).")
    bob.sees("* alice was disconnected")
    assert bob.leaves() == 0


def test_for_programs_frames_are_lines_and_lines_are_messages_or_actions(lobby: str, join: Join) -> None:
    bot = join(lobby, "bot", "--json", "--capability", "SEND_MESSAGE", "--capability", "DELETE_MESSAGE")

    bot.say("/quit is what I say")
    said = json.loads(bot.sees("/quit is"))
    bot.say(json.dumps({"Action": "DELETE_MESSAGE", "Id": said["Id"], "RequestId": "1"}))
    deleted = json.loads(bot.sees("aws:DELETE_MESSAGE"))

    assert bot.leaves() == 0
    assert (said["Type"], said["Sender"]["UserId"], deleted["RequestId"]) == ("MESSAGE", "bot", "1")
    assert len(bot.out) == 2


def test_at_the_end_of_the_input_everything_sent_is_answered(lobby: str, join: Join) -> None:
    bot = join(lobby, "bot", "--json")

    for number in range(20):
        bot.say(str(number))

    assert bot.leaves() == 0
    assert [json.loads(line)["Content"] for line in bot.out] == [str(number) for number in range(20)]


def test_in_a_pipe_a_refusal_is_an_exit_code(lobby: str, join: Join) -> None:
    bot = join(lobby, "bot", "--json")

    bot.say('{"Action": "DELETE_MESSAGE", "Id": "abcdefghijkl"}')

    assert bot.leaves() == 1
    assert json.loads(bot.out[0])["ErrorCode"] == 403


def test_without_a_capability_one_reads_until_one_is_stopped(lobby: str, join: Join) -> None:
    reader = join(lobby, "reader", "--read-only", "--json")
    reader.say("not read")
    assert reader.process.stdin
    reader.process.stdin.close()
    writer = join(lobby, "writer")
    writer.say("hello")
    reader.sees("hello")
    reader.process.send_signal(signal.SIGINT)

    assert reader.ends() == 130
    assert "none, so only reading" in reader.sees("Joined")
    assert len(reader.err) == 1


def test_ctrl_c_ends_it_while_a_line_is_waited_for(lobby: str, join: Join) -> None:
    alice = join(lobby, "alice")

    alice.process.send_signal(signal.SIGINT)

    assert alice.ends() == 130
    assert len(alice.err) == 1


def test_a_deleted_room_is_an_exit_code(service: LocalService, lobby: str, join: Join) -> None:
    alice = join(lobby, "alice", "--json")

    service.client().delete_room(identifier=lobby)

    assert alice.ends() == 4


@pytest.mark.parametrize("options", ["", "--json"])
def test_a_reader_that_is_removed_is_not_an_error(service: LocalService, lobby: str, options: str) -> None:
    chat = f"{sys.executable} -m pulumi_ivschat chat {lobby} --user alice {options}"
    script = f"echo hello | {chat} | true; exit ${{PIPESTATUS[1]}}"

    ran = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, env={**os.environ, **environment(service)}
    )

    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1


def test_a_closed_stdin_is_the_end_of_the_input(service: LocalService, lobby: str) -> None:
    script = f"{sys.executable} -m pulumi_ivschat chat {lobby} --user alice <&-"

    ran = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False, env={**os.environ, **environment(service)}
    )

    assert (ran.returncode, len(ran.stderr.splitlines())) == (0, 1)


def test_stdin_cannot_hold_both_outputs_and_messages(lobby: str, invoke: Invoke) -> None:
    stdin = json.dumps({"lobby": lobby})

    result = invoke("chat", "output:lobby", "--user", "alice", "--outputs", "-", stdin=stdin)

    assert result.exit_code == 2
    assert "use a file for --outputs" in result.stderr


@pytest.mark.parametrize("arguments", [["--user", "x" * 129], ["--user", "a", "--attribute", "k=" + "v" * 1025]])
def test_what_aws_would_refuse_is_reported_before_anything_is_opened(
    lobby: str, invoke: Invoke, arguments: list[str]
) -> None:
    result = invoke("chat", lobby, *arguments)

    assert result.exit_code == 1
    assert "must be at most" in result.stderr
