"""One operation of the engine: what all resource types of a process share, and the clock that is handed down."""

from __future__ import annotations

import pytest

from pulumi_ivschat.aws.client import Clients
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import SettingsError
from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.operations.operation import Operation, of_process

CONFIG = {"ivschat:region": "us-west-2", "ivschat:endpointUrl": "http://127.0.0.1:9"}


def test_a_process_has_one_operation_for_a_configuration() -> None:
    assert of_process(CONFIG) is of_process({**CONFIG})
    assert of_process(CONFIG) is not of_process({**CONFIG, "ivschat:ownerTag": "false"})


def test_an_operation_shares_its_clients_and_nothing_else_with_another_one() -> None:
    clients = Clients()
    one, other = Operation.begin(CONFIG, clients), Operation.begin(CONFIG, clients)

    assert one.settings == other.settings
    assert one.key_owners is not other.key_owners
    assert one.leftovers is not other.leftovers


@pytest.mark.parametrize("name", RESOURCE_TYPES)
@pytest.mark.parametrize("read_ahead", ["true", "false"])
def test_each_life_has_the_operations_clock_and_pages_if_the_stack_reads_ahead(name: str, read_ahead: str) -> None:
    time = Time()
    operation = Operation.begin({**CONFIG, "ivschat:readAhead": read_ahead}, Clients(), time)
    life = vars_of(operation.lifecycle(name))

    assert life["time"] is time
    assert (life["pages"] is None) == (read_ahead == "false")


def test_a_configuration_that_is_not_valid_begins_nothing() -> None:
    with pytest.raises(SettingsError, match="unknown setting ivschat:regoin"):
        of_process({"ivschat:regoin": "x"})


def vars_of(life: object) -> dict[str, object]:
    return {name: getattr(life, name) for name in ("time", "pages")}
