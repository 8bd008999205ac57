"""The provider that the engine calls: from its messages to resources and functions, and back."""
# ruff: noqa: N802  methods have the names of the engine's protocol

from __future__ import annotations

import contextlib
import functools
import importlib.metadata
import threading
import time
from collections.abc import Callable
from typing import Any, Final

import attrs
import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)

from pulumi_ivschat import settings
from pulumi_ivschat.aws import custom_timeouts
from pulumi_ivschat.aws.waiting import Time
from pulumi_ivschat.errors import IvsChatError, SettingsError, bug
from pulumi_ivschat.lifecycle import Unfinished
from pulumi_ivschat.lifecycle.words import NATIVE
from pulumi_ivschat.model import native
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.model.properties import PROVIDER_KEY
from pulumi_ivschat.model.service_model import snake_case
from pulumi_ivschat.model.urns import Urn
from pulumi_ivschat.operations import engine_folder, engine_watch
from pulumi_ivschat.operations.operation import Operation
from pulumi_ivschat.operations.secret_tags import SecretTags
from pulumi_ivschat.plain_text import plain_lines
from pulumi_ivschat.plugin.functions import Functions
from pulumi_ivschat.plugin.messages import (
    default_name,
    for_provider,
    inward,
    kind_of,
    outward,
    secret_defaults_in,
    unfinished_details,
)
from pulumi_ivschat.plugin.resources import NativeResource
from pulumi_ivschat.plugin.values import is_known, message, plain

_IDS: Final = tuple(f"{snake_case(name)}_id" for name in RESOURCES)
_STABLE: Final = ("arn", *_IDS, "create_time", "region", "resource_arn")
"""Properties that no update changes."""
_LOG_SECONDS: Final = 5.0
_DETAILS: Final = "grpc-status-details-bin"


class Cancelled(IvsChatError):
    """Raised when the engine asks to stop while something waits."""


class Kept(IvsChatError):
    """
    Raised for what was made and is not finished; the engine keeps its id and state.

    Attributes:
        details: the error in the form of which the engine reads them.
    """

    def __init__(self, error: Unfinished, details: bytes) -> None:
        super().__init__(error.message)
        vars(self).update(vars(error))
        self.details = details


def _answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """Answer with the text of an error; one that is not ours is a bug."""

    @functools.wraps(method)
    def wrapper(self: Servicer, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            with engine_watch.CALLS.running():
                return method(self, request, context)
        except IvsChatError as error:
            text = str(error)
            if isinstance(error, Kept):
                context.set_trailing_metadata(((_DETAILS, error.details),))
        except Exception as error:  # noqa: BLE001  whatever it is, people get a text
            text = str(bug(error))
        return context.abort(grpc.StatusCode.UNKNOWN, plain_lines(text))

    return wrapper


@attrs.frozen
class _Configured:
    """A configured provider."""

    operation: Operation
    secret_defaults: frozenset[str]
    secret_tags: SecretTags


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """
    One provider: the default one of a stack, or an explicit `Provider` resource.

    It has the names of the engine's protocol. The engine may call it from many threads at once.

    Attributes:
        time: how time passes in its waits, which end once the engine asks to stop.
    """

    def __init__(self, engine_address: str | None) -> None:
        self._engine_address = engine_address
        self._cancelled = threading.Event()
        self.time = Time(time.monotonic, self._pause)
        self._configured: _Configured | None = None
        self._has_explained = False

    def Handshake(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Agree on the form of messages: secrets are marked, and a resource is sent as its id."""
        del context
        self._engine_address = self._engine_address or request.engine_address
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=False, accept_outputs=False, supports_autonaming_configuration=True
        )

    def GetPluginInfo(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the version."""
        del request, context
        return plugin_pb2.PluginInfo(version=importlib.metadata.version("pulumi-ivschat"))

    def GetSchema(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return the schema."""
        del request, context
        return provider_pb2.GetSchemaResponse(schema=native.SCHEMA_FILE.read_text(encoding="utf-8"))

    @_answering
    def CheckConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Find what is wrong with the configuration, as far as it is known."""
        del context
        given = plain(request.news).values
        known = {key: value for key, value in settings.stack_keys(given).items() if is_known(value)}
        failures = []
        try:
            settings.from_config(known)
        except SettingsError as error:
            text = str(for_provider(error, request.urn))
            failures.append(provider_pb2.CheckFailure(reason=plain_lines(text)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    @_answering
    def DiffConfig(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Compare configurations; none replaces the provider, since each resource sees for itself what it must do."""
        del context
        former = request.old_inputs if request.HasField("old_inputs") else request.olds
        olds, news = plain(former).values, plain(request.news).values
        changed = sorted(key for key in olds.keys() | news.keys() if olds.get(key) != news.get(key))
        return provider_pb2.DiffResponse(changes=kind_of(bool(changed)), diffs=changed)

    @_answering
    def Configure(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Begin the operation; raise SettingsError if the configuration is wrong."""
        del context
        given = plain(request.args)
        config = settings.stack_keys(given.values)
        folder = engine_folder.of_engine(self._engine_address)
        operation = Operation.begin(config, time=self.time, words=NATIVE, folder=folder)
        secret_tags = SecretTags(folder)
        secret_defaults = secret_defaults_in(given, operation)
        secret_tags.see(operation.settings.default_tags, {(key,) for key in secret_defaults})
        self._configured = _Configured(operation, secret_defaults, secret_tags)
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True,
            supportsPreview=True,
            acceptResources=False,
            acceptOutputs=False,
            supports_autonaming_configuration=True,
        )

    @_answering
    def Check(self, request: Any, context: grpc.ServicerContext) -> Any:
        """
        Return canonical inputs and all failures.

        A failure names its property in its reason only: the engine would print the value of a property, also of a secret.
        """
        del context
        resource = self._resource(request)
        olds, news = inward(request.olds, resource), inward(request.news, resource)
        self._known().secret_tags.see(news.values, news.secrets)
        inputs, failures = resource.check(news, olds, default_name(request, resource, olds))
        found = [provider_pb2.CheckFailure(reason=plain_lines(str(each))) for each in failures]
        return provider_pb2.CheckResponse(inputs=outward(inputs, resource), failures=found)

    @_answering
    def Diff(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Compare by meaning, value by value."""
        del context
        resource = self._resource(request)
        state, inputs = inward(request.olds, resource), inward(request.news, resource)
        difference, found = resource.diff(request.id, state.values, inputs.values)
        if difference.unseen and difference.properties:
            self._log(engine_pb2.INFO, request.urn, "the state of this resource is damaged, and an update repairs it")
        elif difference.unseen and not found:
            self._explain_retagging(request.urn, state.values.get("owner_tag"), resource.urn.owner_tag)
        # An update rewrites these states, without a call: those of dynamic resources, and those with tags that are secrets now.
        is_rewritten = PROVIDER_KEY in request.olds.fields or resource.must_hide(state, inputs)
        kinds = provider_pb2.PropertyDiff.Kind
        return provider_pb2.DiffResponse(
            changes=kind_of(difference.changed or is_rewritten),
            replaces=[native.camel_case(name) for name in difference.replaces],
            stables=[native.camel_case(name) for name in _STABLE if name not in difference.replaces],
            deleteBeforeReplace=not resource.has_name,
            hasDetailedDiff=True,
            diffs=sorted({path.partition(".")[0].partition("[")[0] for path in found}),
            detailedDiff={path: provider_pb2.PropertyDiff(kind=kinds.Value(kind)) for path, kind in found.items()},
        )

    @_answering
    def Create(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Create; what AWS has made and could not finish is kept with its id, and repaired by the next `up`."""
        del context
        resource = self._resource(request)
        inputs = inward(request.properties, resource)
        custom_timeouts.validate("customTimeouts.create", request.timeout)
        if request.preview:
            return provider_pb2.CreateResponse(properties=outward(resource.preview_create(inputs), resource))
        made = resource.create(inputs, request.timeout)
        if warning := resource.warning(inputs):
            self._log(engine_pb2.WARNING, request.urn, warning)
        if made.unfinished:
            raise Kept(made.unfinished, unfinished_details(made, resource, request.properties))
        return provider_pb2.CreateResponse(id=made.arn, properties=outward(made.outputs, resource))

    @_answering
    def Read(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Return what AWS has: for a refresh, an import, or a lookup; without id if it is gone."""
        del context
        resource = self._resource(request)
        state, inputs = inward(request.properties, resource), inward(request.inputs, resource)
        found = resource.read(request.id, state, inputs, self._known().secret_tags)
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=request.id, properties=outward(found.outputs, resource), inputs=outward(found.inputs, resource)
        )

    @_answering
    def Update(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Change what differs."""
        del context
        resource = self._resource(request)
        state, inputs = inward(request.olds, resource), inward(request.news, resource)
        custom_timeouts.validate("customTimeouts.update", request.timeout)
        if request.preview:
            after = resource.preview_update(request.id, state, inputs)
        else:
            after = resource.update(request.id, state, inputs, request.timeout)
        return provider_pb2.UpdateResponse(properties=outward(after, resource))

    @_answering
    def Delete(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Delete."""
        del context
        resource = self._resource(request)
        resource.delete(request.id, inward(request.properties, resource).values, request.timeout)
        return empty_pb2.Empty()

    @_answering
    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Call a function."""
        del context
        name = request.tok.rpartition(":")[2]
        spec = native.function(name)
        arguments = native.inward(plain(request.args).values, spec["inputs"])
        answer = Functions(self._known().operation.settings).call(name, arguments, preview=request.preview)
        members = spec["outputs"]["properties"]
        declared = {(key,) for key, member in members.items() if member.get("secret")}
        answered = native.outward(answer, spec["outputs"])
        response = provider_pb2.InvokeResponse()
        getattr(response, "return").CopyFrom(message(answered, declared | self._known().secret_tags.paths_in(answered)))
        return response

    def Cancel(self, request: Any, context: grpc.ServicerContext) -> Any:
        """End all waits; calls that are on their way end by themselves."""
        del request, context
        self.cancel()
        return empty_pb2.Empty()

    def cancel(self) -> None:
        """End all waits."""
        self._cancelled.set()

    def _pause(self, seconds: float) -> None:
        if self._cancelled.wait(seconds):
            msg = "the update was cancelled while this waited"
            raise Cancelled(msg, remedy="Run the same command again to go on.")

    def _known(self) -> _Configured:
        if self._configured is None:
            msg = "the provider is not configured"
            raise IvsChatError(msg)
        return self._configured

    def _resource(self, request: Any) -> NativeResource:
        configured = self._known()
        return NativeResource.of(Urn.parse(request.urn), configured.operation, configured.secret_defaults)

    def _explain_retagging(self, urn: str, former: str | None, owner_tag: str) -> None:
        """Show once why resources are updated of which the engine can show no changed property."""
        if not self._has_explained:
            self._has_explained = True
            text = (
                f"the owner tag {former} becomes {owner_tag}. Other resources that are updated without a changed property get "
                "their new owner tags, too."
            )
            self._log(engine_pb2.INFO, urn, text)

    def _log(self, severity: engine_pb2.LogSeverity.ValueType, urn: str, text: str) -> None:
        """Show a text; it never fails, since what it is about goes on."""
        if self._engine_address:
            request = engine_pb2.LogRequest(severity=severity, urn=urn, message=text)
            with contextlib.suppress(grpc.RpcError), grpc.insecure_channel(self._engine_address) as channel:
                engine_pb2_grpc.EngineStub(channel).Log(request, timeout=_LOG_SECONDS)
