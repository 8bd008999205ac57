"""The service as a test sees it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import attrs

from pulumi_ivschat.local.access_keys import LOCAL
from pulumi_ivschat.model.service_model import REGIONS
from pulumi_ivschat.testing import aws_calls, environment
from pulumi_ivschat.testing.control_plane_client import client_for
from pulumi_ivschat.testing.service_process import ServiceProcess

if TYPE_CHECKING:
    from mypy_boto3_ivschat.client import IvschatClient


@attrs.define(eq=False)
class IvsChat:
    """An Amazon IVS Chat service on this machine."""

    _process: ServiceProcess
    _uncounted_rooms: set[str] = attrs.field(factory=set, init=False, repr=False)
    _functions: int = attrs.field(default=0, init=False, repr=False)
    _running: ExitStack = attrs.field(factory=ExitStack, init=False, repr=False)

    @property
    def url(self) -> str:
        """Return the address of the control plane, `http://127.0.0.1:PORT`."""
        return self._process.url

    @property
    def ws_url(self) -> str:
        """Return the address that chat clients connect to, `ws://127.0.0.1:PORT`."""
        return self.url.replace("http", "ws", 1)

    @property
    def region(self) -> str:
        """Return the region of `client`: that of the environment, else us-west-2. Raises ValueError if it has no IVS Chat."""
        region = environment.region()
        if region not in REGIONS:
            msg = f"IVS Chat is not in {region}, the region of the environment; set AWS_DEFAULT_REGION to {', '.join(REGIONS)}"
            raise ValueError(msg)
        return region

    @property
    def client(self) -> IvschatClient:
        """Return a boto3 client of the service, which makes each call once."""
        return client_for(self.url, self.region)

    def create_room(self, **members: Any) -> str:
        """Create a room, which `calls` does not count, and return its ARN; *members* are those of CreateRoom."""
        arn = self.client.create_room(**members)["arn"]
        self._uncounted_rooms.add(arn)
        return arn

    def reset(self) -> None:
        """Remove all rooms, messages, faults, review handlers and logged calls, and disconnect everybody."""
        self._process.ask("POST", "reset")
        self._uncounted_rooms.clear()
        self.stop_functions()

    def stop_functions(self) -> None:
        """Stop the review handlers that run in this process, or below it."""
        self._running.close()

    def fault(self, operation: str, **members: Any) -> None:
        """
        Let the next calls of an operation fail, wait, or lose their answer.

            ivschat.fault("CreateChatToken", error="ThrottlingException", count=2)

        docs/local-service.md lists the members: error, message, latency_seconds, drop, hang, body, count and others; `*` is any
        operation. Raises ValueError for one that the service does not know.
        """
        self._process.ask("POST", "faults", {"operation": operation, **members})

    def calls(self) -> list[str]:
        """Return the operations that were called since the last reset, in the order of their answers; 10,000 at most."""
        requests = self._process.ask("GET", "requests")["requests"]
        calls = [(request["operation"], request["identifier"]) for request in requests if request["operation"]]
        return [name for name, arn in calls if name != "CreateRoom" or arn not in self._uncounted_rooms]

    def messages(self, room: str) -> list[dict[str, Any]]:
        """
        Return the messages that the clients of a room were sent since the last reset, as AWS sends them.

        Each has `Id`, `Content`, `Attributes`, `Sender` and `SendTime`. *room* is an ARN. Raises RuntimeError if the service no
        longer has all of them: it keeps the latest 1,000 calls, messages and events.
        """
        return self._frames(room, "MESSAGE")

    def events(self, room: str) -> list[dict[str, Any]]:
        """Return the events that the clients of a room were sent, as `messages` does; each has `EventName`, `Attributes`."""
        return self._frames(room, "EVENT")

    def review_handler(
        self, handler: Callable[[Any, Any], Any] | str, arn: str | None = None, *, permission_after: float = 0
    ) -> str:
        """
        Register what reviews messages until the next reset, and return the ARN of a Lambda function, for rooms to name.

        *handler* is a Python function `(event, context)`, which runs in a thread of this process, or a text:
        `file.py:function`, `file.js:function`, `package.module:function` or `http://127.0.0.1:PORT/…`. If it raises, the room's
        fallback result applies, as on AWS. *arn* is the function's, if your code names one; its account is 000000000000.
        CreateRoom and UpdateRoom refuse the function in the first *permission_after* seconds.

        Raises ValueError if the handler cannot be loaded, or the ARN is not one.
        """
        from pulumi_ivschat.testing.review_functions import served  # noqa: PLC0415 - takes longer to load than all the rest

        self._functions += 1
        arn = arn or f"arn:aws:lambda:{self.region}:{LOCAL.account}:function:review-handler-{self._functions}"
        url = self._running.enter_context(served(handler, arn))
        document = {"arn": arn, "url": url, "permission_after": permission_after}
        self._process.ask("POST", "review-handlers", document)
        return arn

    def _frames(self, room: str, kind: str) -> list[dict[str, Any]]:
        answer = self._process.ask("GET", f"frames?room={quote(room)}")
        if not answer["complete"]:
            msg = "the service no longer has all messages and events: call reset() more often"
            raise RuntimeError(msg)
        return [frame for frame in answer["frames"] if frame["Type"] == kind]


@contextmanager
def in_use(process: ServiceProcess) -> Iterator[IvsChat]:
    """
    Yield a service without anything in it, which the environment names; then print what it has logged meanwhile.

    It is emptied once, at the begin: what a test leaves running may still call it after the test's end.
    """
    service = IvsChat(process)
    service.reset()
    try:
        with environment.of_service(process.url), aws_calls.refused():
            yield service
    finally:
        service.stop_functions()
        sys.stderr.write(process.new_log())
