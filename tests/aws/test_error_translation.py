"""Each part of AWS's configuration that may be wrong: the error names it, shows what to do, and shows no secret."""

from __future__ import annotations

import os
import ssl
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.error_translation import Origin, safe, translation
from pulumi_ivschat.errors import CredentialsError, IvsChatError, SettingsError, UnreachableError
from pulumi_ivschat.settings import Connection
from tests.conftest import REGION
from tests.endpoints import trickling

KEYS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "hidden-secret"}
NOWHERE = "http://127.0.0.1:9"
ROLE = "role_arn = arn:aws:iam::000000000000:role/x\n"
OF_ROLE = {"AWS_ROLE_ARN": "arn:aws:iam::000000000000:role/x"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """Return an environment without any AWS configuration, in a folder of its own."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.chdir(tmp_path)
    return monkeypatch


def failed(kind: type[IvsChatError], environment: dict[str, str], config: str = "", **settings: Any) -> str:
    """Make a call in an environment, and with profile `ops` if there is a *config*; return its error, which is of a *kind*."""
    if not any("ENDPOINT_URL" in name for name in environment) and "endpoint_url" not in config:
        settings.setdefault("endpoint_url", "https://chat.example" if "HTTPS_PROXY" in environment else NOWHERE)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        if config:
            Path("config").write_text(f"[profile ops]\n{config}")
            patch.setenv("AWS_CONFIG_FILE", "config")
            patch.setenv("AWS_PROFILE", "ops")
        with pytest.raises(IvsChatError) as caught:
            BotoControlPlane(Connection(max_attempts=1, **settings)).call("ListRooms", REGION, "lobby")
    assert type(caught.value) is kind, caught.value
    assert (caught.value.operation, caught.value.subject) == ("ListRooms", "lobby")
    assert caught.value.remedy
    assert "hidden" not in str(caught.value).replace("[hidden]", "")
    return str(caught.value)


@pytest.mark.parametrize(
    ("environment", "names"),
    [
        (
            OF_ROLE | {"AWS_WEB_IDENTITY_TOKEN_FILE": "/nowhere/token"},
            "AWS_WEB_IDENTITY_TOKEN_FILE: /nowhere/token: No such",
        ),
        (OF_ROLE | {"AWS_WEB_IDENTITY_TOKEN_FILE": "."}, "AWS_WEB_IDENTITY_TOKEN_FILE: .: Is a directory"),
        ({"AWS_WEB_IDENTITY_TOKEN_FILE": "token"}, "AWS_ROLE_ARN"),
        (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://chat.example/x"},
            "AWS_CONTAINER_CREDENTIALS_FULL_URI: Unsupported",
        ),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:99999"}, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
        (
            {
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": NOWHERE,
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nowhere/hidden".replace("hidden", "key"),
            },
            "/nowhere/key: No such file",
        ),
        (
            {"AWS_CONTAINER_CREDENTIALS_FULL_URI": NOWHERE, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hidden\nhidden"},
            "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        ),
        ({"AWS_ACCESS_KEY_ID": "local"}, "missing: AWS_SECRET_ACCESS_KEY"),
        (KEYS | {"AWS_SESSION_TOKEN": "hidden\nhidden"}, "without that character: AWS_SESSION_TOKEN"),
        ({}, "Unable to locate credentials"),
    ],
)
def test_credentials_from_the_environment(environment: dict[str, str], names: str) -> None:
    assert names in failed(CredentialsError, environment)


@pytest.mark.parametrize(
    ("config", "names"),
    [
        (
            ROLE + "web_identity_token_file = /nowhere/t\n",
            "web_identity_token_file of profile ops: /nowhere/t: No such file",
        ),
        (
            "credential_process = /nowhere/keys --token hidden\n",
            "credential_process of profile ops: /nowhere/keys: No such",
        ),
        ("credential_process = false\n", "credential_process of profile ops: it ended with exit code 1"),
        ("credential_process = sh -c 'printf \\\\377 >&2; exit 1'\n", "credential_process of profile ops: \ufffd"),
        ("credential_process =\n", "credential_process of profile ops: the command is empty"),
        ("credential_process = echo hidden\n", "profile ops: the answer is not JSON"),
        ("credential_process = echo [1]\n", "profile ops: the answer is not JSON of the expected form"),
        ('credential_process = echo {\\"Version\\":1}\n', "Missing required key in response: 'AccessKeyId'"),
        ("credential_process = printf \\\\377\n", "profile ops: the answer is not JSON"),
        ("credential_process = echo 'hidden\n", "profile ops: No closing quotation"),
        (ROLE + "source_profile = ops2\n[profile ops2]\n" + ROLE + "source_profile = ops\n", "Infinite loop"),
        (ROLE + "source_profile = gone\n", 'source_profile "gone"'),
        (ROLE + "credential_source = Junk\n", 'credential source "Junk"'),
        ("sso_session = s\nsso_account_id = 0\nsso_role_name = r\n", "aws sso login --profile ops"),
    ],
)
def test_credentials_from_a_profile(config: str, names: str) -> None:
    error = failed(CredentialsError, {}, config)

    assert names in error
    assert "AWS_PROFILE names it" in error
    assert "The profile is in config or" in error


def test_a_services_section_whose_service_is_not_indented_shows_the_form() -> None:
    services = f"services = local\n[services local]\nivschat = {NOWHERE}\n"

    assert "indented below `ivschat =`" in failed(SettingsError, KEYS | {"AWS_ENDPOINT_URL_STS": NOWHERE}, services)


@pytest.mark.parametrize(
    "sts", [{"AWS_ENDPOINT_URL_STS": NOWHERE}, {"AWS_ENDPOINT_URL_STS": "junk"}, {"AWS_ENDPOINT_URL": NOWHERE}]
)
def test_a_role_whose_sts_is_out_of_reach(sts: dict[str, str]) -> None:
    base = "source_profile = base\n[profile base]\naws_access_key_id = local\naws_secret_access_key = hidden\n"
    region = "region = us west\n" if "AWS_ENDPOINT_URL" in sts else ""

    error = failed(CredentialsError, sts, f"{region}{ROLE}{base}")
    assert "no credentials from the role of profile ops" in error
    assert "AWS_ENDPOINT_URL_STS" in error


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("AWS_ENDPOINT_URL", "nowhere"),
        ("AWS_ENDPOINT_URL_IVSCHAT", "http://127.0.0.1:99999"),
        ("AWS_ENDPOINT_URL_IVSCHAT", "http://127.0.0.1:x"),
        ("AWS_ENDPOINT_URL", "http://[::1"),
        ("HTTPS_PROXY", "http://ann:hidden@127.0.0.1:99999"),
        ("HTTPS_PROXY", "http://[::1"),
        ("AWS_DEFAULTS_MODE", "junk"),
        ("AWS_METADATA_SERVICE_TIMEOUT", "junk"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "junk"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "junk"),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", "junk"),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "junk"),
    ],
)
def test_a_variable_that_is_not_valid_is_named(variable: str, value: str) -> None:
    assert variable in failed(SettingsError, KEYS | {variable: value})


def test_the_endpoint_of_a_profile_is_named_too() -> None:
    assert "endpoint_url of profile ops is not a valid" in failed(SettingsError, KEYS, "endpoint_url = junk\n")


@pytest.mark.parametrize("text", ["[profile ops\nx = hidden\n", "x = hidden\n", "\xff\x00["])
@pytest.mark.parametrize("variable", ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"])
def test_a_file_that_cannot_be_parsed_is_named(variable: str, text: str) -> None:
    Path("broken").write_text(text, encoding="latin-1")

    error = failed(SettingsError, KEYS | {variable: "broken"})
    assert "Unable to parse config file: broken" in error or str(Path("broken").resolve()) in error


@pytest.mark.skipif(find_spec("awscrt") is not None, reason="here the login works without more")
def test_a_login_profile_names_the_package_that_it_needs() -> None:
    shown = failed(CredentialsError, {}, "login_session = arn:aws:sts::000000000000:assumed-role/x/me\n")

    assert "Run `pip install 'botocore[crt]'` in this environment." in shown


@pytest.mark.parametrize(
    ("settings", "names"), [({"profile": "nobody"}, "Check ivschat:profile"), ({}, "Check AWS_PROFILE")]
)
def test_a_profile_that_does_not_exist_is_named_with_what_names_it(settings: dict[str, str], names: str) -> None:
    environment = KEYS if settings else KEYS | {"AWS_PROFILE": "nobody"}

    assert names in failed(SettingsError, environment, **settings)


@pytest.mark.parametrize("variable", ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"])
def test_a_variable_of_a_profile_that_is_empty_is_named_with_its_remedy(variable: str) -> None:
    error = failed(SettingsError, KEYS | {"AWS_PROFILE": "ops", variable: " "})

    assert f"{variable} is empty: unset it" in error


def test_an_sso_session_that_a_role_needs_is_reported_with_the_command_that_signs_in() -> None:
    sso = "[profile sso]\nsso_session = s\nsso_account_id = 0\nsso_role_name = r\n[sso-session s]\n"
    config = f"{ROLE}source_profile = sso\nregion = us-west-2\n{sso}sso_region = us-west-2\nsso_start_url = {NOWHERE}\n"

    assert "Run `aws sso login --profile sso`" in failed(CredentialsError, {}, config)


@pytest.mark.parametrize("variable", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
@pytest.mark.parametrize("content", [None, "junk"])
def test_a_file_of_certificates_that_is_not_one_is_named(variable: str, content: str | None) -> None:
    if content:
        Path("ca.pem").write_text(content)

    with trickling(b"") as endpoint:
        url = endpoint.url.replace("http:", "https:")
        error = failed(SettingsError, KEYS | {variable: "ca.pem"}, endpoint_url=url)
    assert f"Check the file of certificates ({variable})" in error


def test_a_proxy_out_of_reach_is_named() -> None:
    assert "Check the proxy (HTTPS_PROXY" in failed(
        UnreachableError, KEYS | {"HTTPS_PROXY": "http://ann:hidden@127.0.0.1:9"}
    )


@pytest.mark.parametrize("password", ["hidden#1", "hidden/1", "hidden?1"])
def test_a_proxy_that_cannot_be_parsed_is_named_without_a_part_of_its_password(password: str) -> None:
    error = failed(SettingsError, KEYS | {"HTTPS_PROXY": f"http://ann:{password}@127.0.0.1:9"})

    assert "Check HTTPS_PROXY" in error
    assert "%23" in error


def test_an_endpoint_out_of_reach_is_shown_without_its_password() -> None:
    error = failed(UnreachableError, KEYS | {"AWS_ENDPOINT_URL": "http://ann:hidden@127.0.0.1:9"})

    assert '"http://***@127.0.0.1:9/ListRooms"' in error
    assert "Check the network, and AWS_ENDPOINT_URL." in error


def test_a_certificate_that_nobody_vouches_for_is_a_matter_of_the_endpoint() -> None:
    error = exceptions.SSLError(endpoint_url="https://chat.example", error=ssl.SSLError("CERTIFICATE_VERIFY_FAILED"))

    assert type(translation(error, Origin(), REGION, operation="GetRoom")) is UnreachableError


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Invalid header value b'hidden\\nhidden'", "Invalid header value"),
        ("http://ann:hidden@host/x", "http://***@host/x"),
        (f"key {'a1' * 20} end", "key [hidden] end"),
        (f"token {'a1_-' * 40}", "token [hidden]"),
        (f"aws_secret_access_key={'a1' * 20}", "aws_secret_access_key=[hidden]"),
        (
            '{"SecretAccessKey": "hidden", "SessionToken":"hid/den+"}',
            '{"SecretAccessKey": "[hidden]", "SessionToken":"[hidden]"}',
        ),
        ("GET /login?user=ann&id_token=hidden&x=1 failed", "GET /login?user=ann&id_token=[hidden]&x=1 failed"),
        ("password: hunter2hidden", "password: [hidden]"),
        ("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm4ifQ.c2ln", "Bearer [hidden]"),
        (
            "Error loading SSO Token: Token for corp does not exist",
            "Error loading SSO Token: Token for corp does not exist",
        ),
        ("one\n two", "one two"),
        ("x y " * 1000, ("x y " * 1000)[:500]),
        (
            "role arn:aws:iam::000000000000:role/x of /home/ann/.aws/config",
            "role arn:aws:iam::000000000000:role/x of /home/ann/.aws/config",
        ),
    ],
)
def test_the_text_of_an_error_is_one_line_without_secrets(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_the_text_of_an_error_has_no_value_of_a_secret_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "hidden")

    assert safe("it is hidden") == "it is [AWS_SESSION_TOKEN]"
