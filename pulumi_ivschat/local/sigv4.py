"""
Verification of AWS Signature Version 4, with AWS's errors.

A server must validate the choices of a signer: signed headers, the hash of the body, the raw request target, the scope and the
time. The signature is computed here and not by botocore's signer, which copies headers into objects that parse mail;
a test compares the two.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, KeysView, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

import attrs

from pulumi_ivschat.local.access_keys import AccessKey
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.settings import Settings

_ALGORITHM: Final = "AWS4-HMAC-SHA256"
_SERVICE: Final = "ivschat"
_TERMINATOR: Final = "aws4_request"
_TIME: Final = "%Y%m%dT%H%M%SZ"
_TIME_FORM: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_ISO_8601: Final = "%s-%s-%sT%s:%s:%s+00:00"
_PARAMETERS: Final = ("Credential", "Signature", "SignedHeaders")
_SIGNED_IF_SENT: Final = ("x-amz-date", "x-amz-security-token")
_SCOPE_PARTS: Final = 5


class Headers:
    """The headers of a request by their names in lower case, each with all its values in order."""

    def __init__(self, headers: Iterable[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in headers:
            self._values.setdefault(name, []).append(value)

    def names(self) -> KeysView[str]:
        """Return the names."""
        return self._values.keys()

    def get_all(self, name: str) -> list[str]:
        """Return all values of a header, none if it is absent."""
        return self._values.get(name, [])


@attrs.frozen
class Received:
    """A request as it came in: *target* is the raw path, undecoded."""

    method: str
    target: str
    query: str
    headers: Headers = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def header(self, name: str) -> str | None:
        """Return the value of a header, None if it is absent or more than one."""
        values = self.headers.get_all(name)
        return values[0] if len(values) == 1 else None


@attrs.frozen
class Signer:
    """The access key that signed a request, and the region that it names."""

    access_key: AccessKey
    region: str


@attrs.frozen
class _Authorization:
    """What an Authorization header says; the names of the signed headers are sorted, each of them once."""

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
    _check_skew(time, now, timedelta(seconds=settings.clock_skew))
    digest = hashlib.sha256(received.body).hexdigest()
    _check_body(received, digest)
    expected = _signature(received, authorization, key, digest)
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
    parameters = {name: value for name, _, value in [part.strip().partition("=") for part in rest.split(",")]}
    if missing := [name for name in _PARAMETERS if not parameters.get(name)]:
        raise _incomplete(" ".join(f"Authorization header requires '{name}' parameter." for name in missing))
    credential = parameters["Credential"].rsplit("/", _SCOPE_PARTS - 1)
    if len(credential) != _SCOPE_PARTS:
        msg = f"Credential must have {_SCOPE_PARTS} elements: keyid/date/region/service/aws4_request."
        raise _incomplete(msg)
    signed_headers = tuple(sorted(set(parameters["SignedHeaders"].split(";"))))
    return _Authorization(tuple(credential), signed_headers, parameters["Signature"])


def _signed_time(received: Received) -> datetime:
    text = received.header("x-amz-date")
    if text is None:
        msg = "Authorization header requires existence of an 'X-Amz-Date' header."
        raise _incomplete(msg)
    found = _TIME_FORM.fullmatch(text)
    if not found:
        raise _not_a_time()
    try:
        return datetime.fromisoformat(_ISO_8601 % found.groups())
    except ValueError:
        raise _not_a_time() from None


def _check_signed_headers(received: Received, authorization: _Authorization) -> None:
    sent, signed = received.headers.names(), authorization.signed_headers
    if "host" not in signed:
        msg = "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
        raise _invalid(msg)
    for name in _SIGNED_IF_SENT:
        if name in sent and name not in signed:
            msg = f"'{name}' must be a 'SignedHeader' in the AWS Authorization."
            raise _invalid(msg)
    for name in signed:
        if name not in sent:
            msg = f"Signed header '{name[:80]}' is not in the request."
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


def _check_skew(time: datetime, now: datetime, skew: timedelta) -> None:
    if abs(time - now) <= skew:
        return
    minutes = f"{skew / timedelta(minutes=1):g} min."
    if time < now:
        msg = f"Signature expired: {time:{_TIME}} is now earlier than {now - skew:{_TIME}} ({now:{_TIME}} - {minutes})"
        raise _invalid(msg)
    msg = f"Signature not yet current: {time:{_TIME}} is still later than {now + skew:{_TIME}} ({now:{_TIME}} + {minutes})"
    raise _invalid(msg)


def _check_body(received: Received, digest: str) -> None:
    if any(claim != digest for claim in received.headers.get_all("x-amz-content-sha256")):
        msg = "The provided 'x-amz-content-sha256' header does not match what was computed."
        raise _invalid(msg)


def _signature(received: Received, authorization: _Authorization, key: AccessKey, digest: str) -> str:
    """Return the signature that a request must have, of which *digest* is the SHA-256 of the body in hexadecimal."""
    _, date, region, *_ = authorization.credential
    canonical = hashlib.sha256(_canonical(received, authorization.signed_headers, digest).encode()).hexdigest()
    scope = f"{date}/{region}/{_SERVICE}/{_TERMINATOR}"
    text = f"{_ALGORITHM}\n{received.header('x-amz-date')}\n{scope}\n{canonical}"
    return hmac.digest(_signing_key(key.secret, date, region), text.encode(), "sha256").hex()


def _canonical(received: Received, names: Sequence[str], digest: str) -> str:
    """
    Return a request in canonical form, with the headers that the client signed, whose *names* are sorted.

    The route is found by the raw path, so that very path is what must be signed: nothing in it is normalized.
    """
    path = quote(received.target or "/", safe="/~")
    query = "&".join(f"{name}={value}" for name, _, value in sorted(_pairs(received.query))) if received.query else ""
    headers = "\n".join([f"{name}:{_trimmed(received.headers.get_all(name))}" for name in names])
    return f"{received.method}\n{path}\n{query}\n{headers}\n\n{';'.join(names)}\n{digest}"


def _pairs(query: str) -> Iterator[tuple[str, str, str]]:
    return (member.partition("=") for member in query.split("&"))


def _trimmed(values: Iterable[str]) -> str:
    return ",".join([" ".join(value.split()) for value in values])


@functools.lru_cache(maxsize=64)
def _signing_key(secret: str, date: str, region: str) -> bytes:
    """Return the key that a day's requests in a region are signed with (Signature Version 4, step 3)."""
    key = f"AWS4{secret}".encode()
    for part in (date, region, _SERVICE, _TERMINATOR):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _not_a_time() -> ApiError:
    return _incomplete("Date must be in ISO-8601 'basic format' in 'X-Amz-Date', for example 20260131T080000Z.")


def _invalid(message: str) -> ApiError:
    return ApiError("InvalidSignatureException", message)


def _incomplete(message: str) -> ApiError:
    return ApiError("IncompleteSignatureException", message)
