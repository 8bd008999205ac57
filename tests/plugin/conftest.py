"""A provider of the plug-in that is configured for a local service, called as the engine calls it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_ivschat.plugin.servicer import Servicer
from pulumi_ivschat.plugin.values import message, plain
from tests.conftest import REGION, LocalService

URN = "urn:pulumi:test::chat::ivschat:index:{}::{}"


@attrs.frozen
class Provider:
    """The provider, by the methods of its protocol; bags are plain values."""

    stub: Any

    def configure(self, secrets: Collection[tuple[str, ...]] = (), **config: Any) -> None:
        """Configure it; *secrets* are the paths of secrets in its configuration."""
        self.stub.Configure(provider_pb2.ConfigureRequest(args=message(config, secrets), acceptSecrets=True))

    def read(self, kind: str, name: str, arn: str, state: Any = None) -> Any:
        """Return the answer to Read: of an import, or of a refresh of a *state*."""
        request = provider_pb2.ReadRequest(id=arn, urn=URN.format(kind, name), properties=state, inputs=state)
        return self.stub.Read(request)

    def check(
        self, kind: str, name: str, inputs: Mapping[str, Any], olds: Mapping[str, Any] | None = None, **more: Any
    ) -> Any:
        """Return the answer to Check."""
        urn = URN.format(kind, name)
        request = provider_pb2.CheckRequest(urn=urn, news=message(inputs), olds=message(olds or {}), **more)
        return self.stub.Check(request)

    def create(self, kind: str, name: str, inputs: Mapping[str, Any], **more: Any) -> Any:
        """Check inputs, create, and return the answer."""
        checked = plain(self.check(kind, name, inputs).inputs)
        properties = message(checked.values, checked.secrets)
        urn = URN.format(kind, name)
        return self.stub.Create(provider_pb2.CreateRequest(urn=urn, properties=properties, **more))

    def invoke(self, function: str, **arguments: Any) -> Any:
        """Return the answer of a function."""
        request = provider_pb2.InvokeRequest(tok=f"ivschat:index:{function}", args=message(arguments))
        return plain(getattr(self.stub.Invoke(request), "return")).values


@pytest.fixture
def started() -> Iterator[Provider]:
    """Yield a provider that is not configured."""
    server = grpc.server(ThreadPoolExecutor(4))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Servicer(None), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield Provider(provider_pb2_grpc.ResourceProviderStub(channel))
    server.stop(0).wait()


@pytest.fixture
def provider(started: Provider, service: LocalService, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """Return a provider on an empty local service."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    started.configure(region=REGION, endpointUrl=service.url)
    return started


@pytest.fixture
def refused() -> Callable[[Callable[[], object]], str]:
    """Return a function that returns the text of the error that a call ends with."""

    def text(call: Callable[[], object]) -> str:
        with pytest.raises(grpc.RpcError) as caught:
            call()
        error: Any = caught.value
        return str(error.details())

    return text
