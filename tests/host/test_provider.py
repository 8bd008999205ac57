"""The provider as the host runs it: unknowns, and what gets out when something breaks."""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.output import Unknown

from pulumi_ivschat.errors import IvsChatError, SettingsError
from pulumi_ivschat.host import provider as hosted
from pulumi_ivschat.host.provider import Provider
from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.model.owner_tag import OWNER_TAG
from pulumi_ivschat.operations.operation import Operation
from tests.test_dynamic import PICKLES

ROOM = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"


def configured(name: str = "Room", **config: str) -> Provider:
    provider = Provider(name)
    given = {f"ivschat:{key}": value for key, value in {"region": "us-west-2", **config}.items()}
    provider.configure(ConfigureRequest(Config(given, "chat")))
    return provider


def within(life: Any) -> Provider:
    """Return the provider of rooms in an operation that has this life for them."""
    begun = Operation.begin({"ivschat:region": "us-west-2"})
    operation: Any = SimpleNamespace(lifecycle=lambda _: life, key_owners=begun.key_owners)
    provider = Provider("Room")
    provider.take_part(operation)
    return provider


@pytest.mark.parametrize("name", RESOURCE_TYPES)
def test_check_of_the_provider_alone_passes(name: str) -> None:
    inputs: dict[str, Any] = {"__provider": PICKLES[name]}
    result = configured(name).check({}, inputs)

    assert [failure.reason for failure in result.failures] == (
        ["resource_arn is required", "tags is required"] if name == "TagSet" else []
    )


def test_unknowns_pass_check_at_every_depth_and_come_back_as_pulumis() -> None:
    unknown: Any = Unknown  # the SDK leaves its constructor untyped
    inputs = {"name": unknown(), "tags": {"a": unknown()}, "logging_configuration_identifiers": [unknown()]}

    result = configured().check({}, inputs)

    assert result.failures == []
    assert isinstance(result.inputs["name"], Unknown)
    assert isinstance(result.inputs["tags"]["a"], Unknown)
    assert isinstance(result.inputs["logging_configuration_identifiers"][0], Unknown)


def test_a_failure_names_its_property_in_its_reason_only_since_the_engine_prints_the_value_of_a_property() -> None:
    [failure] = configured().check({}, {"tags": {"a.b": 1.0}}).failures

    assert (failure.property, failure.reason) == ("", 'tags["a.b"] must be a string, not a number')


@pytest.mark.parametrize(("state", "changes"), [("as ever", False), ("of another version", True)])
def test_a_state_with_another_pickle_is_repaired_by_an_update(state: str, changes: bool) -> None:  # noqa: FBT001
    provider = configured()
    inputs = provider.check({}, {}).inputs
    arn = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"

    result = provider.diff(arn, {**inputs, "__provider": state}, {**inputs, "__provider": "as ever"})

    assert result.changes is changes


def test_a_change_is_left_to_the_engine_to_show() -> None:
    provider = configured()
    inputs = provider.check({}, {}).inputs
    arn = "arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl"

    result = provider.diff(arn, inputs, {**inputs, "maximum_message_length": 1.0})

    assert (result.changes, result.replaces) == (None, [])


@pytest.mark.parametrize(
    "damage", [{}, {"tags": None}, {"tags": ["x"]}, {"tags": {"a": "1"}, "maximum_message_length": "long"}]
)
def test_a_damaged_state_is_repaired_by_an_update_also_if_the_inputs_in_it_are_right(damage: dict[str, Any]) -> None:
    """The engine compares inputs if the answer is None, finds no change, and passes the damage to the program."""
    provider = configured()
    given = {"tags": {"a": "1"}, "maximum_message_length": 7.0}
    inputs = {**provider.check({}, given).inputs, "__provider": "as ever"}
    state = {**inputs, **damage} if damage else {}

    assert provider.diff(ROOM, state, inputs).changes is True


def test_a_change_that_no_property_shows_is_reported() -> None:
    provider = configured("LoggingConfiguration")
    inputs = provider.check({}, {"destination_configuration": {"s3": {"bucket_name": "logs"}}}).inputs
    arn = "arn:aws:ivschat:us-west-2:000000000000:logging-configuration/abcdefghijkl"

    result = provider.diff(arn, {**inputs, "state": "UPDATE_FAILED"}, inputs)

    assert result.changes is True


def test_an_owner_tag_that_alone_differs_is_a_change_that_replaces_nothing_whatever_the_options() -> None:
    """Only where the answer is None does the engine ask `replace_on_changes`."""
    operation = Operation.begin({"ivschat:region": "us-west-2"})
    provider = Provider("Room")
    provider.take_part(operation)
    inputs = provider.check({}, {"owner_tag": "chat/prod/lobby"}).inputs
    state = {**inputs, "tags_all": {OWNER_TAG: "chat/dev/lobby"}}

    result = provider.diff(ROOM, state, inputs)

    assert (result.changes, result.replaces) == (True, None)
    assert operation.leftovers.warning("Room", {**inputs, "owner_tag": "chat/dev/lobby"}) is None


def test_a_wrong_configuration_is_reported() -> None:
    with pytest.raises(SettingsError, match="unknown setting ivschat:regoin"):
        configured(regoin="x")


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), KeyError("canary-4711"), RecursionError()])
def test_every_exception_becomes_an_error_of_ours_without_its_words(error: BaseException) -> None:
    def breaking(*_: object) -> None:
        raise error

    provider = within(SimpleNamespace(delete=breaking))

    with pytest.raises(
        IvsChatError, match=rf"{type(error).__name__} at test_provider.py:\d+ \(breaking\)\n.*report it"
    ) as raised:
        provider.delete("arn", {})
    assert "canary" not in "".join(traceback.format_exception(raised.value))


def test_the_host_shows_our_errors_as_they_are_and_others_with_their_traceback() -> None:
    def shown(error: Exception) -> str:
        try:
            raise error  # noqa: TRY301  as a provider does
        except Exception:  # noqa: BLE001  as the host does
            return hosted.PlainTraceback.format_exc()

    assert shown(IvsChatError("what is wrong", remedy="what to do")) == "what is wrong\nwhat to do"
    assert shown(KeyError("x")).startswith("Traceback")


def test_the_hosts_other_uses_of_traceback_go_on() -> None:
    assert hosted.PlainTraceback().print_exc is not None


def test_a_no_change_preview_loads_no_aws_sdk(run_python: Callable[[str], str]) -> None:
    code = f"""
import pickle, base64, sys
from pulumi.dynamic import Config, ConfigureRequest
provider = pickle.loads(base64.b64decode("{PICKLES["Room"]}"))
provider.configure(ConfigureRequest(Config({{"ivschat:region": "us-west-2"}}, "chat")))
inputs = provider.check({{}}, {{}}).inputs
provider.diff("arn:aws:ivschat:us-west-2:000000000000:room/abcdefghijkl", inputs, inputs)
print({{"boto3", "botocore"}} & set(sys.modules))
"""
    assert run_python(code) == "set()"


def test_the_dynamic_host_of_this_sdk_is_the_one_that_we_know() -> None:
    """The adapter leans on two private names of the host: one must be there, the other may be."""
    code = "import runpy, pulumi.dynamic.config as c; print(hasattr(c.Config({'a': 1}, 'p'), '_props'))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True\n"


def test_a_process_that_is_not_pulumis_dynamic_host_is_not_watched() -> None:
    configured()

    assert [thread.name for thread in threading.enumerate() if "engine-watch" in thread.name] == []


def test_python_seldom_searches_for_garbage_in_pulumis_dynamic_host(run_python: Callable[[str], str]) -> None:
    code = """
import gc
from types import SimpleNamespace
from pulumi.dynamic import Config, ConfigureRequest
from pulumi_ivschat.dynamic import provider_for
request = ConfigureRequest(Config({}, "chat"))
provider_for("Room").configure(request)
elsewhere = gc.get_threshold()
__spec__ = SimpleNamespace(name="pulumi.dynamic.__main__")
provider_for("Room").configure(request)
print(elsewhere < gc.get_threshold())
"""
    assert run_python(code) == "True"
