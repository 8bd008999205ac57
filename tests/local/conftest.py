"""A service in memory with a clock to turn, asked in-process; requests are signed by an independent SigV4 signer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

import attrs
import boto3
import pytest
from botocore.config import Config

from pulumi_ivschat.local import discovery
from pulumi_ivschat.local.access_keys import LOCAL, AccessKey, by_id
from pulumi_ivschat.local.app import create_app
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.settings import ReviewHandler, Settings
from pulumi_ivschat.local.store import Store
from pulumi_ivschat.model.arns import FunctionArn
from pulumi_ivschat.model.service_model import operations

HOST = "127.0.0.1:4566"


@attrs.define(eq=False)
class Scripted:
    """A review handler that is the test's own function, for what happens around one; it may be a coroutine function."""

    answer: Callable[[Mapping[str, Any]], Any]
    closed: int = 0

    @classmethod
    def handler_of(cls, answer: Callable[[Mapping[str, Any]], Any]) -> ReviewHandler:
        """Return what is registered for a function."""
        return ReviewHandler(cls(answer))

    def handler(self, function: FunctionArn, timeout: float) -> Scripted:
        """Return itself."""
        del function, timeout
        return self

    async def start(self) -> None:
        """Load nothing."""

    async def invoke(self, event: Mapping[str, Any], arn: str) -> Any:
        """Return the function's answer."""
        del arn
        answer = self.answer(event)
        return await answer if inspect.isawaitable(answer) else answer

    def close(self) -> None:
        """Take note."""
        self.closed += 1

    async def wait_closed(self) -> None:
        """Wait for nothing."""


class Time:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 31, 8, 0, 0, 123000, tzinfo=timezone.utc)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def turn(self, seconds: float) -> None:
        """Let seconds pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pass_time(time: Time) -> Callable[[float], None]:
    """Return a function that turns the service's clock by seconds."""
    return time.turn


@pytest.fixture
def other_account() -> AccessKey:
    return AccessKey("other", "other-secret", "111111111111")


@pytest.fixture
def temporary_key(time: Time) -> AccessKey:
    return AccessKey("temporary", "its-secret", LOCAL.account, "its-token", time.now + timedelta(hours=1))


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    """Return the service's settings that are not the defaults: a test names them with `indirect`."""
    changed: Mapping[str, Any] = getattr(request, "param", {})
    return changed


@pytest.fixture
def service(
    time: Time, other_account: AccessKey, temporary_key: AccessKey, settings: Mapping[str, Any]
) -> Iterator[Service]:
    store = Store(None)
    keys = by_id([other_account, temporary_key])
    yield Service(store, Settings(access_keys=keys, **settings), clock=time)
    store.close()


@pytest.fixture
def sign(time: Time) -> Callable[..., dict[str, str]]:
    """Return a function that returns the headers of a signed request. Its keyword arguments replace the correct values."""

    def signed(method: str, target: str, body: bytes = b"", **shown: Any) -> dict[str, str]:
        key: AccessKey = shown.get("key", LOCAL)
        stamp = shown.get("stamp", f"{time.now:%Y%m%dT%H%M%SZ}")
        scope = shown.get("scope", f"{stamp[:8]}/{shown.get('region', 'us-west-2')}/ivschat/aws4_request")
        headers = {"host": shown.get("host", HOST), "x-amz-date": stamp, **shown.get("headers", {})}
        if key.session_token:
            headers["x-amz-security-token"] = key.session_token
        names = shown.get("signed_headers", sorted(headers))
        canonical = _canonical(method, target, {name: headers.get(name, "") for name in names}, body)
        credential = f"{key.id}/{scope}"
        signature = shown.get("signature") or _signature(key.secret, stamp, scope, canonical)
        authorization = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={';'.join(names)}, Signature={signature}"
        )
        return {**headers, "authorization": shown.get("authorization", authorization)}

    return signed


def _canonical(method: str, target: str, headers: Mapping[str, str], body: bytes) -> str:
    path, _, query = target.partition("?")
    lines = [f"{name}:{value}" for name, value in headers.items()]
    digest = hashlib.sha256(body).hexdigest()
    query = "&".join(sorted(query.split("&")))
    return "\n".join([method, quote(path, safe="/~"), query, *lines, "", ";".join(headers), digest])


def _signature(secret: str, stamp: str, scope: str, canonical: str) -> str:
    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@pytest.fixture
def send(service: Service) -> Callable[..., Answer]:
    """Return a function that puts a request to the application as it is, and returns the answer."""
    app = create_app(service)

    def sent(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()],
            "server": ("127.0.0.1", 4566),
            "client": ("127.0.0.1", 50000),
            "state": {},
        }
        return asyncio.run(_answered(app, scope, body))

    return sent


async def _answered(app: Any, scope: dict[str, Any], body: bytes) -> Answer:
    events: list[dict[str, Any]] = []
    incoming = iter([{"type": "http.request", "body": body, "more_body": False}])

    async def receive() -> dict[str, Any]:
        return next(incoming, {"type": "http.disconnect"})

    async def send(event: dict[str, Any]) -> None:
        events.append(event)

    await app(scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in events[0]["headers"]}
    return Answer(events[0]["status"], b"".join(event.get("body", b"") for event in events), headers)


@pytest.fixture
def ask(sign: Callable[..., dict[str, str]], send: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a function that signs and sends an operation with its input, as the service model says."""

    def asked(operation: str, members: Mapping[str, Any] | None = None, **shown: Any) -> Answer:
        method, target, body = _request(operation, dict(members or {}))
        return send(method, target, sign(method, target, body, **shown), body)

    return asked


def _request(operation: str, members: dict[str, Any]) -> tuple[str, str, bytes]:
    described = operations()[operation]
    target = described.path
    if "resourceArn" in members:
        target = target.replace("{resourceArn}", quote(members.pop("resourceArn"), safe=""))
    if "tagKeys" in members:
        target += "?" + "&".join(f"tagKeys={quote(key, safe='')}" for key in members.pop("tagKeys"))
    return described.method, target, b"" if described.method in {"GET", "DELETE"} else json.dumps(members).encode()


@pytest.fixture
def call(ask: Callable[..., Answer]) -> Callable[..., dict[str, Any]]:
    """Return a function that calls an operation that must succeed, and returns its output."""

    def called(operation: str, members: Mapping[str, Any] | None = None, **shown: Any) -> dict[str, Any]:
        answer = ask(operation, members, **shown)
        assert answer.status in {200, 204}, answer.body
        output: dict[str, Any] = json.loads(answer.body or "{}")
        return output

    return called


@pytest.fixture
def refused(ask: Callable[..., Answer]) -> Callable[..., dict[str, Any]]:
    """Return a function that calls an operation that must fail, and returns the error's body with `code` and `status`."""

    def answered(operation: str, members: Mapping[str, Any] | None = None, **shown: Any) -> dict[str, Any]:
        answer = ask(operation, members, **shown)
        assert answer.status >= 400, answer.body
        return {**json.loads(answer.body), "code": answer.headers["x-amzn-errortype"], "status": answer.status}

    return answered


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """Yield a data directory; its service is stopped at the end."""
    directory = tmp_path / "data"
    yield directory
    discovery.stop(directory)


@pytest.fixture
def boto3_client() -> Callable[..., Any]:
    """Return a function that gives a boto3 client for a URL; it checks nothing itself and tries once."""

    def made(url: str, region: str = "us-west-2", **config: Any) -> Any:
        return boto3.client(
            "ivschat",
            endpoint_url=url,
            region_name=region,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, proxies={}, **config),
        )

    return made
