"""The stack configuration: read, checked, and its region resolved."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from pulumi_ivschat import settings
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.model.service_model import REGIONS
from pulumi_ivschat.settings import AssumeRole, Connection, Settings, from_config, stack_keys


def test_an_empty_configuration_has_the_defaults() -> None:
    assert from_config({}) == Settings(
        None, Connection(None, None, 5, "standard", "pulumi-ivschat"), {}, owner_tag=True
    )


def test_every_setting_is_read_from_its_text() -> None:
    config = {
        "ivschat:region": "eu-west-1",
        "ivschat:profile": "chat",
        "ivschat:endpointUrl": "http://127.0.0.1:1",
        "ivschat:maxAttempts": "7",
        "ivschat:retryMode": "adaptive",
        "ivschat:appName": "fleet",
        "ivschat:defaultTags": '{"team": "chat"}',
        "ivschat:ownerTag": "False",
        "ivschat:rates": '{"GetRoom": 10, "CreateRoom": "2.5"}',
    }

    rates = (("CreateRoom", 2.5), ("GetRoom", 10.0))
    connection = Connection("chat", "http://127.0.0.1:1", 7, "adaptive", "fleet", rates)
    assert from_config(config) == Settings("eu-west-1", connection, {"team": "chat"}, owner_tag=False)


def test_values_of_an_explicit_provider_may_be_typed() -> None:
    read = from_config({"ivschat:maxAttempts": 7.0, "ivschat:ownerTag": False, "ivschat:defaultTags": {"team": "chat"}})

    assert (read.connection.max_attempts, read.owner_tag, read.default_tags) == (7, False, {"team": "chat"})


def test_a_providers_configuration_has_the_keys_of_a_stack_without_the_engines_own() -> None:
    config = {"region": "us-west-2", "version": "0.1.0", "pluginDownloadURL": "x", "__internal": {}}

    assert stack_keys(config) == {"ivschat:region": "us-west-2"}


def test_other_namespaces_are_left_alone_but_for_the_aws_region() -> None:
    assert from_config({"aws:region": "eu-west-1", "chat:foo": "x", "aws:profile": "x"}) == Settings("eu-west-1")
    assert from_config({"aws:region": "eu-west-1", "ivschat:region": "us-west-2"}).region == "us-west-2"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("region", "Oregon"),
        ("profile", ""),
        ("endpointUrl", "127.0.0.1:80"),
        ("endpointUrl", "ftp://x"),
        ("endpointUrl", "http://x/?a=b"),
        ("maxAttempts", "0"),
        ("maxAttempts", "21"),
        ("maxAttempts", "1.5"),
        ("maxAttempts", "many"),
        ("retryMode", "legacy"),
        ("appName", "a b"),
        ("appName", "x" * 51),
        ("ownerTag", "yes"),
        ("defaultTags", "team=chat"),
        ("defaultTags", '["team"]'),
        ("defaultTags", '{"aws:team": "chat"}'),
        ("defaultTags", '{"team": 1}'),
        pytest.param("defaultTags", "[" * 100_000, id="deep"),
        ("maxAttempts", "1\N{ARABIC-INDIC DIGIT ONE}"),
        ("rates", "5"),
        ("rates", '["CreateRoom"]'),
    ],
)
def test_a_value_that_does_not_fit_is_reported(key: str, value: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(f"ivschat:{key} must be")):
        from_config({f"ivschat:{key}": value})


def test_an_unfit_endpoint_is_not_shown_since_it_may_hold_a_password() -> None:
    with pytest.raises(SettingsError) as caught:
        from_config({"ivschat:endpointUrl": "https://me:canary-4711@host/?x"})

    assert "canary-4711" not in str(caught.value)


@pytest.mark.parametrize("rate", ["0", "-1", "true", "null", '"fast"', '""', "0.0"])
def test_a_rate_that_is_not_a_number_above_zero_is_reported(rate: str) -> None:
    with pytest.raises(SettingsError, match="ivschat:rates must have a number above 0 for GetRoom"):
        from_config({"ivschat:rates": f'{{"GetRoom": {rate}}}'})


def test_a_rate_of_no_operation_is_reported_with_those_that_there_are() -> None:
    with pytest.raises(
        SettingsError, match=r"ivschat:rates has GetRooms; the operations are CreateChatToken, .*GetRoom,"
    ):
        from_config({"ivschat:rates": '{"GetRooms": 1}'})


def test_all_problems_are_reported_at_once_with_the_settings_that_exist() -> None:
    with pytest.raises(SettingsError) as caught:
        from_config({"ivschat:regoin": "x", "ivschat:maxAttempts": "0"})

    assert "unknown setting ivschat:regoin" in str(caught.value)
    assert "ivschat:maxAttempts must be" in str(caught.value)
    assert "ivschat:region, ivschat:profile, ivschat:assumeRole" in caught.value.remedy


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("regon", "region"),
        ("endpointURL", "endpointUrl"),
        ("endpoint_url", "endpointUrl"),
        ("defaulttags", "defaultTags"),
    ],
)
def test_an_unknown_setting_names_the_one_that_is_meant(given: str, meant: str) -> None:
    with pytest.raises(SettingsError, match=rf"unknown setting ivschat:{given} \(did you mean ivschat:{meant}\?\)"):
        from_config({f"ivschat:{given}": "x"})


def test_a_setting_unlike_all_others_has_no_suggestion() -> None:
    with pytest.raises(
        SettingsError, match=r"unknown setting ivschat:zzz: remove it with `pulumi config rm ivschat:zzz`"
    ):
        from_config({"ivschat:zzz": "x"})


@pytest.mark.parametrize(("region", "meant"), [("us-west-9", "us-west-2"), ("us-west-1", "us-west-2")])
def test_a_region_without_ivs_chat_is_an_error_that_lists_the_regions(region: str, meant: str) -> None:
    with pytest.raises(SettingsError) as caught:
        from_config({"ivschat:region": region})

    assert f"ivschat:region {region} is not a region of IVS Chat (did you mean {meant}?)" in caught.value.message
    assert all(known in caught.value.message for known in REGIONS)
    assert "skipRegionValidation" in caught.value.message


def test_a_region_newer_than_botocore_needs_a_setting() -> None:
    assert from_config({"ivschat:region": "us-west-9", "ivschat:skipRegionValidation": "true"}).region == "us-west-9"


@pytest.mark.parametrize("given", ["adaptive", '"adaptive"'])
def test_a_retry_mode_is_read_as_text_and_as_json_which_the_sdk_for_csharp_sends(given: str) -> None:
    assert from_config({"ivschat:retryMode": given}).connection.retry_mode == "adaptive"


@pytest.mark.parametrize("given", ["3", 3, 3.0, "3.0"])
def test_a_number_of_attempts_is_read_as_a_whole_number_and_as_the_decimal_which_the_sdk_for_java_sends(
    given: Any,
) -> None:
    assert from_config({"ivschat:maxAttempts": given}).connection.max_attempts == 3


def test_the_modules_table_lists_every_setting() -> None:
    with pytest.raises(SettingsError) as caught:
        from_config({"ivschat:x": ""})

    listed = re.findall(r"ivschat:(\w+)", caught.value.remedy)
    assert listed == re.findall(r"^\| (\w+)", settings.__doc__ or "", re.MULTILINE)[1:]


ROLE = "arn:aws:iam::111122223333:role/chat/deploy"


@pytest.mark.parametrize("as_text", [True, False])
def test_a_role_is_read_as_json_and_as_an_object(as_text: bool) -> None:  # noqa: FBT001
    given = {"roleArn": ROLE, "externalId": "fake:1", "durationSeconds": 900.0}

    found = from_config({"ivschat:assumeRole": json.dumps(given) if as_text else given})

    assert found.connection.assume_role == AssumeRole(ROLE, external_id="fake:1", duration_seconds=900)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("chat", "must be a JSON object with a roleArn"),
        ({}, "must be a JSON object with a roleArn"),
        ({"roleArn": ROLE, "role": "x"}, "has role; its members are roleArn"),
        ({"roleArn": "chat"}, "roleArn must be the ARN of a role"),
        ({"roleArn": ROLE.replace("1", "\N{ARABIC-INDIC DIGIT ONE}")}, "roleArn must be the ARN of a role"),
        ({"roleArn": ROLE, "durationSeconds": 60}, "durationSeconds must be 900 to 43200; it is 60"),
        ({"roleArn": ROLE, "sessionName": "a b"}, "sessionName must be 2 to 64"),
    ],
)
def test_a_role_that_cannot_be_used_is_reported(value: Any, problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        from_config({"ivschat:assumeRole": value})


def test_a_value_that_is_null_is_one_that_is_omitted() -> None:
    role = {"roleArn": ROLE, "externalId": None, "sessionName": None}

    found = from_config({"ivschat:profile": None, "ivschat:region": None, "ivschat:assumeRole": role})

    assert found.connection == Connection(assume_role=AssumeRole(ROLE))


def test_the_embedded_service_takes_no_role() -> None:
    with pytest.raises(SettingsError, match="assumeRole does not work with ivschat:endpointUrl local"):
        from_config({"ivschat:assumeRole": {"roleArn": ROLE}, "ivschat:endpointUrl": "local"})
