"""The official messaging SDK, unmodified, on Node and in Chromium, against a local service in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any, TypeAlias

import attrs
import pytest

from tests.clients.messaging.application import Operation, Page, application
from tests.clients.messaging.runtime import HERE, Driver, bundled, driver, program
from tests.conftest import LocalService, serving

FUNCTION = "arn:aws:lambda:us-west-2:000000000000:function:"
REVIEW_TIMEOUT = 1.0
"""Seconds for a review handler: AWS's 0.2 are too few while other tests run."""
Play: TypeAlias = Callable[..., Any]


@attrs.frozen
class Stage:
    """Where scenarios are played: a service, and an application's server beside it."""

    server: str
    messaging: str

    def given(self, **members: Any) -> Mapping[str, Any]:
        """Return what a scenario is called with."""
        return {**attrs.asdict(self), **members}


@pytest.fixture(scope="session")
def page() -> Page:
    """Return the page that plays scenarios in a browser."""
    document = '<!doctype html><meta charset="utf-8"><title>Scenarios</title><script type="module" src="scenarios.js"></script>'
    return {"/": ("text/html", document), "/scenarios.js": ("text/javascript", bundled(HERE / "scenarios.mjs"))}


@pytest.fixture(scope="session")
def on_stage(page: Page) -> Iterator[Callable[..., Stage]]:
    """Yield a function that puts an application's server beside a local service, to the end of the session."""
    with ExitStack() as stack:

        def made(service: LocalService, **operations: Operation) -> Stage:
            beside = application(service, page, drop_connections=service.drop_connections, **operations)
            return Stage(stack.enter_context(beside), service.url.replace("http", "ws"))

        yield made


@pytest.fixture(scope="session")
def chat_service() -> Iterator[LocalService]:
    """Yield the service of most scenarios; each makes rooms of its own."""
    targets = {
        "python": "review_handler.py:handler",
        "node": "review_handler.mjs:handler",
        "exiting": "review_handler.py:exiting",
    }
    options = [f"--review-handler={FUNCTION}{name}={HERE / target}" for name, target in targets.items()]
    with serving(*options, f"--review-timeout={REVIEW_TIMEOUT}") as service:
        yield service


@pytest.fixture(scope="session")
def stage(on_stage: Callable[..., Stage], chat_service: LocalService) -> Stage:
    return on_stage(chat_service)


@pytest.fixture(scope="session")
def node_runtime() -> Iterator[Driver]:
    with driver("runtime.mjs", "node") as node:
        yield node


@pytest.fixture(scope="session", params=["node", "chromium"])
def runtime(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Yield each runtime in turn."""
    if request.param == "node":
        yield request.getfixturevalue("node_runtime")
        return
    with driver("runtime.mjs", "chromium", program("chromium")) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def play(runtime: Driver, stage: Stage) -> Play:
    """Return a function that plays a scenario in a runtime, once, and returns what came of it."""
    results: dict[str, Any] = {}

    def played(scenario: str, stage: Stage = stage, **members: Any) -> Any:
        question = {"scenario": scenario, "given": stage.given(**members)}
        key = json.dumps(question)
        if key not in results:
            results[key] = runtime.ask(**question)
        return results[key]

    return played


@pytest.fixture(scope="session", autouse=True)
def over_time(request: pytest.FixtureRequest, node_runtime: Driver, stage: Stage) -> dict[str, Callable[[], Any]]:
    """Begin the scenarios that take a minute by the clock, so that the others are played meanwhile."""
    if not any("test_over_time" in item.nodeid for item in request.session.items):
        return {}
    scenarios: dict[str, dict[str, Any]] = {"expiredToken": {}, "sessionEnd": {}, "refresh": {"after": 30}}
    return {
        name: node_runtime.begin(scenario=name, given=stage.given(**members)) for name, members in scenarios.items()
    }
