"""A role that the stack names: assumed at the first call, and renewed before it expires, at an STS of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import attrs
import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.errors import CredentialsError
from pulumi_ivschat.settings import AssumeRole, Connection
from tests.conftest import ENGINEER, REGION, LocalService

ROLE = AssumeRole("arn:aws:iam::000000000000:role/chat", external_id="fake", duration_seconds=900)
ANSWER = """<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>{}</AccessKeyId><SecretAccessKey>{}</SecretAccessKey><SessionToken>{}</SessionToken>
<Expiration>{:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"""
REFUSAL = """<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
<Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>"""


@attrs.define
class Sts:
    """An STS: what it is asked for, in which regions, and how long its credentials last."""

    asked: list[dict[str, list[str]]] = attrs.field(factory=list)
    regions: set[str] = attrs.field(factory=set)
    seconds: float = 3600
    refuses: bool = False


@pytest.fixture
def sts(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sts]:
    """Yield an STS to which botocore goes, with the key of somebody who may assume the role."""
    state = Sts()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            state.asked.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            state.regions.add(self.headers["Authorization"].split("/")[2])
            end = datetime.now(timezone.utc) + timedelta(seconds=state.seconds)
            body = (REFUSAL if state.refuses else ANSWER.format(*ENGINEER.values(), end)).encode()
            self.send_response(403 if state.refuses else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  its own name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "source")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake")
        monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
        yield state
        server.shutdown()


def control_plane(service: LocalService) -> BotoControlPlane:
    return BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=1, assume_role=ROLE))


def test_calls_are_made_with_the_role_that_is_assumed_once(service: LocalService, sts: Sts) -> None:
    calls = control_plane(service)

    assert calls.call("ListRooms", REGION)["rooms"] == []
    assert calls.call("ListRooms", REGION)["rooms"] == []

    [asked] = sts.asked
    assert asked["RoleArn"] == [ROLE.role_arn]
    assert (asked["RoleSessionName"], asked["ExternalId"], asked["DurationSeconds"]) == (
        ["pulumi-ivschat"],
        ["fake"],
        ["900"],
    )


def test_credentials_that_are_about_to_expire_are_renewed(service: LocalService, sts: Sts) -> None:
    sts.seconds = 60
    calls = control_plane(service)

    calls.call("ListRooms", REGION)
    calls.call("ListRooms", REGION)

    assert len(sts.asked) >= 2


def test_a_role_that_may_not_be_assumed_is_reported_with_what_to_check(service: LocalService, sts: Sts) -> None:
    sts.refuses = True

    with pytest.raises(CredentialsError) as caught:
        control_plane(service).call("ListRooms", REGION)

    assert "ivschat:assumeRole, arn:aws:iam::000000000000:role/chat" in str(caught.value)
    assert "trust policy" in str(caught.value)


def test_a_role_without_credentials_to_assume_it_with_is_reported(
    service: LocalService, sts: Sts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    with pytest.raises(CredentialsError, match="no credentials to assume the role of ivschat:assumeRole with"):
        control_plane(service).call("ListRooms", REGION)
    assert sts.asked == []


@pytest.mark.parametrize("role", [None, ROLE])
def test_the_role_of_a_profile_without_a_region_is_assumed_in_the_region_of_the_call(
    role: AssumeRole | None, service: LocalService, sts: Sts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    base = "source_profile = base\n[profile base]\naws_access_key_id = source\naws_secret_access_key = fake\n"
    file.write_text(f"[profile chat]\nrole_arn = {ROLE.role_arn}\n{base}")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)

    calls = BotoControlPlane(Connection("chat", endpoint_url=service.url, max_attempts=1, assume_role=role))

    assert calls.call("ListRooms", REGION)["rooms"] == []
    assert len(sts.asked) == (2 if role else 1)
    assert sts.regions == {REGION}


def test_the_endpoint_of_the_profile_is_used_with_its_role(
    service: LocalService, sts: Sts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    file.write_text(
        f"[profile chat]\nendpoint_url = {service.url}\naws_access_key_id = source\naws_secret_access_key = fake\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))

    calls = BotoControlPlane(Connection(profile="chat", max_attempts=1, assume_role=ROLE))

    assert calls.call("ListRooms", REGION)["rooms"] == []
    assert len(sts.asked) == 1
