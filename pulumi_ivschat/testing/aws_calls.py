"""
A guard against calls to AWS while a test uses the service.

Code that creates a client when it is imported does so before the test: the client has the person's real credentials, and AWS's
address. Its calls must fail, not succeed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

_AWS: Final = re.compile(r"(.+\.)?(amazonaws\.com(\.cn)?|api\.aws)")
_MESSAGE: Final = (
    "a test that uses the local IVS Chat service does not call {host}. The client was created before the test, so it does not "
    "know the service. Create it in a function, or import its module in a fixture that uses `ivschat`."
)


class AwsCallRefused(RuntimeError):
    """
    Raised when a client of boto3 would call AWS in a test that uses the local service.

    Create the client in a function, or import its module in a fixture that uses `ivschat`: a client keeps the endpoint that it had
    when it was created.
    """


@contextmanager
def refused() -> Iterator[None]:
    """Let calls of boto3 to AWS's hosts raise AwsCallRefused until the end of the block."""
    module: Any = sys.modules.get("botocore.httpsession")
    if module is None:  # then there is no client yet, and a later one reads the environment
        yield
        return
    session, send = module.URLLib3Session, module.URLLib3Session.send

    def guarded_send(self: object, request: Any) -> Any:
        host = urlsplit(request.url).hostname or ""
        if _AWS.fullmatch(host):
            raise AwsCallRefused(_MESSAGE.format(host=host))
        return send(self, request)

    session.send = guarded_send
    try:
        yield
    finally:
        session.send = send
