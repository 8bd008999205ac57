"""The environment of code under test."""

from __future__ import annotations

import os
import urllib.request
from pathlib import Path

import boto3
import pytest

from pulumi_ivschat.testing import environment
from pulumi_ivschat.testing.environment import of_service, region, variables

URL = "http://127.0.0.1:4566"


@pytest.fixture
def real(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set what a person has who works with AWS."""
    (tmp_path / "config").write_text(
        "[default]\nregion = eu-west-1\nendpoint_url = https://example.com\n[profile prod]\n"
    )
    (tmp_path / "credentials").write_text("[prod]\naws_access_key_id = real\naws_secret_access_key = real\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_PROFILE", "prod")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)


@pytest.mark.usefixtures("real")
def test_a_client_of_boto3_finds_the_service_and_its_key_only() -> None:
    with of_service(URL):
        session = boto3.Session()
        client = session.client("ivschat")

        assert (client.meta.endpoint_url, client.meta.region_name) == (URL, "us-west-2")
        credentials = session.get_credentials()
        assert credentials is not None
        assert (credentials.access_key, credentials.secret_key, credentials.token) == ("local", "local", None)
        assert session.available_profiles == []


@pytest.mark.usefixtures("real")
def test_the_default_session_of_boto3_keeps_no_credentials_on_either_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    boto3.setup_default_session()
    real = boto3.DEFAULT_SESSION

    with of_service(URL):
        assert boto3.client("ivschat").meta.endpoint_url == URL
        assert boto3.DEFAULT_SESSION is not real

    assert boto3.DEFAULT_SESSION is real


@pytest.mark.usefixtures("real")
def test_the_environment_is_as_before_after_the_block() -> None:
    before = dict(os.environ)

    with of_service(URL):
        assert dict(os.environ) != before

    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("us-west-2", "us-west-2")),
        ({"AWS_REGION": "eu-west-1"}, ("eu-west-1", "eu-west-1")),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, ("eu-west-1", "eu-west-1")),
        ({"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"}, ("eu-west-1", "us-east-1")),
    ],
)
@pytest.mark.usefixtures("real")
def test_a_region_is_set_only_if_there_is_none(given: dict[str, str], expected: tuple[str, str]) -> None:
    with variables(given), of_service(URL):
        assert (os.environ["AWS_REGION"], os.environ["AWS_DEFAULT_REGION"]) == expected
        assert region() == expected[1]


def test_no_proxy_is_between_a_test_and_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "intranet.example")

    with of_service(URL):
        assert urllib.request.proxy_bypass("127.0.0.1:4566")
        assert urllib.request.proxy_bypass("intranet.example")
        assert not urllib.request.proxy_bypass("example.com")


def test_every_variable_that_is_removed_is_one_of_aws() -> None:
    assert [name for name in environment.REMOVED if not name.startswith("AWS_")] == []
