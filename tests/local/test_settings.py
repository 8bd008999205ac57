"""Settings and their defaults."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pulumi_ivschat.local import iam_policies
from pulumi_ivschat.local.settings import Settings, now
from pulumi_ivschat.model.service_model import REGIONS


def test_out_of_the_box_there_is_one_key_and_every_region() -> None:
    settings = Settings()

    assert list(settings.access_keys) == ["local"]
    assert settings.regions == REGIONS


def test_time_is_utc() -> None:
    assert now().utcoffset() == timedelta(0)


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError):
        Settings().regions = ()  # type: ignore[misc]


def test_a_token_lifetime_at_which_the_messaging_sdk_would_reconnect_in_a_loop_is_refused() -> None:
    assert Settings(token_lifetime=32).token_lifetime == 32
    for lifetime in (30, 10**12):
        with pytest.raises(ValueError, match="token_lifetime"):
            Settings(token_lifetime=lifetime)


def test_policies_are_for_access_keys_that_there_are() -> None:
    policy = iam_policies.read({"Statement": []})

    assert Settings(policies={"local": [policy]}).policies == {"local": [policy]}
    with pytest.raises(ValueError, match="'ann' is not one"):
        Settings(policies={"ann": [policy]})


def test_logging_cannot_be_done_before_it_began_or_never() -> None:
    for delay in (-1, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="logging_delay"):
            Settings(logging_delay=delay)
