"""Explicit `Provider` resources, each with an endpoint of its own: what `drift` and `recover` do with their resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.conftest import REGION, LocalService, serving
from tests.engine.test_drift import findings
from tests.engine.test_plugin import YamlStack, _room, new_plugin, plugin
from tests.engine.test_recovery import killed_when, rooms

__all__ = ["new_plugin", "plugin"]


@pytest.fixture
def other() -> Iterator[LocalService]:
    """Yield a second local service, which is empty: the account of a Provider resource."""
    with serving() as service:
        yield service


def program(other: LocalService, here: int, there: int, **settings: Any) -> dict[str, Any]:
    """Return resources: rooms of the default provider, and rooms of a provider that leads to the *other* service."""
    of_other = {"region": REGION, "endpointUrl": other.url, **settings}
    return {
        "p": {"type": "pulumi:providers:ivschat", "properties": of_other},
        **{f"here-{n}": _room(name=f"here-{n}") for n in range(here)},
        **{f"there-{n}": {**_room(name=f"there-{n}"), "options": {"provider": "${p}"}} for n in range(there)},
    }


def pending(stack: YamlStack) -> list[Mapping[str, Any]]:
    return stack.deployment().get("pending_operations") or []


@pytest.mark.long
def test_drift_and_recover_look_at_the_rooms_of_each_provider_in_its_own_account(
    plugin: YamlStack, service: LocalService, other: LocalService
) -> None:
    """An `up`, a change in the second account, a kill with creates under way in both, a recovery that is refused, and one."""
    plugin.yaml(resources=program(other, 1, 1)).up()
    assert findings(plugin, code=0) == []
    changed = plugin.resource("there-0")["id"]
    other.client().update_room(identifier=changed, maximumMessageLength=7)
    assert [(each["kind"], each["arn"]) for each in findings(plugin)] == [("changed", changed)]

    for each in (service, other):
        each.fault("CreateRoom", hang=True, when="after", count=None)
    plugin.yaml(resources=program(other, 3, 3))
    killed_when(plugin, lambda: len(rooms(service)) >= 2 and len(rooms(other)) >= 2)
    for each in (service, other):
        each.clear_faults()
    begun = len(pending(plugin))
    other.fault("ListRooms", error="AccessDeniedException", count=1)

    refused = plugin.ivschat("recover", "--yes", code=1).stderr
    assert "The settings are those of the Provider resource p." in refused
    assert len(pending(plugin)) == begun
    shown = plugin.ivschat("recover", "--yes").stderr
    assert pending(plugin) == []
    plugin.up()

    assert shown.count("Made, not recorded: Room ") == 4
    assert (len(rooms(service)), len(rooms(other))) == (3, 3)
    assert {each["id"] for each in plugin.resources()} == rooms(service) | rooms(other)
    plugin.preview("--expect-no-changes")


@pytest.mark.long
def test_a_room_without_pending_create_is_imported_with_its_provider_and_so_is_one_by_pulumis_own_command(
    plugin: YamlStack, service: LocalService, other: LocalService
) -> None:
    plugin.yaml(resources=program(other, 1, 0)).up()
    other.fault("CreateRoom", hang=True, when="after", count=None)
    plugin.yaml(resources=program(other, 1, 1))
    killed_when(plugin, lambda: len(rooms(other)) == 1)
    other.clear_faults()
    plugin.run("cancel", "--yes")
    plugin.run("refresh", "--yes", "--skip-preview", "--clear-pending-creates")

    shown = plugin.ivschat("recover", "--yes").stderr
    plugin.up()

    assert "Made, not recorded: Room there-0" in shown
    assert (len(rooms(service)), len(rooms(other))) == (1, 1)
    found = plugin.resource("there-0")["provider"]
    assert "::pulumi:providers:ivschat::p::" in found
    by_hand = other.client().create_room(name="by-hand")["arn"]
    of_p = f"p={found.rpartition('::')[0]}"
    plugin.run("import", "ivschat:index:Room", "by-hand", by_hand, "--provider", of_p, "--yes", "--protect=false")
    assert findings(plugin, code=0) == []
