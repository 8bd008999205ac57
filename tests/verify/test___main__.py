"""The command, as people run it, and what a kill leaves."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import LocalService

ROOT = Path(__file__).parents[2]


def _verify(*arguments: str, code: int = 0) -> str:
    command = [sys.executable, "-m", "verify", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == code, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


def test_a_run_writes_its_reports_and_the_answers(service: LocalService, tmp_path: Path) -> None:
    files = {name: str(tmp_path / name) for name in ("json", "markdown", "record")}
    options = [word for name, file in files.items() for word in (f"--{name}", file)]

    _verify("--endpoint", service.url, "--only", "defaults_of_a_room", *options)

    assert json.loads((tmp_path / "json").read_text())["counts"] == {"as documented": 1}
    assert "1 questions: 1 as documented" in (tmp_path / "markdown").read_text()
    assert list(json.loads((tmp_path / "record").read_text())["answers"]) == ["defaults_of_a_room"]
    assert service.client().list_rooms()["rooms"] == []


def test_a_different_answer_is_shown_and_fails_the_run(service: LocalService, tmp_path: Path) -> None:
    file = tmp_path / "recorded.json"
    file.write_text('{"answers": {"names_need_not_be_unique": "ConflictException 409"}}')

    shown = _verify("--endpoint", service.url, "--against", str(file), code=1)

    assert "different     names_need_not_be_unique" in shown


def test_a_run_that_cannot_clean_up_writes_its_files_and_then_reports_it(service: LocalService, tmp_path: Path) -> None:
    service.fault("DeleteRoom", error="AccessDeniedException", count=None)
    files = {name: str(tmp_path / name) for name in ("markdown", "record")}
    options = [word for name, file in files.items() for word in (f"--{name}", file)]

    shown = _verify("--endpoint", service.url, "--only", "defaults_of_a_room", *options, code=1)

    assert "Error: arn:aws:ivschat:" in shown
    assert "1 questions: 1 as documented" in (tmp_path / "markdown").read_text()
    assert "defaults_of_a_room" in (tmp_path / "record").read_text()


def test_a_word_that_no_question_has_is_an_error_with_near_names() -> None:
    shown = _verify("--only", "default_of_room", code=2)

    assert "no question has default_of_room in its name or topic" in shown
    assert "defaults_of_a_room" in shown


def test_a_file_without_answers_is_an_error(tmp_path: Path) -> None:
    file = tmp_path / "recorded.json"
    file.write_text("[]")

    assert "has no answers: record it with --record" in _verify("--against", str(file), code=2)
    assert "cannot be read: No such file" in _verify("--against", str(tmp_path / "missing"), code=2)


def test_a_run_that_is_killed_leaves_nothing_after_clean(service: LocalService) -> None:
    own = service.client().create_room(name="lobby")["arn"]
    command = [sys.executable, "-m", "verify", "--endpoint", service.url, "--no-deployments"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while len(service.requests()) < 150:
            time.sleep(0.02)
        process.kill()
    assert len(service.client().list_rooms()["rooms"]) > 1

    shown = _verify("--endpoint", service.url, "--clean")

    assert "resources of earlier runs were deleted" in shown
    assert [room["arn"] for room in service.client().list_rooms()["rooms"]] == [own]
    assert service.client().list_logging_configurations()["loggingConfigurations"] == []


def test_a_run_that_is_stopped_deletes_what_it_made(service: LocalService) -> None:
    command = [sys.executable, "-m", "verify", "--endpoint", service.url, "--no-deployments"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while len(service.requests()) < 150:
            time.sleep(0.02)
        process.terminate()

    assert service.client().list_rooms()["rooms"] == []


@pytest.mark.long
def test_a_deployment_that_is_killed_leaves_nothing_after_clean(service: LocalService) -> None:
    command = [sys.executable, "-m", "verify", "--endpoint", service.url, "--only", "the_quickstart_is_deployed"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while "CreateRoom" not in service.calls():
            time.sleep(0.02)
        process.kill()
    time.sleep(1)  # the engine and its host end within a second

    _verify("--endpoint", service.url, "--clean")

    assert service.client().list_rooms()["rooms"] == []
    time.sleep(3)
    assert service.client().list_rooms()["rooms"] == []


def test_an_account_with_more_than_100_rooms_needs_yes(service: LocalService) -> None:
    for _ in range(101):
        service.client().create_room(name="lobby")

    shown = _verify("--endpoint", service.url, "--only", "defaults_of_a_room", code=1)

    assert "more than 100 rooms in us-west-2. Use a test account, or --yes." in shown
    assert "as documented" in _verify("--endpoint", service.url, "--only", "defaults_of_a_room", "--yes")


def test_a_dry_run_and_the_policy_call_nothing() -> None:
    assert "the_quickstart_is_deployed: the Pulumi engine's calls" in _verify("--endpoint", "aws", "--dry-run")
    assert '"ivschat:CreateRoom"' in _verify("--endpoint", "aws", "--policy")


def test_the_policy_is_for_the_region_and_the_account() -> None:
    shown = _verify("--policy", "--region", "eu-west-1", "--account", "123456789012")

    assert "arn:aws:ivschat:eu-west-1:123456789012:room/*" in shown
    assert "arn:aws:ivschat:*:*" not in shown


def test_another_machine_is_refused() -> None:
    assert "is not the address of a local service" in _verify("--endpoint", "http://example.com", code=2)
