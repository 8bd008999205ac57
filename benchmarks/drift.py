"""
`pulumi-ivschat drift` of one large stack at AWS's quotas, by the real command.

The rooms are made before the local service counts calls, and imported into the state: an `up` of so many takes long. Nothing
has changed, so no call but those of the pages is needed. The target is 1.1 times the time that the pages take at 5 calls a second.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs

from benchmarks.figures import Figure, LocalService, local_service
from benchmarks.projects import Project, project
from pulumi_ivschat.lifecycle import Lifecycle, lifecycle_for
from pulumi_ivschat.model.service_model import operations, snake_case
from pulumi_ivschat.settings import Settings

_NAME: Final = "drift"
_PAGE: Final = 50
_OVER_QUOTA: Final = 1.1
_CLIENTS: Final = 4
_FIRST: Final = "room-0"


def measure(rooms: int = 10_000) -> list[Figure]:
    """Run it with so many rooms in a stack."""
    pages = -(-rooms // _PAGE)
    at_most = round(_OVER_QUOTA * pages / operations()["ListRooms"].rate, 1)
    with tempfile.TemporaryDirectory() as directory:
        data = ("--data", str(Path(directory) / "data"))
        with local_service(*data) as service:
            place = project(Path(directory) / "project", "package", 1, service.url)
            fill(place, service, rooms)
        with local_service(*data, "--port", service.url.rpartition(":")[2], "--aws-quotas") as service:
            seconds, processor = _drift(place)
            calls = [call for call in service.calls() if call]
    return [
        Figure(_NAME, f"{rooms:,} rooms", round(seconds, 1), "s", at_most=at_most),
        Figure(_NAME, f"{rooms:,} rooms, processor", round(processor, 1), "s"),
        Figure(_NAME, f"{rooms:,} rooms", calls.count("ListRooms"), "pages, refused ones too"),
        Figure(_NAME, f"{rooms:,} rooms", calls.count("GetRoom"), "rooms read by themselves"),
    ]


def _drift(place: Project) -> tuple[float, float]:
    """Return the seconds of a comparison that finds nothing, and those of processors."""
    command = [sys.executable, "-m", "pulumi_ivschat", "drift"]
    before, began = _processor_seconds(), time.perf_counter()
    subprocess.run(command, cwd=place.directory, env=dict(place.environment), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began, _processor_seconds() - before


def _processor_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def fill(place: Project, service: LocalService, rooms: int) -> None:
    """Create a room with `up`, all others beside it, and import them into the state."""
    place.run("up", "--yes", "--skip-preview")
    state = json.loads(place.run("stack", "export", "--show-secrets").output)
    resources = state["deployment"]["resources"]
    first = next(resource for resource in resources if resource["urn"].endswith(f"::{_FIRST}"))
    life = lifecycle_for("Room", Settings(), _Direct(service.client()))
    names = [f"room-{number}" for number in range(1, rooms)]
    with ThreadPoolExecutor(_CLIENTS) as threads:
        resources += threads.map(lambda name: _created(life, first, name), names)
    file = place.directory / "state.json"
    file.write_text(json.dumps(state), encoding="utf-8")
    place.run("stack", "import", "--file", str(file))


@attrs.frozen
class _Direct:
    """A control plane without pace and retries."""

    client: Any

    def call(self, operation: str, region: str, subject: str = "", **members: Any) -> dict[str, Any]:
        """Call an operation with boto3."""
        del region, subject
        answer: dict[str, Any] = getattr(self.client, snake_case(operation))(**members)
        return answer


def _created(life: Lifecycle, first: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Create a room like the *first* one of a state, and return it as the state has it, secrets in plain text."""
    inputs = {**first["inputs"], "name": name, "owner_tag": first["inputs"]["owner_tag"].removesuffix(_FIRST) + name}
    arn, outputs = life.create({key: value for key, value in inputs.items() if not key.startswith("__")})
    hidden = {**first["outputs"]["tags_all"], "plaintext": json.dumps(outputs["tags_all"])}
    return {
        **first,
        "urn": first["urn"].removesuffix(_FIRST) + name,
        "id": arn,
        "inputs": inputs,
        "outputs": {**first["outputs"], **outputs, "tags_all": hidden},
    }
