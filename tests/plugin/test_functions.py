"""The functions of the schema."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2

from pulumi_ivschat.model import native
from pulumi_ivschat.model.validation import UNKNOWN
from pulumi_ivschat.plugin.values import message, plain
from tests.conftest import LocalService
from tests.plugin.conftest import Provider

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


VALID: dict[str, dict[str, Any]] = {
    "createChatToken": {"roomArn": ROOM, "userId": "alice"},
    "getLoggingConfiguration": {"arn": ROOM.replace("room", "logging-configuration")},
    "getRoom": {"name": "lobby"},
    "issuerPolicy": {"roomArns": [ROOM]},
    "listTagsForResource": {"resourceArn": ROOM},
    "moderatorPolicy": {"roomArns": [ROOM]},
}
"""The required arguments of functions."""

BAD = [4711, "", "<>", [], ["<>"], [ROOM, 4711], {"<>": 4711}, {"team": "x" * 300}, True, -1]

ARGUMENTS = [
    (name.rpartition(":")[2], argument)
    for name, function in native.schema()["functions"].items()
    for argument in function["inputs"]["properties"]
]


def problem_of(provider: Provider, function: str, arguments: dict[str, Any]) -> str:
    """Return the text of the error of a call, "" if it has none."""
    try:
        provider.invoke(function, **arguments)
    except grpc.RpcError as error:
        shown: Any = error
        return str(shown.details())
    return ""


@pytest.mark.parametrize(("function", "argument"), ARGUMENTS)
def test_no_error_about_an_argument_has_a_name_of_python(provider: Provider, function: str, argument: str) -> None:
    shown = [problem_of(provider, function, {**VALID.get(function, {}), argument: bad}) for bad in BAD]

    assert "".join(shown)
    assert re.findall(r"(?<!\[\")\b[a-z]+_[a-z]+", "\n".join(shown)) == []


@pytest.mark.parametrize("preview", [True, False])
@pytest.mark.parametrize("function", sorted(VALID))
def test_an_argument_that_has_no_value_yet_is_named(provider: Provider, function: str, *, preview: bool) -> None:
    [(name, value), *_] = VALID[function].items()
    unknown = [UNKNOWN] if isinstance(value, list) else UNKNOWN
    request = provider_pb2.InvokeRequest(
        tok=native.token(function), args=message({**VALID[function], name: unknown}), preview=preview
    )

    with pytest.raises(grpc.RpcError, match=f"{function}: {name} is not known yet; use the form"):
        provider.stub.Invoke(request)


def test_a_preview_creates_no_chat_token(provider: Provider, service: LocalService) -> None:
    request = provider_pb2.InvokeRequest(
        tok=native.token("createChatToken"), args=message(VALID["createChatToken"]), preview=True
    )

    answer = plain(getattr(provider.stub.Invoke(request), "return")).values

    assert answer == {"token": "", "tokenExpirationTime": "", "sessionExpirationTime": ""}
    assert service.calls() == []


def test_each_function_of_the_schema_answers(provider: Provider, service: LocalService) -> None:
    arn = service.client().create_room(name="lobby", tags={"a_b": "1"})["arn"]
    logs = service.client().create_logging_configuration(destinationConfiguration={"s3": {"bucketName": "archive"}})[
        "arn"
    ]
    arguments: dict[str, dict[str, Any]] = {
        "getRoom": {"name": "lobby"},
        "listRooms": {"tags": {"a_b": "1"}},
        "getLoggingConfiguration": {"arn": logs},
        "listLoggingConfigurations": {},
        "listTagsForResource": {"resourceArn": arn},
        "createChatToken": {"roomArn": arn, "userId": "alice"},
        "deployerPolicy": {"loggingConfigurations": True},
        "issuerPolicy": {"roomArns": [arn]},
        "moderatorPolicy": {"roomArns": [arn]},
    }
    assert {native.token(name) for name in arguments} == native.schema()["functions"].keys()

    for name, given in arguments.items():
        outputs = native.function(name)["outputs"]
        answer = provider.invoke(name, **given)
        assert answer.keys() >= {*outputs["required"]}, name
        assert answer.keys() <= outputs["properties"].keys(), name

    assert provider.invoke("getRoom", arn=arn)["tags"] == {"a_b": "1"}
    assert json.loads(provider.invoke("issuerPolicy", roomArns=[arn])["json"])["Statement"][0]["Resource"] == [arn]


@pytest.mark.parametrize(
    ("function", "arguments", "text"),
    [
        ("getRoom", {"ARN": ROOM}, "getRoom: ARN is not an argument; there are arn, name, region"),
        ("issuerPolicy", {}, "issuerPolicy: roomArns is required"),
        ("issuerPolicy", {"roomArns": [ROOM, "lobby"]}, "roomArns[1] is not a room ARN"),
        ("moderatorPolicy", {"roomArns": [ROOM, "lobby"]}, "roomArns[1] is not a room ARN"),
        ("listRooms", {"messageReviewHandlerUri": "f"}, "messageReviewHandlerUri "),
        ("listRooms", {"loggingConfigurationIdentifier": "x"}, "loggingConfigurationIdentifier "),
        ("issuerPolicy", {"roomArns": ROOM}, "issuerPolicy: roomArns must be a list, not a string"),
        ("deployerPolicy", {"account": 111122223333}, "deployerPolicy: account must be a string, not a number"),
        ("deployerPolicy", {"chatTokens": "yes"}, "deployerPolicy: chatTokens must be true or false, not a string"),
        ("listRooms", {"tags": "team"}, "listRooms: tags must be a map of strings"),
        ("createChatToken", {"roomArn": ROOM, "userId": "", "capabilities": ["FLY"]}, "userId must be at least 1"),
        ("getRoom", {"arn": ROOM}, "ResourceNotFoundException"),
    ],
)
def test_wrong_arguments_are_reported_by_their_names(
    provider: Provider, refused: Callable[[Callable[[], object]], str], function: str, arguments: Any, text: str
) -> None:
    assert text in refused(lambda: provider.invoke(function, **arguments))
