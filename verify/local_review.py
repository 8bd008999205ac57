"""The review function of a run against a local service: registered there, and served by a thread of this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlsplit

from pulumi_ivschat.testing.review_functions import served
from verify.review_function import handler

_DONE: Final = 204


@contextmanager
def registered(url: str, arn: str) -> Iterator[None]:
    """Let `review_function.handler` review messages as a Lambda function, until the end of the block."""
    with served(handler, arn) as address:
        body = json.dumps({"arn": arn, "url": address})
        with closing(HTTPConnection(urlsplit(url).netloc, timeout=10)) as connection:
            connection.request("POST", "/_local/review-handlers", body)
            answer = connection.getresponse()
            if answer.status != _DONE:
                msg = f"the local service refused a review handler: {answer.read().decode()}"
                raise RuntimeError(msg)
        yield
