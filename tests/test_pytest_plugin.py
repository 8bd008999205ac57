"""The pytest plug-in, in runs of pytest as people have them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pulumi_ivschat import runtime
from pulumi_ivschat.testing import IvsChat
from tests.conftest import is_gone

QUIET = ("-p", "no:cacheprovider", "-p", "no:hypothesispytest", "-p", "no:xdist")
"""Options of an inner run: without plug-ins that it does not need, since they take longer to load than the tests run."""


def test_code_under_test_finds_the_service_and_the_room(ivschat: IvsChat, ivschat_room: str) -> None:
    issuer = runtime.TokenIssuer(roles={"member": runtime.Role(["SEND_MESSAGE"])})

    assert issuer.issue("ann", "member").token
    assert (issuer.room_arn, ivschat.calls()) == (ivschat_room, ["CreateChatToken"])


def test_the_client_has_the_region_and_the_room_of_the_fixtures(
    ivschat_client: object, ivschat: IvsChat, ivschat_room: str
) -> None:
    assert ivschat_client is ivschat.client
    assert [room["arn"] for room in ivschat.client.list_rooms()["rooms"]] == [ivschat_room]


def test_each_test_gets_the_same_service_empty_and_the_environment_is_restored(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import os

        import pytest

        BEFORE = dict(os.environ)
        URLS = set()

        @pytest.mark.parametrize("number", range(2))
        def test_a_service(ivschat, ivschat_client, number):
            URLS.add(ivschat.url)
            assert os.environ["AWS_ENDPOINT_URL_IVSCHAT"] == ivschat.url
            assert (ivschat.calls(), ivschat_client.list_rooms()["rooms"]) == ([], [])
            ivschat_client.create_room()
            ivschat.fault("*", error="ThrottlingException", count=None)

        def test_later():
            after = dict(os.environ)
            assert len(URLS) == 1
            assert {**BEFORE, "PYTEST_CURRENT_TEST": ""} == {**after, "PYTEST_CURRENT_TEST": ""}
    """)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=3)


def test_a_test_asks_the_service_once_to_empty_itself_and_nothing_else(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("""
        from pulumi_ivschat.testing.service_process import ServiceProcess

        ASKED = []
        ask = ServiceProcess.ask

        def counted(self, method, path, document=None):
            ASKED.append(path)
            return ask(self, method, path, document)

        ServiceProcess.ask = counted
    """)
    pytester.makepyfile("""
        import pytest
        from conftest import ASKED

        @pytest.mark.parametrize("number", range(3))
        def test_a_service(ivschat_client, ivschat_room, number):
            pass

        def test_later():
            assert ASKED == ["reset"] * 3
    """)

    pytester.runpytest_subprocess(*QUIET).assert_outcomes(passed=4)


def test_each_worker_of_xdist_has_a_service_of_its_own(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", range(2))
        def test_a_service(ivschat, worker_id, number):
            ivschat.client.create_room(name=worker_id)
            with open(worker_id, "w") as file:
                file.write(ivschat.url)
    """)

    pytester.runpytest_subprocess(*QUIET[:-2], "-n2", "--dist=each").assert_outcomes(passed=4)

    assert len({(pytester.path / worker).read_text() for worker in ("gw0", "gw1")}) == 2


def test_a_run_that_uses_no_fixture_loads_nothing_of_the_package(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_something():
            loaded = {name for name in sys.modules if name.split(".")[0] in
                      {"boto3", "botocore", "starlette", "pulumi", "attr", "pulumi_ivschat"}}
            assert loaded == {"pulumi_ivschat", "pulumi_ivschat.pytest_plugin"}
    """)

    pytester.runpytest_subprocess(*QUIET, "-p", "no:anyio").assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("breakage", "shown"),
    [
        ("sys.modules['starlette'] = None", "the local service needs starlette: pip install 'pulumi-ivschat?local?'"),
        ("sys.executable = shutil.which('false')", "the local IVS Chat service did not start; its exit code is 1"),
    ],
)
def test_a_service_that_cannot_start_is_an_error_of_one_line(
    breakage: str, shown: str, pytester: pytest.Pytester
) -> None:
    pytester.makeconftest(f"import shutil, sys\n{breakage}")
    pytester.makepyfile("def test_a_service(ivschat): pass\ndef test_nothing(): pass")

    ran = pytester.runpytest_subprocess(*QUIET)

    ran.assert_outcomes(errors=1, passed=1)
    ran.stdout.fnmatch_lines([shown])
    ran.stdout.no_fnmatch_line("*Traceback*")
    ran.stdout.no_fnmatch_line("*service_process.py*")


def test_a_service_that_was_killed_is_named_in_the_error_of_the_next_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import json, os, signal, urllib.request

        def test_kill(ivschat):
            with urllib.request.urlopen(ivschat.url + "/_local/health") as answer:
                os.kill(json.load(answer)["pid"], signal.SIGKILL)

        def test_next(ivschat):
            pass
    """)

    ran = pytester.runpytest_subprocess(*QUIET)

    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(["the local IVS Chat service has ended with exit code -9"])


def test_what_the_service_logs_is_shown_with_a_test_that_fails(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import json
        from websockets.sync.client import connect
        from pulumi_ivschat.runtime import create_chat_token

        def test_review(ivschat):
            room = ivschat.create_room(messageReviewHandler={"uri": ivschat.review_handler(fail)})
            token = create_chat_token(room, "ann", capabilities=["SEND_MESSAGE"]).token
            with connect(ivschat.ws_url, subprotocols=[token]) as chat:
                chat.send(json.dumps({"Action": "SEND_MESSAGE", "Content": "hello"}))
                chat.recv(10)
            assert False

        def fail(event, context):
            raise LookupError("not in the dictionary")
    """)

    ran = pytester.runpytest_subprocess(*QUIET)

    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*Captured stderr teardown*", "*LookupError: not in the dictionary*"])


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill", "Ctrl-C"])
def test_no_service_outlives_its_run_of_pytest(number: signal.Signals, pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import json, time, urllib.request
        from pathlib import Path

        def test_a_service(ivschat):
            with urllib.request.urlopen(ivschat.url + "/_local/health") as answer:
                Path("draft").write_text(str(json.load(answer)["pid"]))
            Path("draft").rename("pid")
            time.sleep(60)
    """)

    with pytester.popen([sys.executable, "-m", "pytest", *QUIET], stdout=subprocess.DEVNULL) as run:
        service = int(written(pytester.path / "pid"))
        run.send_signal(number)

    assert is_gone(service)


def written(file: Path, seconds: float = 30.0) -> str:
    """Return what is in a file, once it is there."""
    deadline = time.monotonic() + seconds
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return file.read_text()
