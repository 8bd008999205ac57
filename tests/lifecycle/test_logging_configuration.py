"""The life of a logging configuration, on a real control plane; waiting goes a hundred times as fast."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from pulumi_ivschat.aws.client import BotoControlPlane
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import AccessDenied, Conflict, FailedState, IvsChatError, ResourceNotFound, TimedOut
from pulumi_ivschat.lifecycle import Checked, Difference
from pulumi_ivschat.lifecycle.logging_configuration import LOGGING_CONFIGURATION, LoggingConfigurationLife, needs
from pulumi_ivschat.model.service_model import operations
from pulumi_ivschat.model.validation import UNKNOWN
from pulumi_ivschat.settings import Settings
from tests.conftest import LocalService

S3 = {"s3": {"bucket_name": "archive"}}
CLOUD_WATCH_LOGS = {"cloud_watch_logs": {"log_group_name": "/chat/logs"}}
FIREHOSE = {"firehose": {"delivery_stream_name": "stream"}}
CREATE, GET, UPDATE, DELETE = (f"{verb}LoggingConfiguration" for verb in ("Create", "Get", "Update", "Delete"))
SOON, NEVER = 0.2, 3600


@attrs.define
class Hurry:
    """A clock that moves a hundred times as fast as AWS's; *meanwhile* happens once, in the first pause."""

    slept: list[float] = attrs.field(factory=list)
    meanwhile: Callable[[], Any] = lambda: None

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        if not self.slept:
            self.meanwhile()
        self.slept.append(seconds)
        time.sleep(seconds / 100)


@pytest.fixture
def hurry() -> Hurry:
    return Hurry()


@pytest.fixture
def logging(control_plane: BotoControlPlane, hurry: Hurry) -> LoggingConfigurationLife:
    """Return the life of logging configurations in a stack whose region is us-west-2."""
    clock = Time(lambda: sum(hurry.slept), hurry.sleep)
    return LoggingConfigurationLife(LOGGING_CONFIGURATION, Settings("us-west-2"), control_plane, time=clock)


def checked(logging: LoggingConfigurationLife, **inputs: Any) -> dict[str, Any]:
    result = logging.check({"destination_configuration": S3, **inputs}, {})
    assert result.failures == []
    return result.inputs


def created(logging: LoggingConfigurationLife, **inputs: Any) -> tuple[str, dict[str, Any]]:
    return logging.create(checked(logging, **inputs))


def left(service: LocalService) -> list[str]:
    return [each["arn"] for each in service.client().list_logging_configurations()["loggingConfigurations"]]


def test_every_input_but_tags_can_be_updated() -> None:
    create, update = (set(operations()[operation].input.members) for operation in (CREATE, UPDATE))

    assert create - update == {"tags"}
    assert LOGGING_CONFIGURATION.updatable == {"name", "destination_configuration"}


@pytest.mark.parametrize("destination", [S3, CLOUD_WATCH_LOGS, FIREHOSE])
def test_an_active_answer_is_all_there_is_to_wait_for(
    logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry, destination: dict[str, Any]
) -> None:
    arn, state = created(logging, destination_configuration=destination, name="archive", tags={"a": "b"})

    assert service.calls() == [CREATE]
    assert (state["state"], state["destination_configuration"]) == ("ACTIVE", destination)
    assert state["logging_configuration_id"] == arn.rpartition("/")[2]
    reading = logging.read(arn, state)
    assert reading is not None
    assert reading.state == state
    assert reading.inputs == checked(logging, destination_configuration=destination, name="archive", tags={"a": "b"})
    assert hurry.slept == []


@pytest.mark.parametrize(
    "destination",
    [
        {**S3, **CLOUD_WATCH_LOGS},
        {**S3, **FIREHOSE},
        {**CLOUD_WATCH_LOGS, **FIREHOSE},
        {**S3, **CLOUD_WATCH_LOGS, **FIREHOSE},
        {**S3, **FIREHOSE, "cloud_watch_logs": UNKNOWN},
        {"s3": None, "firehose": None},
        {},
    ],
)
def test_a_destination_is_exactly_one(logging: LoggingConfigurationLife, destination: dict[str, Any]) -> None:
    [failure] = logging.check({"destination_configuration": destination}, {}).failures

    assert failure.property == "destination_configuration"
    assert failure.reason == "must have exactly one of s3, cloud_watch_logs, firehose"


@pytest.mark.parametrize(
    ("destination", "shown"),
    [
        ({"s3": {}}, ("destination_configuration.s3.bucket_name", "is required")),
        ({"s3": {"bucket_name": None}}, ("destination_configuration.s3.bucket_name", "is required")),
        (None, ("destination_configuration", "is required")),
        (
            {"s3": {"bucket_name": "Upper"}},
            (
                "destination_configuration.s3.bucket_name",
                "must be the name of an S3 bucket, not its ARN: lower-case letters, digits, - and dots",
            ),
        ),
    ],
)
def test_a_destination_that_is_not_whole_is_reported(
    logging: LoggingConfigurationLife, destination: Any, shown: tuple[str, str]
) -> None:
    [failure] = logging.check({"destination_configuration": destination, "owner_tag": "p/s/x"}, {}).failures

    assert (failure.property, failure.reason) == shown


@pytest.mark.parametrize(
    "destination",
    [UNKNOWN, {"s3": UNKNOWN}, {"s3": {"bucket_name": UNKNOWN}}, {"s3": UNKNOWN, "firehose": UNKNOWN}],
)
def test_what_may_turn_out_to_be_one_destination_passes(logging: LoggingConfigurationLife, destination: Any) -> None:
    assert checked(logging, destination_configuration=destination)["destination_configuration"] == destination


def test_check_tolerates_unknowns_everywhere(logging: LoggingConfigurationLife) -> None:
    inputs = dict.fromkeys([*LOGGING_CONFIGURATION.settable, "region", "timeout_seconds"], UNKNOWN)

    assert logging.check(inputs, {}) == Checked(inputs, [])


def test_a_destination_that_is_not_one_is_as_if_it_were_omitted(logging: LoggingConfigurationLife) -> None:
    assert checked(logging, destination_configuration={**S3, "firehose": None})["destination_configuration"] == S3


@pytest.mark.parametrize("seconds", [0, -1, "2m", True])
def test_a_time_limit_is_a_number_of_seconds(logging: LoggingConfigurationLife, seconds: Any) -> None:
    inputs = {"destination_configuration": S3, "timeout_seconds": seconds}

    assert [failure.property for failure in logging.check(inputs, {}).failures] == ["timeout_seconds"]


def test_another_time_limit_is_a_change_that_makes_no_call_and_never_drifts(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    arn, state = created(logging)
    inputs = checked(logging, timeout_seconds=7.0)
    assert logging.diff(arn, state, inputs) == Difference(changed=True)

    state = logging.update(arn, state, inputs)

    assert service.calls() == [CREATE]
    reading = logging.read(arn, state)
    assert reading is not None
    assert reading.state["timeout_seconds"] == reading.inputs["timeout_seconds"] == 7
    assert logging.diff(arn, reading.state, inputs) == Difference(changed=False)


def test_another_type_of_destination_is_one_update(logging: LoggingConfigurationLife, service: LocalService) -> None:
    arn, state = created(logging)
    inputs = checked(logging, destination_configuration=FIREHOSE)
    assert logging.diff(arn, state, inputs) == Difference(changed=True)

    state = logging.update(arn, state, inputs)

    assert service.calls() == [CREATE, UPDATE]
    assert state["destination_configuration"] == FIREHOSE
    live = service.client().get_logging_configuration(identifier=arn)
    assert live["destinationConfiguration"] == {"firehose": {"deliveryStreamName": "stream"}}


def test_another_owner_tag_is_one_call(logging: LoggingConfigurationLife, service: LocalService) -> None:
    arn, state = created(logging, owner_tag="p/dev/archive")
    renamed = checked(logging, owner_tag="p/prod/archive")

    assert logging.diff(arn, state, renamed) == Difference(changed=True, unseen=True)
    state = logging.update(arn, state, renamed)

    assert service.calls() == [CREATE, "TagResource"]
    assert state["tags_all"] == service.client().list_tags_for_resource(resourceArn=arn)["tags"]
    assert logging.diff(arn, state, renamed) == Difference(changed=False)


def test_a_slow_create_is_waited_for(logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry) -> None:
    service.fault(CREATE, settle_seconds=SOON)

    arn, state = created(logging, tags={"a": "b"}, owner_tag="p/s/archive")

    assert hurry.slept[:1] == [2]
    assert state["state"] == "ACTIVE"
    reading = logging.read(arn, state)
    assert reading is not None
    assert reading.state == state


@pytest.mark.parametrize(("destination", "shown"), [
    (S3, "bucket policy"), (FIREHOSE, "LogDeliveryEnabled=true"), (CLOUD_WATCH_LOGS, "resource policy"),
])  # fmt: skip
def test_a_create_that_fails_leaves_nothing_and_shows_what_aws_needs(
    logging: LoggingConfigurationLife, service: LocalService, destination: dict[str, Any], shown: str
) -> None:
    service.fault(CREATE, state="CREATE_FAILED")

    with pytest.raises(FailedState) as caught:
        created(logging, destination_configuration=destination)

    assert caught.value.code == "CREATE_FAILED"
    assert caught.value.subject.startswith("arn:")
    assert shown in str(caught.value)
    assert "AWS had created it; it is deleted again" in str(caught.value)
    assert left(service) == []


def test_every_destination_has_its_needs() -> None:
    texts = [needs({"destination_configuration": each}).splitlines()[0] for each in (S3, CLOUD_WATCH_LOGS, FIREHOSE)]

    assert [text.split(" needs")[0] for text in texts] == ["S3", "CloudWatch Logs", "Firehose"]


def test_a_create_that_fails_and_cannot_be_cleared_up_names_what_is_left(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    service.fault(CREATE, state="CREATE_FAILED")
    service.fault(DELETE, error="AccessDeniedException")

    with pytest.raises(FailedState) as caught:
        created(logging)

    [arn] = left(service)
    assert f"aws ivschat delete-logging-configuration --region us-west-2 --identifier {arn}" in str(caught.value)


def test_a_create_that_takes_too_long_names_what_is_left(
    logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry
) -> None:
    service.fault(CREATE, settle_seconds=NEVER)

    with pytest.raises(TimedOut) as caught:
        created(logging, timeout_seconds=10)

    [arn] = left(service)
    assert "still CREATING after 10 s" in str(caught.value)
    assert f"--identifier {arn}" in str(caught.value)
    assert "timeout_seconds" in str(caught.value)
    assert sum(hurry.slept) == 10 + 30


def test_a_create_that_may_not_be_watched_leaves_nothing(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    service.fault(CREATE, settle_seconds=SOON)
    service.fault(GET, error="AccessDeniedException")

    with pytest.raises(AccessDenied, match="ivschat:GetLoggingConfiguration"):
        created(logging)

    assert left(service) == []


@pytest.mark.parametrize("error", ["ThrottlingException", "InternalServerException", "ResourceNotFoundException"])
def test_what_aws_cannot_say_just_now_is_asked_again(
    logging: LoggingConfigurationLife, service: LocalService, error: str
) -> None:
    service.fault(CREATE, settle_seconds=SOON)
    service.fault(GET, error=error)

    assert created(logging)[1]["state"] == "ACTIVE"


def test_a_conflict_while_creating_is_tried_again(logging: LoggingConfigurationLife, service: LocalService) -> None:
    service.fault(CREATE, error="ConflictException")

    created(logging)

    assert service.calls() == [CREATE, CREATE]


def test_a_slow_update_is_waited_for(logging: LoggingConfigurationLife, service: LocalService) -> None:
    arn, state = created(logging)
    service.fault(UPDATE, settle_seconds=SOON)

    state = logging.update(arn, state, checked(logging, name="new"))

    assert (state["state"], state["name"]) == ("ACTIVE", "new")


def test_an_update_that_fails_is_reported_and_repeated(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    arn, before = created(logging)
    inputs = checked(logging, destination_configuration=FIREHOSE)
    service.fault(UPDATE, state="UPDATE_FAILED")

    with pytest.raises(FailedState) as caught:
        logging.update(arn, before, inputs)
    assert caught.value.code == "UPDATE_FAILED"
    assert "LogDeliveryEnabled=true" in str(caught.value)
    assert logging.diff(arn, before, inputs) == Difference(changed=True)

    reading = logging.read(arn, before)
    assert reading is not None
    assert reading.state["state"] == "UPDATE_FAILED"
    assert logging.diff(arn, reading.state, inputs) == Difference(changed=True, unseen=True)
    state = logging.update(arn, reading.state, inputs)
    assert state["state"] == "ACTIVE"
    assert service.calls().count(UPDATE) == 2
    assert logging.diff(arn, state, inputs) == Difference(changed=False)


def test_an_update_that_fails_leaves_the_tags_as_they_were(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    arn, before = created(logging, tags={"a": "1"})
    service.fault(UPDATE, state="UPDATE_FAILED")

    with pytest.raises(FailedState):
        logging.update(arn, before, checked(logging, name="new", tags={"b": "1"}))

    assert service.client().list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "1"}


def test_an_update_that_takes_too_long_is_reported(logging: LoggingConfigurationLife, service: LocalService) -> None:
    arn, state = created(logging)
    service.fault(UPDATE, settle_seconds=NEVER)

    with pytest.raises(TimedOut, match="still UPDATING after 10 s"):
        logging.update(arn, state, checked(logging, name="new", timeout_seconds=10))


def test_an_update_waits_for_another_one(logging: LoggingConfigurationLife, service: LocalService) -> None:
    arn, state = created(logging)
    service.fault(UPDATE, settle_seconds=SOON)
    service.client().update_logging_configuration(identifier=arn, name="theirs")

    assert logging.update(arn, state, checked(logging, name="ours"))["name"] == "ours"


def test_an_update_of_what_goes_meanwhile_is_reported(
    logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry
) -> None:
    arn, state = created(logging)
    service.fault(UPDATE, settle_seconds=NEVER)
    hurry.meanwhile = service.reset

    with pytest.raises(ResourceNotFound, match=r"pulumi up --refresh|it is gone"):
        logging.update(arn, state, checked(logging, name="new"))


def test_a_delete_waits_until_it_is_gone(
    logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry
) -> None:
    arn, state = created(logging)
    service.fault(DELETE, settle_seconds=NEVER)
    hurry.meanwhile = service.reset

    logging.delete(arn, state)

    assert left(service) == []
    assert hurry.slept == [2]


def test_a_delete_that_is_quick_takes_two_calls(
    logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry
) -> None:
    arn, state = created(logging)

    logging.delete(arn, state)

    assert service.calls() == [CREATE, DELETE, GET]
    assert hurry.slept == []


def test_a_delete_of_what_is_gone_or_going_is_not_an_error(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    arn, state = created(logging)
    service.fault(DELETE, settle_seconds=SOON)
    service.client().delete_logging_configuration(identifier=arn)

    logging.delete(arn, state)
    logging.delete(arn, state)

    assert logging.read(arn, state) is None


def test_a_delete_that_fails_is_reported_and_may_be_tried_again(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    arn, state = created(logging)
    service.fault(DELETE, state="DELETE_FAILED")

    with pytest.raises(FailedState) as caught:
        logging.delete(arn, state)
    assert caught.value.code == "DELETE_FAILED"

    logging.delete(arn, state)
    assert left(service) == []


def test_a_delete_that_takes_too_long_is_reported(logging: LoggingConfigurationLife, service: LocalService) -> None:
    arn, state = created(logging, timeout_seconds=10)
    service.fault(DELETE, settle_seconds=NEVER)

    with pytest.raises(TimedOut, match="still DELETING after 10 s"):
        logging.delete(arn, state)


def test_a_delete_names_the_rooms_that_use_it_once_it_has_waited(
    logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry
) -> None:
    arn, state = created(logging)
    room = service.client().create_room(name="hall", loggingConfigurationIdentifiers=[arn])["arn"]

    with pytest.raises(Conflict) as caught:
        logging.delete(arn, state)

    assert f"it is used by hall {room}" in str(caught.value)
    assert "once with `--continue-on-error`, then again" in caught.value.remedy
    assert hurry.slept == [2, 3, 4.5]


def test_a_delete_waits_on_while_the_rooms_that_use_it_become_fewer(
    logging: LoggingConfigurationLife, service: LocalService, control_plane: BotoControlPlane
) -> None:
    arn, state = created(logging)
    rooms = [service.client().create_room(loggingConfigurationIdentifiers=[arn])["arn"] for _ in range(5)]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        service.client().delete_room(identifier=rooms.pop())

    LoggingConfigurationLife(
        LOGGING_CONFIGURATION, Settings("us-west-2"), control_plane, time=Time(lambda: sum(slept), sleep)
    ).delete(arn, state)

    assert slept == [2, 3, 4.5, 6.75, 10.125]
    assert left(service) == []


def test_a_conflict_whose_rooms_cannot_be_listed_is_reported_without_them(
    logging: LoggingConfigurationLife, service: LocalService
) -> None:
    arn, state = created(logging, timeout_seconds=1)
    service.client().create_room(loggingConfigurationIdentifiers=[arn])
    service.fault("ListRooms", error="AccessDeniedException", count=None)

    with pytest.raises(Conflict, match="is used by a room") as caught:
        logging.delete(arn, state)
    assert "it is used by" not in str(caught.value)


def test_a_delete_goes_on_once_no_room_uses_it_any_more(
    logging: LoggingConfigurationLife, service: LocalService, hurry: Hurry
) -> None:
    arn, state = created(logging)
    room = service.client().create_room(loggingConfigurationIdentifiers=[arn])["arn"]
    hurry.meanwhile = lambda: service.client().delete_room(identifier=room)

    logging.delete(arn, state)

    assert left(service) == []


@pytest.mark.parametrize("state", ["CREATE_FAILED", "UPDATE_FAILED", "DELETE_FAILED", "UPDATING"])
def test_a_state_that_is_not_active_is_a_change_and_sends_the_destination_once_more(
    logging: LoggingConfigurationLife, service: LocalService, state: str
) -> None:
    arn, found = created(logging)
    inputs = checked(logging)
    found = {**found, "state": state}
    assert logging.diff(arn, found, inputs) == Difference(changed=True, unseen=True)

    assert logging.update(arn, found, inputs)["state"] == "ACTIVE"

    assert service.calls() == [CREATE, UPDATE]


def test_another_region_replaces(logging: LoggingConfigurationLife) -> None:
    arn, state = created(logging)

    assert logging.diff(arn, state, checked(logging, region="eu-west-1")).replaces == ["region"]


def test_an_import_has_no_destination_yet(logging: LoggingConfigurationLife) -> None:
    assert logging.check({}, {}).failures == []


def test_no_error_holds_a_traceback(logging: LoggingConfigurationLife, service: LocalService) -> None:
    service.fault(CREATE, state="CREATE_FAILED")

    with pytest.raises(IvsChatError) as caught:
        created(logging)

    assert len(str(caught.value).splitlines()) == 4
