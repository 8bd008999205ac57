"""Calls: through a real client of botocore, and their failures as this package's errors."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from pulumi_ivschat.aws import client
from pulumi_ivschat.aws.client import BotoControlPlane, boto_client, shared_control_plane
from pulumi_ivschat.errors import (
    CredentialsError,
    IvsChatError,
    LostAnswer,
    ResourceNotFound,
    SettingsError,
    UnreachableError,
)
from pulumi_ivschat.local import discovery
from pulumi_ivschat.settings import LOCAL, Connection
from tests.conftest import REGION, LocalService

GONE = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


@pytest.fixture
def control_plane(service: LocalService, monkeypatch: pytest.MonkeyPatch) -> BotoControlPlane:
    """Return the control plane of an empty local service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=1))


def test_a_call_gives_awss_answer(control_plane: BotoControlPlane) -> None:
    answer = control_plane.call("CreateRoom", REGION, name="lobby")

    assert control_plane.call("GetRoom", REGION, identifier=answer["arn"])["name"] == "lobby"


def test_an_error_of_aws_shows_what_it_was_about(control_plane: BotoControlPlane) -> None:
    with pytest.raises(ResourceNotFound, match=f"GetRoom {GONE}: ResourceNotFoundException"):
        control_plane.call("GetRoom", REGION, GONE, identifier=GONE)


@pytest.mark.parametrize("body", ['{"name":"lob', "<html>busy</html>", "[]", "", "\x00", "{}", '{"ok":1}'])
def test_an_answer_that_is_cut_off_or_not_awss_is_a_lost_one(
    control_plane: BotoControlPlane, service: LocalService, body: str
) -> None:
    service.fault("GetRoom", body=body)

    with pytest.raises(
        LostAnswer,
        match=f"GetRoom {GONE}: the answer is cut off, or not AWS's\nAWS may or may not have carried out the call",
    ):
        control_plane.call("GetRoom", REGION, GONE, identifier=GONE)


def test_a_page_is_not_treated_as_success_where_success_shows_nothing(
    control_plane: BotoControlPlane, service: LocalService
) -> None:
    arn = control_plane.call("CreateRoom", REGION)["arn"]
    service.fault("DeleteRoom", body="<html>busy</html>")

    with pytest.raises(LostAnswer):
        control_plane.call("DeleteRoom", REGION, arn, identifier=arn)
    control_plane.call("DeleteRoom", REGION, arn, identifier=arn)


def test_a_token_is_in_no_log_of_botocores(control_plane: BotoControlPlane, caplog: pytest.LogCaptureFixture) -> None:
    room = control_plane.call("CreateRoom", REGION)["arn"]

    with caplog.at_level(logging.DEBUG):
        answer = control_plane.call("CreateChatToken", REGION, roomIdentifier=room, userId="alice")

    assert answer.keys() >= {"token", "tokenExpirationTime", "sessionExpirationTime"}
    assert "Response body" in caplog.text
    assert "tokenExpirationTime" in caplog.text
    assert caplog.text.count(answer["token"]) == 0


def test_threads_share_one_client_for_each_region(control_plane: BotoControlPlane) -> None:
    found = []
    threads = [threading.Thread(target=lambda: found.append(control_plane.client(REGION))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(one) for one in found}) == 1
    assert control_plane.client("eu-west-1") is not found[0]


def test_who_has_the_same_settings_shares_a_control_plane() -> None:
    assert shared_control_plane(Connection(max_attempts=7)) is shared_control_plane(Connection(max_attempts=7))
    assert shared_control_plane(Connection()) is not shared_control_plane(Connection(max_attempts=7))


def test_settings_reach_the_client() -> None:
    connection = Connection(endpoint_url="http://127.0.0.1:1", max_attempts=7, retry_mode="adaptive", app_name="fleet")

    made = boto_client(connection, "eu-west-1").meta

    assert (made.region_name, made.endpoint_url) == ("eu-west-1", "http://127.0.0.1:1")
    assert made.config.retries == {"total_max_attempts": 7, "mode": "adaptive"}  # type: ignore[attr-defined]
    assert made.config.user_agent_appid == "fleet"  # type: ignore[attr-defined]


def test_where_calls_go_is_reported_and_a_setting_that_is_not_one_is_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert BotoControlPlane(Connection()).endpoint_url("eu-west-1") == "https://ivschat.eu-west-1.amazonaws.com"

    monkeypatch.setenv("AWS_ENDPOINT_URL", "nowhere")
    with pytest.raises(IvsChatError, match="Invalid endpoint: nowhere"):
        BotoControlPlane(Connection()).endpoint_url("eu-west-1")


@pytest.mark.parametrize(
    ("error", "translation"),
    [
        (exceptions.NoCredentialsError(), CredentialsError),
        (exceptions.PartialCredentialsError(provider="env", cred_var="x"), CredentialsError),
        (exceptions.UnauthorizedSSOTokenError(), CredentialsError),
        (exceptions.TokenRetrievalError(provider="sso", error_msg="expired"), CredentialsError),
        (exceptions.CredentialRetrievalError(provider="process", error_msg="x"), CredentialsError),
        (exceptions.ProfileNotFound(profile="x"), SettingsError),
        (exceptions.EndpointConnectionError(endpoint_url="x"), UnreachableError),
        (exceptions.ReadTimeoutError(endpoint_url="x"), LostAnswer),
        (exceptions.ConnectionClosedError(endpoint_url="x"), LostAnswer),
        (exceptions.IncompleteReadError(actual_bytes=1, expected_bytes=2), LostAnswer),
        (ResponseParserError("x"), LostAnswer),
        (exceptions.SSLError(endpoint_url="x", error=OSError("y")), UnreachableError),
        (exceptions.ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "AssumeRole"), CredentialsError),
        (RuntimeError("x"), IvsChatError),
    ],
)
def test_every_exception_of_botocore_becomes_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch, error: Exception, translation: type[IvsChatError]
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(client, "boto_client", fail)

    with pytest.raises(IvsChatError) as caught:
        BotoControlPlane(Connection()).call("GetRoom", REGION, GONE)
    assert type(caught.value) is translation
    assert (caught.value.operation, caught.value.subject) == ("GetRoom", GONE)
    assert caught.value.__cause__ is None


def test_an_endpoint_out_of_reach_in_a_region_without_ivs_chat_names_the_regions() -> None:
    plane = BotoControlPlane(Connection(endpoint_url="http://127.0.0.1:1", max_attempts=1))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "fake")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "fake")
        with pytest.raises(UnreachableError, match=r"eu-north-1 is not one of the regions of IVS Chat: .*us-west-2"):
            plane.call("ListRooms", "eu-north-1")
        with pytest.raises(UnreachableError) as caught:
            plane.call("ListRooms", REGION)
    assert "none of the regions" not in str(caught.value)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a data directory, whose service is stopped at the end."""
    monkeypatch.setenv("PULUMI_IVSCHAT_DATA", str(tmp_path))
    yield tmp_path
    discovery.stop(tmp_path)


def test_local_starts_the_embedded_service_without_a_persons_credentials_or_proxy(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAFAKEFAKEFAKEFAKE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "fake-but-private")
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    made = boto_client(Connection(endpoint_url=LOCAL), REGION)

    assert made.list_rooms()["rooms"] == []
    running = discovery.find(data)
    assert running is not None
    assert made.meta.endpoint_url == running.url


def test_local_does_not_depend_on_a_persons_configuration(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (data / "config").write_text("[broken")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(data / "config"))
    for variable in ("AWS_CA_BUNDLE", "AWS_DEFAULTS_MODE", "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES"):
        monkeypatch.setenv(variable, "")
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")

    assert boto_client(Connection(endpoint_url=LOCAL), REGION).list_rooms()["rooms"] == []


def test_local_finds_the_service_again_also_after_it_was_killed(data: Path) -> None:
    arn = boto_client(Connection(endpoint_url=LOCAL), REGION).create_room()["arn"]
    first = discovery.find(data)
    assert first is not None
    os.kill(first.pid, signal.SIGKILL)

    assert boto_client(Connection(endpoint_url=LOCAL), REGION).get_room(identifier=arn)["arn"] == arn


def test_local_that_cannot_start_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("")
    monkeypatch.setenv("PULUMI_IVSCHAT_DATA", str(occupied))

    with pytest.raises(UnreachableError, match="data directory"):
        BotoControlPlane(Connection(endpoint_url=LOCAL)).call("ListRooms", REGION)


def test_the_first_call_of_a_process_may_be_made_while_it_ends(
    service: LocalService, run_python: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    code = (
        "import atexit\n"
        "from pulumi_ivschat.aws.client import BotoControlPlane\n"
        "from pulumi_ivschat.settings import Connection\n"
        f"plane = BotoControlPlane(Connection(endpoint_url={service.url!r}))\n"
        f"atexit.register(lambda: print(plane.call('ListRooms', {REGION!r})['rooms']))"
    )

    assert run_python(code) == "[]"


def test_no_aws_sdk_is_loaded_before_the_first_call(run_python: Callable[[str], str]) -> None:
    code = "import sys, pulumi_ivschat.aws.client; print({'boto3', 'botocore', 'pulumi'} & set(sys.modules))"

    assert run_python(code) == "set()"


REFUSALS = [
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
    "AuthFailure",
]


@pytest.mark.parametrize("code", REFUSALS)
def test_a_call_whose_credentials_are_refused_is_made_once_more_and_not_more_often(
    control_plane: BotoControlPlane, service: LocalService, code: str
) -> None:
    service.fault("CreateRoom", error=code, count=1)
    assert control_plane.call("CreateRoom", REGION, name="lobby")["name"] == "lobby"
    assert service.calls() == ["CreateRoom", "CreateRoom"]
    assert len(service.client().list_rooms()["rooms"]) == 1

    service.reset()
    service.fault("CreateRoom", error=code, count=None)
    with pytest.raises(CredentialsError, match=code):
        control_plane.call("CreateRoom", REGION, name="lobby")
    assert service.calls() == ["CreateRoom", "CreateRoom"]


def test_a_refusal_that_is_not_about_credentials_is_not_repeated(
    control_plane: BotoControlPlane, service: LocalService
) -> None:
    service.fault("GetRoom", error="AccessDeniedException", count=None)

    with pytest.raises(IvsChatError, match="AccessDeniedException"):
        control_plane.call("GetRoom", REGION, GONE, identifier=GONE)
    assert service.calls() == ["GetRoom"]


@pytest.fixture
def credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Return a function that writes the secret of the key `local` to the file that AWS's chain reads; none without it."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    file = tmp_path / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    def write(secret: str) -> None:
        file.write_text(f"[default]\naws_access_key_id = local\naws_secret_access_key = {secret}\n")

    return write


def test_a_renewed_credentials_file_is_read_when_the_old_credentials_are_refused(
    service: LocalService, credentials: Callable[[str], None]
) -> None:
    plane = BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=1))

    def refused() -> bool:
        try:
            plane.call("ListRooms", REGION)
        except CredentialsError:
            return True
        return False

    assert refused()  # there is no file yet
    credentials("wrong")
    assert refused()
    credentials("local")
    assert not refused()
    credentials("wrong")
    assert not refused()  # credentials that work are kept
    assert service.calls() == ["ListRooms"] * 4  # two were refused


def test_a_renewed_environment_is_read_when_the_old_credentials_are_refused(
    service: LocalService, credentials: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials("wrong")
    plane = BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=1))
    with pytest.raises(CredentialsError):
        plane.call("ListRooms", REGION)

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")

    assert plane.call("ListRooms", REGION)["rooms"] == []


def test_threads_whose_credentials_are_refused_share_one_new_client(
    service: LocalService, credentials: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials("wrong")
    plane = BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=1))
    old = plane.client(REGION)
    credentials("local")
    made = []

    def counted(connection: Connection, region: str, *limits: Any) -> Any:
        made.append(boto_client(connection, region, *limits))
        return made[-1]

    monkeypatch.setattr(client, "boto_client", counted)
    together = threading.Barrier(8)
    answers = []

    def call() -> None:
        together.wait()
        answers.append(plane.call("ListRooms", REGION))

    threads = [threading.Thread(target=call) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 8
    assert [plane.client(REGION)] == made != [old]


def test_credentials_that_stay_wrong_cost_no_new_client(
    service: LocalService, credentials: Callable[[str], None]
) -> None:
    credentials("wrong")
    plane = BotoControlPlane(Connection(endpoint_url=service.url, max_attempts=1))
    first = plane.client(REGION)

    for _ in range(3):
        with pytest.raises(CredentialsError):
            plane.call("ListRooms", REGION)

    assert plane.client(REGION) is first
    assert service.calls() == ["ListRooms"] * 6


@pytest.mark.parametrize("secret", [None, "wrong"])
def test_the_error_of_a_local_service_with_other_credentials_names_its_key(
    service: LocalService, credentials: Callable[[str], None], secret: str | None
) -> None:
    if secret:
        credentials(secret)
    else:
        with pytest.raises(CredentialsError, match="sign in again"):
            BotoControlPlane(Connection(endpoint_url="http://ivschat.invalid")).call("ListRooms", REGION)

    with pytest.raises(
        CredentialsError, match="set AWS_ACCESS_KEY_ID=local and AWS_SECRET_ACCESS_KEY=local, or set the"
    ):
        BotoControlPlane(Connection(endpoint_url=service.url)).call("ListRooms", REGION)


@pytest.mark.usefixtures("control_plane")
def test_a_fork_waits_for_a_call_under_way(service: LocalService, run_python: Callable[[str], str]) -> None:
    service.fault("ListRooms", latency_seconds=1)
    code = f"""
import os, threading, time, warnings
from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.settings import Connection
warnings.simplefilter("ignore")  # newer Pythons warn of a fork beside threads
control_plane, answers = BotoControlPlane(Connection(endpoint_url={service.url!r})), []
control_plane.client({REGION!r})
thread = threading.Thread(target=lambda: answers.append(control_plane.call("ListRooms", {REGION!r})))
thread.start()
time.sleep(0.2)
child = os.fork()
if not child:
    os._exit(len(answers))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    assert run_python(code) == "1"
