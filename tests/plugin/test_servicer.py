"""The provider by the engine's protocol; tests/engine/test_plugin.py has it under the engine."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf import empty_pb2
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import engine_pb2, provider_pb2, status_pb2

from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.model.native import camel_case
from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.plugin.servicer import Servicer
from pulumi_ivschat.plugin.values import message, plain
from tests.conftest import REGION, LocalService
from tests.plugin.conftest import URN, Provider

Refused = Callable[[Callable[[], object]], str]
AUTONAMING = provider_pb2.CheckRequest.AutonamingOptions
LOGS = {"destinationConfiguration": {"s3": {"bucketName": "archive"}}}


def test_it_shows_its_version_and_schema(started: Provider) -> None:
    info = started.stub.GetPluginInfo(empty_pb2.Empty())
    schema = json.loads(started.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)

    assert info.version == schema["version"]


def test_a_wrong_configuration_is_a_failure_and_an_unknown_value_is_not(started: Provider) -> None:
    unknown = {"region": "04da6b54-80e4-46f7-96ec-b56ff0331ba9", "version": "1.0.0", "__internal": {}}

    def failures(config: dict[str, Any]) -> list[str]:
        request = provider_pb2.CheckRequest(urn="urn:pulumi:t::c::pulumi:providers:ivschat::p", news=message(config))
        return [each.reason for each in started.stub.CheckConfig(request).failures]

    assert failures(unknown) == []
    [reason] = failures({"regoin": "us-west-2"})
    assert "did you mean region?" in reason


@pytest.mark.parametrize("config", [{"maxAttempts": 0}, {"regoin": "x"}, {"region": "us-west-9"}, {"defaultTags": "x"}])
def test_the_remedy_for_a_wrong_setting_of_an_explicit_provider_is_in_the_program(
    started: Provider, config: dict[str, Any]
) -> None:
    def reason(name: str) -> str:
        urn = f"urn:pulumi:t::c::pulumi:providers:ivschat::{name}"
        [failure] = started.stub.CheckConfig(provider_pb2.CheckRequest(urn=urn, news=message(config))).failures
        return str(failure.reason)

    assert reason("default_1_0_0").endswith("Use `pulumi config set` or `rm`.")
    assert "pulumi config" not in reason("west")
    assert "ivschat:" not in reason("west")
    assert reason("west").endswith("\nCorrect the properties of the provider west in the program.")
    assert reason("default-west").endswith("\nCorrect the properties of the provider default-west in the program.")


def test_a_changed_configuration_replaces_nothing(started: Provider) -> None:
    request = provider_pb2.DiffRequest(
        old_inputs=message({"region": "us-west-2"}), news=message({"region": "us-east-1"})
    )

    answer = started.stub.DiffConfig(request)

    assert (answer.changes, list(answer.replaces), list(answer.diffs)) == (answer.DIFF_SOME, [], ["region"])


def test_without_configuration_there_is_an_error(started: Provider, refused: Refused) -> None:
    assert "not configured" in refused(lambda: started.check("Room", "lobby", {}))


@pytest.mark.parametrize(
    ("options", "olds", "name"),
    [
        ({}, {}, "lobby"),
        ({"autonaming": AUTONAMING(proposed_name="lobby-12", mode=AUTONAMING.PROPOSE)}, {}, "lobby-12"),
        ({"autonaming": AUTONAMING(proposed_name="lobby-34")}, {"name": "lobby-12"}, "lobby-12"),
    ],
)
def test_a_room_has_the_resources_name_or_the_one_that_the_engine_proposes_and_keeps_it(
    provider: Provider, options: Any, olds: Any, name: str
) -> None:
    answer = provider.check("Room", "lobby", {}, olds, **options)

    assert plain(answer.inputs).values["name"] == name


def test_a_stack_that_turns_automatic_names_off_must_name_its_rooms(provider: Provider) -> None:
    answer = provider.check("Room", "lobby", {}, autonaming=AUTONAMING(mode=AUTONAMING.DISABLE))

    assert ["name is required" in each.reason for each in answer.failures] == [True]


def test_a_resource_that_is_sent_with_its_name_only_has_awss_defaults(
    provider: Provider, service: LocalService
) -> None:
    made = provider.create("Room", "lobby", {})

    assert service.client().get_room(identifier=made.id)["maximumMessageLength"] == 500
    assert plain(made.properties).values["ownerTag"] == "chat/test/lobby"


SECRET_DEFAULTS: dict[str, Any] = {"secrets": {("defaultTags",)}, "region": REGION, "defaultTags": {"d": "hush"}}


def test_secret_default_tags_of_what_is_imported_are_secrets_and_no_inputs(
    provider: Provider, service: LocalService
) -> None:
    provider.configure(endpointUrl=service.url, **SECRET_DEFAULTS)
    arn = service.client().create_room(tags={"d": "hush", "z": "1"})["arn"]

    answer = provider.read("Room", "lobby", arn)

    outputs, inputs = plain(answer.properties), plain(answer.inputs)
    assert outputs.secrets == {("tags", "d"), ("tagsAll", "d")}
    assert outputs.values["tags"] == {"d": "hush", "z": "1"}
    assert (inputs.values["tags"], inputs.secrets) == ({"z": "1"}, frozenset())


def test_an_imported_tag_under_the_key_of_a_secret_default_tag_is_a_secret_whatever_its_value(
    provider: Provider, service: LocalService
) -> None:
    provider.configure(endpointUrl=service.url, **SECRET_DEFAULTS)
    arn = service.client().create_room(tags={"d": "former", "copy": "hush", "z": "1"})["arn"]

    answers = [provider.read(kind, "lobby", arn) for kind in ("Room", "TagSet")]

    for answer in answers:
        assert plain(answer.inputs).secrets == {("tags", "d"), ("tags", "copy")}
        assert plain(answer.properties).secrets >= {
            ("tags", "d"),
            ("tagsAll", "d"),
            ("tags", "copy"),
            ("tagsAll", "copy"),
        }


def test_a_refresh_hides_a_default_tag_that_has_become_a_secret_and_no_other_one(
    provider: Provider, service: LocalService
) -> None:
    provider.configure(region=REGION, endpointUrl=service.url, defaultTags={"d": "hush"})
    state = provider.create("Room", "lobby", {"tags": {"z": "1"}})
    provider.configure(endpointUrl=service.url, **SECRET_DEFAULTS)

    answer = provider.read("Room", "lobby", state.id, state.properties)

    assert plain(answer.properties).secrets == {("tags", "d"), ("tagsAll", "d")}
    assert plain(answer.inputs).values["tags"] == {"d": "hush", "z": "1"}


@pytest.mark.parametrize(("name", "path"), RESOURCES.items())
def test_the_id_of_each_type_that_has_an_arn_stays_in_an_update(provider: Provider, name: str, path: str) -> None:
    arn = f"arn:aws:ivschat:{REGION}:000000000000:{path}/abcdefghijkl"
    olds, news = message({"tags": {}}), message({"tags": {"a": "1"}})

    answer = provider.stub.Diff(provider_pb2.DiffRequest(id=arn, urn=URN.format(name, "one"), olds=olds, news=news))

    assert answer.changes == answer.DIFF_SOME
    assert camel_case(f"{snake_case(name)}_id") in answer.stables


def test_a_refresh_of_a_state_without_outputs_owns_the_tags_of_the_inputs(
    provider: Provider, service: LocalService
) -> None:
    made = provider.create("Room", "lobby", {"tags": {"a": "1"}})
    checked = provider.check("Room", "lobby", {"tags": {"a": "1"}}).inputs
    service.client().tag_resource(resourceArn=made.id, tags={"theirs": "1"})

    answer = provider.stub.Read(provider_pb2.ReadRequest(id=made.id, urn=URN.format("Room", "lobby"), inputs=checked))

    assert plain(answer.properties).values["tags"] == plain(answer.inputs).values["tags"] == {"a": "1"}


def test_a_damaged_state_is_updated_without_a_property_that_options_could_replace_it_for(provider: Provider) -> None:
    made = provider.create("Room", "lobby", {"tags": {"a": "1"}})
    inputs = provider.check("Room", "lobby", {"tags": {"a": "1"}}).inputs
    values = {key: value for key, value in plain(made.properties).values.items() if key != "tags"}
    request = provider_pb2.DiffRequest(id=made.id, urn=URN.format("Room", "lobby"), olds=message(values), news=inputs)

    answer = provider.stub.Diff(request)

    assert (answer.changes, list(answer.replaces), list(answer.diffs)) == (answer.DIFF_SOME, [], [])
    assert dict(answer.detailedDiff) == {}


def test_what_is_gone_has_no_id(provider: Provider, service: LocalService) -> None:
    made = provider.create("Room", "lobby", {})
    service.client().delete_room(identifier=made.id)

    answer = provider.stub.Read(
        provider_pb2.ReadRequest(id=made.id, urn=URN.format("Room", "lobby"), properties=made.properties)
    )

    assert answer.id == ""


def test_what_is_not_finished_in_time_is_answered_with_its_id_and_inputs(
    provider: Provider, service: LocalService
) -> None:
    service.fault("CreateLoggingConfiguration", settle_seconds=3600)

    with pytest.raises(
        Exception,
        match=r"still CREATING after 0\.9 s \(customTimeouts\.create is 1 s; CreateLoggingConfiguration was done",
    ) as caught:
        provider.create("LoggingConfiguration", "logs", LOGS, timeout=1)

    error: Any = caught.value
    [detail] = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"]).details
    failed = provider_pb2.ErrorResourceInitFailed()
    assert detail.Unpack(failed)
    assert ":logging-configuration/" in failed.id
    assert plain(failed.properties).values["state"] == "CREATING"
    assert plain(failed.inputs).values["name"] == "logs"


@pytest.mark.parametrize("preview", [True, False])
def test_a_custom_timeout_that_is_negative_is_refused_in_the_preview_already(
    provider: Provider, refused: Refused, *, preview: bool
) -> None:
    text = refused(lambda: provider.create("Room", "lobby", {}, timeout=-5.0, preview=preview))

    assert text.splitlines()[0] == "customTimeouts.create must be a positive duration, not -5 s"


@pytest.mark.parametrize("kind", ["Room", "TagSet"])
def test_a_custom_timeout_limits_each_change(
    provider: Provider, service: LocalService, refused: Refused, kind: str
) -> None:
    arn = service.client().create_room()["arn"]
    inputs: Any = {"Room": {"name": "lobby"}, "TagSet": {"resourceArn": arn, "tags": {"a": "1"}}}[kind]
    made = provider.create(kind, "lobby", inputs, timeout=60)
    about = {"id": made.id, "urn": URN.format(kind, "lobby"), "timeout": 1e-6}
    olds, news = made.properties, message({**plain(made.properties).values, "tags": {"b": "1"}})
    service.fault("*", error="AccessDeniedException", count=None)

    texts = [
        refused(lambda: provider.create(kind, "hall", inputs, timeout=1e-6)),
        refused(lambda: provider.stub.Update(provider_pb2.UpdateRequest(olds=olds, news=news, **about))),
        refused(lambda: provider.stub.Delete(provider_pb2.DeleteRequest(properties=olds, **about))),
    ]

    for verb, text in zip(("create", "update", "delete"), texts, strict=True):
        assert f"(customTimeouts.{verb} is 1e-06 s; nothing was changed in AWS)" in text


def test_a_type_and_a_function_that_the_schema_does_not_have_are_named_with_those_that_it_has(
    provider: Provider, refused: Refused
) -> None:
    urn = URN.format("Probe", "p")
    texts = {
        refused(lambda: provider.check("Probe", "p", {})),
        refused(lambda: provider.stub.Delete(provider_pb2.DeleteRequest(id="x", urn=urn, properties=Struct()))),
    }

    [text] = texts
    assert text.startswith(
        "ivschat:index:Probe is not a resource type here; there are Room, LoggingConfiguration, TagSet\n"
    )
    text = refused(lambda: provider.invoke("getProbe"))
    assert text.startswith("ivschat:index:getProbe is not a function here; there are getRoom, ")


def test_secrets_among_the_languages_own_properties_are_ignored(provider: Provider) -> None:
    urn, news = URN.format("Room", "lobby"), message({"__defaults": ["x"]}, {("__defaults",)})

    answer = provider.stub.Check(provider_pb2.CheckRequest(urn=urn, news=news))

    assert not answer.failures
    assert "__defaults" not in plain(answer.inputs).values


def test_a_cancelled_operation_ends_its_waits(provider: Provider, service: LocalService, refused: Refused) -> None:
    service.fault("CreateLoggingConfiguration", settle_seconds=3600)
    timer = threading.Timer(0.5, lambda: provider.stub.Cancel(empty_pb2.Empty()))

    timer.start()
    text = refused(lambda: provider.create("LoggingConfiguration", "logs", LOGS))
    timer.join()

    assert "was cancelled" in text


def test_an_error_that_is_not_ours_is_shown_as_a_bug_with_its_place_and_not_its_words(
    provider: Provider, refused: Refused, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(*_: object) -> None:
        raise KeyError("canary-4711")  # noqa: EM101

    monkeypatch.setattr(Servicer, "_resource", breaking)

    text = refused(lambda: provider.stub.Delete(provider_pb2.DeleteRequest(urn="u", properties=Struct())))

    assert text.startswith("KeyError at test_servicer.py:")
    assert "report it" in text
    assert "canary" not in text


def test_a_warning_that_the_engine_does_not_take_fails_no_create() -> None:
    Servicer("127.0.0.1:1")._log(engine_pb2.WARNING, URN, "something")  # noqa: SLF001  what Create calls
