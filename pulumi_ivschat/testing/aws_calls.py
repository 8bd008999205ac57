"""
A guard against calls to AWS while a test uses the service.

Code that creates a client when it is imported does so before the test: the client has the person's real credentials, and AWS's
address. Its calls must fail, not succeed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

_AWS: Final = re.compile(r"(.+\.)?(amazonaws\.com(\.cn)?|api\.aws)")
_SESSIONS: Final = {
    "botocore.httpsession": "URLLib3Session",
    "aiobotocore.httpsession": "AIOHTTPSession",
    "aiobotocore.httpxsession": "HttpxSession",
}
"""By module: the class whose `send` has all requests of a client, those of aioboto3 included."""
_MESSAGE: Final = (
    "a test that uses the local IVS Chat service does not call {host}. The client was created before the test, so it does not "
    "know the service. Create it in a function, or import its module in a fixture that uses `ivschat`."
)


class AwsCallRefused(RuntimeError):
    """
    Raised when a client of boto3 or aiobotocore would call AWS in a test that uses the local service.

    Create the client in a function, or import its module in a fixture that uses `ivschat`: a client keeps the endpoint that it had
    when it was created.
    """


@contextmanager
def refused() -> Iterator[None]:
    """Let calls of boto3 and aiobotocore to AWS's hosts raise AwsCallRefused until the end of the block."""
    with ExitStack() as stack:
        for module, name in _SESSIONS.items():
            if module in sys.modules:  # otherwise there is no client yet, and a later one reads the environment
                stack.enter_context(_guarded(getattr(sys.modules[module], name)))
        yield


@contextmanager
def _guarded(session: Any) -> Iterator[None]:
    send = session.send

    def guarded_send(self: object, request: Any) -> Any:
        host = urlsplit(request.url).hostname or ""
        if _AWS.fullmatch(host):
            raise AwsCallRefused(_MESSAGE.format(host=host))
        return send(self, request)  # with aiobotocore an awaitable

    session.send = guarded_send
    try:
        yield
    finally:
        session.send = send
