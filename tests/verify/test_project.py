"""The project of a deployment."""

from __future__ import annotations

from pathlib import Path

import pytest

from verify import project as projects
from verify.endpoint import Endpoint, of_aws
from verify.question import NotTried


def test_without_an_engine_a_deployment_is_not_tried(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)

    with pytest.raises(NotTried, match="no `pulumi` on PATH"):
        projects.project(tmp_path / "project", "verify", endpoint)


def test_a_project_names_the_service_and_keeps_the_person_out(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "person")

    made = projects.project(tmp_path / "project", "verify", endpoint)

    assert f"ivschat:endpointUrl: {endpoint.url}" in (made.directory / "Pulumi.verify.yaml").read_text()
    assert "AWS_PROFILE" not in made.environment


def test_a_project_of_aws_calls_slowly(tmp_path: Path) -> None:
    made = projects.project(tmp_path / "project", "verify", of_aws("us-west-2"))

    settings = (made.directory / "Pulumi.verify.yaml").read_text()
    assert '"CreateRoom": 1' in settings
    assert "endpointUrl" not in settings


def test_a_command_that_fails_raises_its_output(endpoint: Endpoint, tmp_path: Path) -> None:
    made = projects.project(tmp_path / "project", "verify", endpoint)

    with pytest.raises(RuntimeError, match="pulumi preview failed"):
        made.must("preview")
