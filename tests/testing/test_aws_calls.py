"""Calls to AWS while a test uses the service."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType

import boto3
import pytest
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session

from pulumi_ivschat.testing import IvsChat, aws_calls
from pulumi_ivschat.testing.aws_calls import AwsCallRefused

EARLY = boto3.Session(aws_access_key_id="real", aws_secret_access_key="not-real")  # noqa: S106
"""A session from before the tests, as a module has one that creates it when it is imported."""


@pytest.mark.parametrize("endpoint", [None, "https://ivschat.us-west-2.api.aws"])
@pytest.mark.usefixtures("ivschat")
def test_a_client_from_before_the_test_cannot_call_aws(endpoint: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL_IVSCHAT")  # as it was then
    client = EARLY.client("ivschat", "us-west-2", endpoint_url=endpoint)

    with pytest.raises(AwsCallRefused, match=r"does not call ivschat\.us-west-2\..*in a fixture that uses `ivschat`"):
        client.list_rooms()


def test_other_services_of_aws_are_not_called_either() -> None:
    with aws_calls.refused(), pytest.raises(AwsCallRefused, match=r"does not call sts\.eu-west-1\.amazonaws\.com"):
        EARLY.client("sts", "eu-west-1").get_caller_identity()


def test_addresses_that_are_not_of_aws_are_called(ivschat: IvsChat) -> None:
    with aws_calls.refused():
        assert ivschat.client.list_rooms()["rooms"] == []


def test_a_client_of_aiobotocore_cannot_call_aws_either(monkeypatch: pytest.MonkeyPatch) -> None:
    """Aiobotocore itself cannot be installed here: it needs an older botocore."""

    class AIOHTTPSession:
        async def send(self, request: AWSRequest) -> str | None:
            return request.url

    module = ModuleType("aiobotocore.httpsession")
    module.AIOHTTPSession = AIOHTTPSession  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)

    async def sent(url: str) -> str | None:
        return await AIOHTTPSession().send(AWSRequest("POST", url))

    with aws_calls.refused():
        assert asyncio.run(sent("http://127.0.0.1:1/ListRooms")) == "http://127.0.0.1:1/ListRooms"
        with pytest.raises(AwsCallRefused, match=r"does not call ivschat\.us-west-2\.amazonaws\.com"):
            asyncio.run(sent("https://ivschat.us-west-2.amazonaws.com/ListRooms"))


def test_calls_go_on_as_before_after_the_block() -> None:

    send = URLLib3Session.send
    with aws_calls.refused():
        assert URLLib3Session.send is not send

    assert URLLib3Session.send is send
