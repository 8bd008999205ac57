"""The endpoint as a Lambda function, `token_backend.lambda_function.handler`, behind an HTTP API of API Gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .endpoint import Endpoint

_ENDPOINT: Final = Endpoint.from_environment()


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:
    """Answer a request in the payload format 2.0."""
    del context
    # API Gateway writes the names of headers in lower case.
    answer = _ENDPOINT.answer(event["requestContext"]["http"]["method"], event.get("headers", {}))
    return {"statusCode": int(answer.status), "headers": dict(answer.headers), "body": answer.body}
