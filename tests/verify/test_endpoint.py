"""The endpoints: AWS's addresses and pace, and local services only on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from verify.endpoint import found, local_service, of_aws, running_at


def test_aws_is_asked_twice_a_second_at_its_own_addresses() -> None:
    endpoint = of_aws("eu-west-1")

    assert endpoint.control_plane_url == "https://ivschat.eu-west-1.amazonaws.com"
    assert endpoint.messaging_url == "wss://edge.ivschat.eu-west-1.amazonaws.com"
    assert (endpoint.rate, endpoint.frame_rate) == (2.0, 5.0)


def test_a_region_without_ivs_chat_is_refused() -> None:
    with pytest.raises(ValueError, match=r"us-east-2 does not have IVS Chat. Use one of .*us-west-2"):
        of_aws("us-east-2")


def test_aws_is_aws_also_if_the_environment_names_another_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_IVSCHAT", "http://127.0.0.1:1")

    assert of_aws("eu-west-1").client().meta.endpoint_url == "https://ivschat.eu-west-1.amazonaws.com"


@pytest.mark.parametrize("url", ["https://ivschat.us-west-2.amazonaws.com", "http://example.com", "prod"])
def test_other_machines_are_not_local_services(url: str) -> None:
    with pytest.raises(ValueError, match="is not the address of a local service"):
        running_at(url)


def test_a_local_service_never_gets_the_credentials_of_the_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "person")
    credentials = running_at("http://127.0.0.1:1").session().get_credentials()

    assert credentials is not None
    assert credentials.access_key == "local"


def test_a_local_service_runs_for_the_block_only() -> None:
    with local_service() as endpoint:
        assert endpoint.client().list_rooms()["rooms"] == []
        logs = endpoint.logs
    assert logs is not None
    assert not Path(logs).exists()


def test_the_region_of_aws_is_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)

    with found("aws") as endpoint:
        assert endpoint.region == "ap-south-1"
