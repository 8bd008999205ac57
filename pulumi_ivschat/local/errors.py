"""Errors as the service answers them: AWS's code, a status, and the members that the service model names."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable, Mapping
from typing import Any, Final

from pulumi_ivschat.local.store_file import StoreError
from pulumi_ivschat.model.service_model import Shape, operations
from pulumi_ivschat.model.validation import API_NAMES, Failure, failures

# Errors that every AWS service may answer, beside those that the service model of IVS Chat names.
_COMMON_STATUSES: Final[Mapping[str, int]] = {
    "ExpiredTokenException": 403,
    "IncompleteSignatureException": 403,
    "InternalFailure": 500,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "NotAuthorized": 403,
    "OptInRequired": 403,
    "RequestEntityTooLargeException": 413,
    "RequestExpired": 400,
    "RequestTimeoutException": 408,
    "SerializationException": 400,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "TooManyRequestsException": 429,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 403,
    "UnsupportedMediaTypeException": 415,
}


_LOG: Final = logging.getLogger("pulumi_ivschat.local")


class ApiError(Exception):
    """Raised when a request is answered with an error; *members* are the modelled ones beside the message."""

    def __init__(self, code: str, message: str, /, **members: Any) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.members = members

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @property
    def status(self) -> int:
        """Return the HTTP status: the service model's, else AWS's for its common errors, else 400."""
        shape = _modelled().get(self.code)
        return (shape.status if shape else None) or _COMMON_STATUSES.get(self.code, 400)

    def body(self) -> dict[str, Any]:
        """Return the JSON body, with every member that the service model requires of this error."""
        shape = _modelled().get(self.code)
        required = {name: _filler(shape.members[name]) for name in shape.required} if shape else {}
        return {**required, **self.members, "message": self.message}


def _modelled() -> Mapping[str, Shape]:
    return {error.name: error for operation in operations().values() for error in operation.errors}


def _filler(member: Shape) -> Any:
    if member.choices:
        return member.choices[-1]
    return 0 if member.type == "integer" else "unknown"


_MOST_FAILURES: Final = 50
"""Failures that an answer lists; a request may hold thousands."""


def check(inner: Shape, given: Mapping[str, Any]) -> None:
    """Raise the ValidationException for the first failures of an input, which is in the API's casing."""
    if found := list(itertools.islice(failures(inner, given, names=API_NAMES), _MOST_FAILURES)):
        raise invalid(found)


def invalid(found: Iterable[Failure]) -> ApiError:
    """Return the ValidationException that lists these failures by field."""
    fields = [{"name": failure.property, "message": failure.reason} for failure in found]
    message = "; ".join(f"{field['name']} {field['message']}".strip() for field in fields)
    return ApiError("ValidationException", message, reason="FIELD_VALIDATION_FAILED", fieldList=fields)


def not_found(arn: str) -> ApiError:
    """Return the ResourceNotFoundException for an ARN."""
    return ApiError(
        "ResourceNotFoundException",
        f"Resource {arn} does not exist",
        resourceId=arn.rpartition("/")[2],
        resourceType="ROOM",
    )


def unusable(error: StoreError) -> ApiError:
    """Return the InternalServerException for a store that cannot be used, and log it: it names the file and the remedy."""
    _LOG.error("%s", error)
    return ApiError("InternalServerException", str(error))


def malformed(message: str) -> ApiError:
    """Return the SerializationException for a body that is not what the operation takes."""
    return ApiError("SerializationException", message)


def unknown_operation() -> ApiError:
    """Return what AWS answers to a method and path that it does not have."""
    return ApiError("UnknownOperationException", "The action or operation requested is not known")


def throttling(account: str, limit: int) -> ApiError:
    """Return the ThrottlingException for one call too many in a second."""
    return ApiError("ThrottlingException", "Rate exceeded", resourceId=account, resourceType="ROOM", limit=limit)
