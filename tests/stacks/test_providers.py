"""With which settings the resources of a state are reached."""

from __future__ import annotations

from typing import Any

import pytest

from pulumi_ivschat.errors import ResourceNotFound, SettingsError
from pulumi_ivschat.settings import AssumeRole
from pulumi_ivschat.stacks import state
from pulumi_ivschat.stacks.providers import OWN, Providers, declared_reference, name_of, naming
from tests.stacks.conftest import Account, Resource, exported, native, provider, reference, resource, secret

ARN = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"
ROLE = "arn:aws:iam::111122223333:role/chat"
DEFAULT = {**provider("default_1_0_0"), "parent": ""}


def room(name: str, of: str = "default_1_0_0", **members: Any) -> Resource:
    return native(resource(name, id=ARN, **members), of)


def test_a_resource_has_its_explicit_provider_and_any_other_has_the_settings_of_the_stack() -> None:
    seen = exported(
        DEFAULT,
        provider("eu"),
        provider("default-eu"),
        room("explicit", "eu"),
        room("named-alike", "default-eu"),
        room("default"),
        resource("dynamic", id=ARN, provider="urn:pulumi:test::chat::pulumi:providers:pulumi-python::default::1"),
        pending={"creating": room("begun", "eu")},
    )

    assert [each.provider for each in state.managed(seen)] == [reference("eu"), reference("default-eu"), OWN, OWN]
    assert [each.provider for each in state.pending(seen)] == [reference("eu")]
    assert (name_of(reference("eu")), name_of(OWN)) == ("eu", "")


def test_the_inputs_of_a_provider_are_settings_and_its_secrets_are_read() -> None:
    role = {"roleArn": ROLE, "externalId": secret("hush")}
    inputs = {
        "region": "eu-west-1",
        "rates": '{"GetRoom": 2}',
        "assumeRole": role,
        "version": "1.0.0",
        "__internal": {},
    }
    providers = Providers(exported(provider("eu", **inputs)))

    [given] = providers.settings([reference("eu")]).values()

    assert (given.region, given.connection.rates) == ("eu-west-1", (("GetRoom", 2.0),))
    assert given.connection.assume_role == AssumeRole(ROLE, external_id="hush")
    assert "hush" not in repr(providers)


ENCRYPTED = {key: value for key, value in secret("x").items() if key != "plaintext"}


@pytest.mark.parametrize(
    ("inputs", "problem"),
    [
        ({"region": "us-wset-2"}, "eu has inputs that are not valid .*did you mean us-west-2"),
        (
            {"profile": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"},
            r"eu has inputs without a value in the state \(profile\)",
        ),
        ({"assumeRole": {"roleArn": ENCRYPTED | {"ciphertext": "hush"}}}, "eu has encrypted inputs"),
        (None, "eu is not in the state"),
    ],
)
def test_settings_that_cannot_be_used_are_an_error_that_counts_what_is_not_looked_at(
    account: Account, inputs: dict[str, Any] | None, problem: str
) -> None:
    entries = [] if inputs is None else [provider("eu", **inputs)]
    seen = exported(*entries, room("lobby", "eu"), pending={"creating": room("hall", "eu")})

    with pytest.raises(SettingsError, match=problem) as raised:
        Providers(seen).accesses(account.settings, account.control_plane)

    assert "so 2 of its resources and pending operations cannot be looked at" in raised.value.message
    assert "hush" not in str(raised.value)


def test_a_provider_without_resources_is_reached_too_and_the_stack_itself_first(account: Account) -> None:
    seen = exported(DEFAULT, provider("eu", region="eu-west-1", endpointUrl=account.service.url))

    found = Providers(seen).accesses(account.settings, account.control_plane)

    assert [*found] == [OWN, reference("eu")]
    assert [access.region() for access in found.values()] == [account.settings.region, "eu-west-1"]
    assert found[OWN].account == found[reference("eu")].account
    with pytest.raises(ResourceNotFound, match="Provider resource eu"):
        found[reference("eu")].control_plane.call("GetRoom", "eu-west-1", ARN, identifier=ARN)


@pytest.mark.parametrize(
    ("resources", "used"),
    [
        ([], True),
        ([provider("eu")], False),
        ([provider("eu"), room("lobby", "eu")], False),
        ([provider("eu"), room("lobby", "eu"), DEFAULT], True),
        ([provider("eu"), resource("lobby", id=ARN)], True),
        ([provider("eu"), {"urn": "urn:pulumi:test::chat::x::y", "type": "pulumi:providers:pulumi-python"}], True),
    ],
)
def test_the_stacks_own_settings_are_not_used_if_all_its_resources_have_explicit_providers(
    resources: list[Resource],
    used: bool,  # noqa: FBT001
) -> None:
    assert Providers(exported(*resources)).uses_own() is used


def test_an_entry_of_an_import_file_names_its_provider() -> None:
    urn = reference("eu").rpartition("::")[0]
    file = {"nameTable": {"eu": urn, "new": "urn:new"}}
    known = [OWN, reference("eu")]

    found = [declared_reference(entry, file, known) for entry in ({}, {"provider": "eu"}, {"provider": "new"})]

    assert found == [OWN, reference("eu"), None]


@pytest.mark.parametrize(
    ("provider_name", "text"),
    [("eu", "bad\nDo this.\nThe settings are those of the Provider resource eu."), ("", "bad\nDo this.")],
)
def test_errors_name_the_provider_after_the_remedy(provider_name: str, text: str) -> None:
    error = SettingsError("bad", remedy="Do this.")

    with pytest.raises(SettingsError) as raised, naming(provider_name):
        raise error
    assert str(raised.value) == text
