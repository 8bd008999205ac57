"""One run of all questions but the deployments, on a local service of its own, for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from tests.conftest import LocalService
from verify import cleaning
from verify.endpoint import Endpoint, local_service, running_at
from verify.question import Result, asked
from verify.questions import in_order
from verify.run import Options, Run

QUICK = Options(deployments=False)


@attrs.frozen
class Done:
    """A run that is over: its results, and how many rooms it left."""

    run: Run
    results: list[Result]
    left: int


@pytest.fixture(scope="session")
def done() -> Iterator[Done]:
    """Yield the run."""
    with local_service() as endpoint:
        run = Run(endpoint, QUICK)
        results = list(asked(run, in_order()))
        run.clean()
        yield Done(run, results, cleaning.rooms(run.calls, 100))


@pytest.fixture
def endpoint(service: LocalService) -> Endpoint:
    """Return the endpoint of the tests' local service, which is empty."""
    return running_at(service.url)


@pytest.fixture
def run(endpoint: Endpoint) -> Run:
    """Return a run against it."""
    return Run(endpoint, QUICK)


@pytest.fixture
def recorded() -> list[Path]:
    """Return the answers that were recorded on AWS."""
    return sorted((Path(__file__).parents[2] / "verify" / "recorded").glob("*.json"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker ask the questions, once: the tests that look at the answers are a group."""
    for item in items:
        if "done" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("verify"))
