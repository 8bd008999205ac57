"""Quick sessions: what they find is what botocore finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.session import Session

from pulumi_ivschat.aws.quick_sessions import quick


def test_the_services_are_those_that_botocore_lists() -> None:
    loader = quick(Session()).get_component("data_loader")
    listed = Session().get_component("data_loader").list_available_services("service-2")

    assert set(listed) <= set(loader.list_available_services("service-2"))


def test_a_model_is_loaded_from_a_folder_of_the_users_own_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tested" / "2026-01-31").mkdir(parents=True)
    (tmp_path / "tested" / "2026-01-31" / "service-2.json").write_text('{"metadata": {}}')
    monkeypatch.setenv("AWS_DATA_PATH", f"{tmp_path}:{tmp_path / 'missing'}")
    loader = quick(Session()).get_component("data_loader")

    assert loader.load_service_model("tested", "service-2")["metadata"] == {}


def test_an_unknown_service_is_botocores_error() -> None:
    with pytest.raises(UnknownServiceError):
        quick(Session()).get_component("data_loader").load_service_model("unknown", "service-2")
