"""Quick sessions: what they find and read is what botocore does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import UnknownServiceError
from botocore.session import Session
from botocore.utils import parse_timestamp

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


@pytest.mark.parametrize(
    "written", ["2026-01-31T08:00:00.123Z", "2026-01-31T08:00:00Z", "2026-01-31T08:00:00.1Z", 1769846400.25,
                "2026-01-31T08:00:00.123+01:00", "Sat, 31 Jan 2026 08:00:00 GMT"],
)  # fmt: skip
def test_a_time_is_read_as_botocore_reads_it(written: Any) -> None:
    factory = quick(Session()).get_component("response_parser_factory")
    parser = factory.create_parser("rest-json")

    assert parser._timestamp_parser(written) == parse_timestamp(written)  # noqa: SLF001  what it was given
