"""One running local service: its settings and all it holds."""

from __future__ import annotations

import importlib.metadata
import uuid

import attrs

from pulumi_ivschat.local import settings as local_settings
from pulumi_ivschat.local.authorization import AttachedPolicies
from pulumi_ivschat.local.faults import Faults
from pulumi_ivschat.local.feed import CALL, FRAME, Feed
from pulumi_ivschat.local.log_delivery import LogDelivery
from pulumi_ivschat.local.messaging import Chat, Frame
from pulumi_ivschat.local.quotas import AccountRates
from pulumi_ivschat.local.request_log import RequestLog
from pulumi_ivschat.local.review import Reviewers
from pulumi_ivschat.local.store import Store
from pulumi_ivschat.model.conversion import iso8601


def _version() -> str:
    try:
        return importlib.metadata.version("pulumi-ivschat")
    except importlib.metadata.PackageNotFoundError:
        return "0"


@attrs.frozen
class Identity:
    """How a service is distinguished from others: *instance* is new with every start; *data* is its directory, if any."""

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
    feed: Feed = attrs.field(factory=Feed)
    reviewers: Reviewers = attrs.field(
        init=False, default=attrs.Factory(lambda self: self._new_reviewers(), takes_self=True)
    )
    rates: AccountRates = attrs.field(
        init=False, default=attrs.Factory(lambda self: AccountRates(self.settings.account_rates), takes_self=True)
    )
    policies: AttachedPolicies = attrs.field(
        init=False, default=attrs.Factory(lambda self: AttachedPolicies(self.settings), takes_self=True)
    )
    chat: Chat = attrs.field(
        init=False, default=attrs.Factory(lambda self: Chat(self.store, self.clock, self.rates), takes_self=True)
    )
    delivery: LogDelivery | None = attrs.field(
        init=False, default=attrs.Factory(lambda self: self._new_delivery(), takes_self=True)
    )

    def close(self) -> None:
        """Write out what is still to be delivered, and close the store."""
        if self.delivery:
            self.delivery.close()
        self.store.close()

    def __attrs_post_init__(self) -> None:
        """Add everything that happens to the feed and to the logs."""
        self.chat.observe(self._frame)
        if self.delivery:
            self.chat.observe(self.delivery.observe)
        self.requests.observe(lambda request: self.feed.add(CALL, request.document()))

    def _new_reviewers(self) -> Reviewers:
        return Reviewers(self.settings.review_handlers, self.settings.review_timeout, self._frame)

    def _new_delivery(self) -> LogDelivery | None:
        return LogDelivery(self.store, self.clock, self.settings.logs) if self.settings.logs else None

    def _frame(self, room: str, frame: Frame) -> None:
        self.feed.add(FRAME, {"room": room, "time": iso8601(self.clock()), "frame": frame})

    def reset(self) -> None:
        """
        Bring it back to its start: nobody connected, and no resources, faults or logged requests.

        Records that were delivered stay: they belong to their destination.
        """
        self.store.clear()
        self.chat.clear()
        self.rates.clear()
        self.reviewers.reset()
        self.policies.reset()
        self.faults.clear()
        self.requests.clear()
        self.feed.clear()
