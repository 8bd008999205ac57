"""One running local service: its settings and all it holds."""

from __future__ import annotations

import importlib.metadata
import uuid

import attrs

from pulumi_ivschat.local import settings as local_settings
from pulumi_ivschat.local.faults import Faults
from pulumi_ivschat.local.log_delivery import LogDelivery
from pulumi_ivschat.local.messaging import Chat
from pulumi_ivschat.local.request_log import RequestLog
from pulumi_ivschat.local.review import Reviewers
from pulumi_ivschat.local.store import Store


def _version() -> str:
    try:
        return importlib.metadata.version("pulumi-ivschat")
    except importlib.metadata.PackageNotFoundError:
        return "0"


@attrs.frozen
class Identity:
    """How a service is told from others: *instance* is new with every start; *data* is its directory, if any."""

    instance: str = attrs.field(factory=lambda: uuid.uuid4().hex)
    version: str = attrs.field(factory=_version)
    data: str | None = None


@attrs.frozen
class Service:
    """What the parts of the application share."""

    store: Store
    settings: local_settings.Settings = attrs.field(factory=local_settings.Settings)
    clock: local_settings.Clock = local_settings.now
    identity: Identity = attrs.field(factory=Identity)
    faults: Faults = attrs.field(factory=Faults)
    requests: RequestLog = attrs.field(factory=RequestLog)
    reviewers: Reviewers = attrs.field(
        init=False, default=attrs.Factory(lambda self: Reviewers(self.settings.review_handlers), takes_self=True)
    )
    chat: Chat = attrs.field(
        init=False, default=attrs.Factory(lambda self: Chat(self.store, self.clock), takes_self=True)
    )

    delivery: LogDelivery | None = attrs.field(
        init=False, default=attrs.Factory(lambda self: self._new_delivery(), takes_self=True)
    )

    def _new_delivery(self) -> LogDelivery | None:
        if self.settings.logs is None:
            return None
        delivery = LogDelivery(self.store, self.clock, self.settings.logs)
        self.chat.observe(delivery.observe)
        return delivery

    def close(self) -> None:
        """Write out what is still to be delivered, and close the store."""
        if self.delivery:
            self.delivery.close()
        self.store.close()

    def reset(self) -> None:
        """
        Bring it back to its start: nobody connected, and no resources, faults or logged requests.

        Records that were delivered stay: they belong to their destination.
        """
        self.store.clear()
        self.chat.clear()
        self.reviewers.reset()
        self.faults.clear()
        self.requests.clear()
