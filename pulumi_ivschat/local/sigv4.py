"""
Verification of AWS Signature Version 4, with AWS's errors.

The signature itself is botocore's work. This module validates what botocore trusts and a server must not: which headers are
signed, the hash of the body, the raw request target, the scope and the time.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime, timedelta, timezone
from typing import Any, Final
from urllib.parse import quote

import attrs
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from pulumi_ivschat.local.access_keys import AccessKey
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.settings import Settings

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_SERVICE: Final = "ivschat"
_TERMINATOR: Final = "aws4_request"
_SKEW: Final = timedelta(minutes=5)
_TIME: Final = "%Y%m%dT%H%M%SZ"
_TIME_FORM: Final = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_PARAMETERS: Final = ("Credential", "Signature", "SignedHeaders")
_SCOPE_PARTS: Final = 5


@attrs.frozen
class Received:
    """A request as it came in: *target* is the raw path, undecoded; *headers* have lower-case names, in order."""

    method: str
    target: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = attrs.field(repr=False)

    def header(self, name: str) -> str | None:
        """Return the value of a header, None if it is absent or more than one."""
        values = [value for header, value in self.headers if header == name]
        return values[0] if len(values) == 1 else None


@attrs.frozen
class Signer:
    """The access key that signed a request, and the region that it names."""

    access_key: AccessKey
    region: str


@attrs.frozen
class _Authorization:
    credential: tuple[str, ...]
    signed_headers: tuple[str, ...]
    signature: str

    @property
    def access_key_id(self) -> str:
        return self.credential[0]

    @property
    def region(self) -> str:
        return self.credential[2]


def authenticate(received: Received, settings: Settings, now: datetime) -> Signer:
    """Return the signer of a request; raise ApiError with AWS's code for anything else."""
    authorization = _authorization(received)
    time = _signed_time(received)
    _check_signed_headers(received, authorization)
    _check_scope(authorization, settings, received)
    key = _access_key(received, authorization, settings, now)
    _check_skew(time, now)
    _check_body(received)
    expected = _Verifier(key, authorization).signature_of(received)
    if not hmac.compare_digest(expected.encode(), authorization.signature.encode()):
        msg = (
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret "
            "Access Key and signing method. Consult the service documentation for details."
        )
        raise _invalid(msg)
    return Signer(access_key=key, region=authorization.region)


def _authorization(received: Received) -> _Authorization:
    header = received.header("authorization")
    if header is None:
        error = ApiError("MissingAuthenticationTokenException", "Missing Authentication Token")
        raise error
    algorithm, _, rest = header.partition(" ")
    if algorithm != _ALGORITHM:
        msg = f"Unsupported AWS 'algorithm': only {_ALGORITHM} is supported."
        raise _incomplete(msg)
    parts = (part.strip().partition("=") for part in rest.split(","))
    parameters = {name: value for name, _, value in parts}
    if missing := [name for name in _PARAMETERS if not parameters.get(name)]:
        raise _incomplete(" ".join(f"Authorization header requires '{name}' parameter." for name in missing))
    credential = parameters["Credential"].rsplit("/", _SCOPE_PARTS - 1)
    if len(credential) != _SCOPE_PARTS:
        msg = f"Credential must have {_SCOPE_PARTS} elements: keyid/date/region/service/aws4_request."
        raise _incomplete(msg)
    signed_headers = tuple(parameters["SignedHeaders"].split(";"))
    return _Authorization(tuple(credential), signed_headers, parameters["Signature"])


def _signed_time(received: Received) -> datetime:
    text = received.header("x-amz-date")
    if text is None:
        msg = "Authorization header requires existence of an 'X-Amz-Date' header."
        raise _incomplete(msg)
    if not _TIME_FORM.fullmatch(text):
        raise _not_a_time()
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=timezone.utc)
    except ValueError:
        raise _not_a_time() from None


def _check_signed_headers(received: Received, authorization: _Authorization) -> None:
    if "host" not in authorization.signed_headers:
        msg = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        raise _invalid(msg)
    required = {"x-amz-date", "x-amz-security-token"} & {name for name, _ in received.headers}
    for name in sorted(required - set(authorization.signed_headers)):
        msg = f"'{name}' must be a 'SignedHeader' in the AWS Authorization."
        raise _invalid(msg)
    if absent := sorted(set(authorization.signed_headers) - {name for name, _ in received.headers}):
        msg = f"Signed header '{absent[0][:80]}' is not in the request."
        raise _invalid(msg)


def _check_scope(authorization: _Authorization, settings: Settings, received: Received) -> None:
    _, date, region, service, terminator = authorization.credential
    if region not in settings.regions:
        msg = f"Credential should be scoped to a valid region, not '{region[:80]}'. "
        raise _invalid(msg)
    if service != _SERVICE:
        msg = f"Credential should be scoped to correct service: '{_SERVICE}'. "
        raise _invalid(msg)
    if terminator != _TERMINATOR:
        msg = f"Credential should be scoped with a valid terminator: '{_TERMINATOR}'. "
        raise _invalid(msg)
    time = received.header("x-amz-date") or ""
    if date != time[:8]:
        msg = (
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{date[:8]}' != '{time[:8]}', from '{time}'."
        )
        raise _invalid(msg)


def _access_key(received: Received, authorization: _Authorization, settings: Settings, now: datetime) -> AccessKey:
    key = settings.access_keys.get(authorization.access_key_id)
    token = received.header("x-amz-security-token")
    if key is None or not _same(token, key.session_token):
        error = ApiError("UnrecognizedClientException", "The security token included in the request is invalid.")
        raise error
    if key.expires is not None and key.expires <= now:
        error = ApiError("ExpiredTokenException", "The security token included in the request is expired")
        raise error
    return key


def _same(token: str | None, expected: str | None) -> bool:
    if token is None or expected is None:
        return token is expected
    return hmac.compare_digest(token.encode(), expected.encode())


def _check_skew(time: datetime, now: datetime) -> None:
    if time < now - _SKEW:
        msg = f"Signature expired: {time:{_TIME}} is now earlier than {now - _SKEW:{_TIME}} ({now:{_TIME}} - 5 min.)"
        raise _invalid(msg)
    if time > now + _SKEW:
        msg = (
            f"Signature not yet current: {time:{_TIME}} is still later than {now + _SKEW:{_TIME}} "
            f"({now:{_TIME}} + 5 min.)"
        )
        raise _invalid(msg)


def _check_body(received: Received) -> None:
    claims = {value for name, value in received.headers if name == "x-amz-content-sha256"}
    if claims - {hashlib.sha256(received.body).hexdigest()}:
        msg = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise _invalid(msg)


class _Verifier(SigV4Auth):
    """botocore's signer, which signs the headers that the client signed."""

    def __init__(self, key: AccessKey, authorization: _Authorization) -> None:
        super().__init__(Credentials(key.id, key.secret, key.session_token), _SERVICE, authorization.region)
        self._signed_headers = set(authorization.signed_headers)

    def signature_of(self, received: Received) -> str:
        url = f"http://{received.header('host')}{received.target}" + (f"?{received.query}" if received.query else "")
        request = AWSRequest(method=received.method, url=url, data=received.body)
        for name, value in received.headers:
            request.headers.add_header(name, value)
        request.context["timestamp"] = received.header("x-amz-date")
        signature: str = self.signature(self.string_to_sign(request, self.canonical_request(request)), request)
        return signature

    def headers_to_sign(self, request: Any) -> Any:
        headers = HTTPHeaders()
        for name, value in request.headers.items():
            if name in self._signed_headers:
                headers[name] = value
        return headers

    def payload(self, request: Any) -> str:
        return hashlib.sha256(request.data).hexdigest()

    def _normalize_url_path(self, path: str) -> str:
        # The route is found by the raw path, so that very path must be what was signed.
        return quote(path or "/", safe="/~")


def _not_a_time() -> ApiError:
    return _incomplete("Date must be in ISO-8601 'basic format' in 'X-Amz-Date', for example 20260131T080000Z.")


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidSignatureException", message)


def _incomplete(message: str) -> ApiError:
    return ApiError("IncompleteSignatureException", message)
