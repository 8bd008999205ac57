"""Signatures (Signature Version 4) that are right in themselves, but of another time, or for another scope."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

_ALGORITHM: Final = "AWS4-HMAC-SHA256"


class Scoped(SigV4Auth):
    """
    Signs as botocore does; *seconds* later, and for a scope *days* later.

    It has the region and service that it is given, be they those of the request or not.
    """

    def __init__(self, credentials: Credentials, service: str, region: str, *, seconds: int = 0, days: int = 0) -> None:
        super().__init__(credentials, service, region)
        signed = datetime.now(timezone.utc) + timedelta(seconds=seconds)
        self._time = f"{signed:%Y%m%dT%H%M%SZ}"
        self._day = f"{signed + timedelta(days=days):%Y%m%d}"
        self._place = f"{region}/{service}/aws4_request"

    def credential_scope(self, request: Any) -> str:
        """Return the scope: day, region, service."""
        del request
        return f"{self._day}/{self._place}"

    def add_auth(self, request: AWSRequest) -> None:
        """Sign a request."""
        request.headers["X-Amz-Date"] = self._time
        if self.credentials.token:
            request.headers["X-Amz-Security-Token"] = self.credentials.token
        request.context["timestamp"] = self._time
        text = self.string_to_sign(request, self.canonical_request(request))
        request.context["timestamp"] = f"{self._day}{self._time[8:]}"  # the day of the key
        names = self.signed_headers(self.headers_to_sign(request))
        credential = f"{self.credentials.access_key}/{self.credential_scope(request)}"
        signature = self.signature(text, request)
        request.headers["Authorization"] = (
            f"{_ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}"
        )
