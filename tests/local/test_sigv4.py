"""Signatures: an independent signer against the verifier, and everything that must not pass."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, strategies as st

from pulumi_ivschat.local.access_keys import LOCAL, AccessKey
from pulumi_ivschat.local.rest_json import Answer
from pulumi_ivschat.local.service import Service
from pulumi_ivschat.local.sigv4 import Headers, Received, authenticate
from tests.drawn import drawn
from tests.local.conftest import HOST

Ask: TypeAlias = Callable[..., Answer]
Sign: TypeAlias = Callable[..., dict[str, str]]

BODY = b'{"name":"lobby"}'


def _code(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.headers.get("x-amzn-errortype", "")


def _message(answer: Answer) -> str:
    return str(json.loads(answer.body)["message"])


def test_a_signed_request_gets_in(ask: Ask) -> None:
    assert ask("ListRooms").status == 200


def test_an_unsigned_request_lacks_a_token(send: Ask) -> None:
    answer = send("POST", "/ListRooms", {"host": "127.0.0.1:4566"}, b"{}")

    assert _code(answer) == (403, "MissingAuthenticationTokenException")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic bG9jYWw6bG9jYWw=",
        "AWS4-HMAC-SHA512 Credential=a/b/c/d/e, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=local/20260131/us-west-2/ivschat/aws4_request, SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host;x-amz-date, Signature=00",
        "AWS4-HMAC-SHA256 Credential, SignedHeaders, Signature",
        "AWS4-HMAC-SHA256 ,,,=,=",
    ],
)
def test_an_authorization_header_of_another_form_is_incomplete(authorization: str, ask: Ask) -> None:
    assert _code(ask("ListRooms", authorization=authorization)) == (403, "IncompleteSignatureException")


def test_two_authorization_headers_count_as_missing(sign: Sign, send: Ask) -> None:
    headers = sign("POST", "/ListRooms", b"{}")

    assert send("POST", "/ListRooms", {**headers, "Authorization": headers["authorization"]}, b"{}").status == 403


@pytest.mark.parametrize(
    "stamp", ["2026-01-31T08:00:00Z", "20260131T080000", "20261331T080000Z", "x" * 16, "²0260131T080000Z"]
)
def test_a_time_of_another_form_is_incomplete(stamp: str, ask: Ask) -> None:
    assert _code(ask("ListRooms", stamp=stamp)) == (403, "IncompleteSignatureException")


def test_a_request_without_a_time_is_incomplete(sign: Sign, send: Ask) -> None:
    headers = sign("POST", "/ListRooms", b"{}")
    del headers["x-amz-date"]

    assert _code(send("POST", "/ListRooms", headers, b"{}")) == (403, "IncompleteSignatureException")


def test_an_unknown_access_key_is_not_recognised(ask: Ask) -> None:
    answer = ask("ListRooms", key=AccessKey("AKIAEXAMPLE", "local", "000000000000"))

    assert _code(answer) == (403, "UnrecognizedClientException")
    assert _message(answer) == "The security token included in the request is invalid."


def test_a_wrong_secret_does_not_get_in(ask: Ask) -> None:
    answer = ask("ListRooms", key=AccessKey("local", "guess", "000000000000"))

    assert _code(answer) == (403, "InvalidSignatureException")
    assert _message(answer).startswith("The request signature we calculated does not match")


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("POST", "/CreateRoom", BODY + b" "),
        ("PUT", "/CreateRoom", BODY),
        ("POST", "/DeleteRoom", BODY),
        ("POST", "/CreateRoom?x=y", BODY),
        ("POST", "/CreateRoom/", BODY),
        ("POST", "/./CreateRoom", BODY),
        ("POST", "/x/../CreateRoom", BODY),
        ("POST", "//CreateRoom", BODY),
        ("POST", "/%43reateRoom", BODY),
    ],
)
def test_an_altered_request_does_not_get_in(method: str, target: str, body: bytes, sign: Sign, send: Ask) -> None:
    headers = sign("POST", "/CreateRoom", BODY)

    assert _code(send(method, target, headers, body)) == (403, "InvalidSignatureException")


def test_an_altered_signed_header_does_not_get_in(sign: Sign, send: Ask) -> None:
    headers = sign("POST", "/CreateRoom", BODY, headers={"content-type": "application/json"})

    answer = send("POST", "/CreateRoom", {**headers, "content-type": "text/plain"}, BODY)

    assert _code(answer) == (403, "InvalidSignatureException")


def test_a_tag_path_in_lower_case_escapes_was_not_what_was_signed(
    call: Callable[..., Any], sign: Sign, send: Ask
) -> None:
    room = call("CreateRoom")["arn"]
    target = "/tags/" + room.replace(":", "%3A").replace("/", "%2F")

    headers = sign("GET", target)

    assert send("GET", target, headers).status == 200
    assert _code(send("GET", target.replace("%3A", "%3a"), headers)) == (403, "InvalidSignatureException")


def test_unsigned_headers_do_not_matter(sign: Sign, send: Ask) -> None:
    headers = {**sign("POST", "/CreateRoom", BODY), "amz-sdk-request": "attempt=1", "accept-encoding": "identity"}

    assert send("POST", "/CreateRoom", headers, BODY).status == 200


def test_the_order_of_query_members_does_not_matter(call: Callable[..., Any], sign: Sign, send: Ask) -> None:
    room = call("CreateRoom", {"tags": {"a": "", "b": "", "c": ""}})["arn"]
    target = "/tags/" + room.replace(":", "%3A").replace("/", "%2F")

    answer = send("DELETE", f"{target}?tagKeys=b&tagKeys=a", sign("DELETE", f"{target}?tagKeys=a&tagKeys=b"))

    assert answer.status == 200
    assert call("ListTagsForResource", {"resourceArn": room})["tags"] == {"c": ""}


def test_an_altered_query_does_not_get_in(call: Callable[..., Any], sign: Sign, send: Ask) -> None:
    room = call("CreateRoom")["arn"]
    target = "/tags/" + room.replace(":", "%3A").replace("/", "%2F")

    answer = send("DELETE", f"{target}?tagKeys=b", sign("DELETE", f"{target}?tagKeys=a"))

    assert _code(answer) == (403, "InvalidSignatureException")


def test_host_and_time_must_be_signed(ask: Ask) -> None:
    for signed_headers in (["x-amz-date"], ["host"]):
        answer = ask("ListRooms", signed_headers=signed_headers)
        assert _code(answer) == (403, "InvalidSignatureException")
        assert "must be a 'SignedHeader'" in _message(answer)


def test_a_session_token_must_be_signed(ask: Ask, temporary_key: AccessKey) -> None:
    answer = ask("ListRooms", key=temporary_key, signed_headers=["host", "x-amz-date"])

    assert "'x-amz-security-token' must be a 'SignedHeader'" in _message(answer)


def test_a_header_that_is_signed_must_be_sent(ask: Ask) -> None:
    answer = ask("ListRooms", signed_headers=["host", "not-sent", "x-amz-date"])

    assert _code(answer) == (403, "InvalidSignatureException")


@pytest.mark.parametrize(
    ("scope", "says"),
    [
        ("20260131/us-east-2/ivschat/aws4_request", "scoped to a valid region, not 'us-east-2'"),
        ("20260131//ivschat/aws4_request", "scoped to a valid region, not ''"),
        ("20260131/us-west-2/ivs/aws4_request", "scoped to correct service: 'ivschat'"),
        ("20260131/us-west-2/ivschat/aws5_request", "valid terminator: 'aws4_request'"),
        ("20260130/us-west-2/ivschat/aws4_request", "Date in Credential scope does not match YYYYMMDD"),
    ],
)
def test_the_scope_must_be_of_this_service_a_region_of_it_and_the_day(scope: str, says: str, ask: Ask) -> None:
    answer = ask("ListRooms", scope=scope)

    assert _code(answer) == (403, "InvalidSignatureException")
    assert says in _message(answer)


@pytest.mark.parametrize(("seconds", "status"), [(300, 200), (301, 403), (-299, 200), (-301, 403), (86_400, 403)])
def test_a_request_is_good_for_five_minutes_either_way(
    seconds: float, status: int, sign: Sign, send: Ask, pass_time: Callable[[float], None]
) -> None:
    headers = sign("POST", "/CreateRoom", BODY)
    pass_time(seconds if seconds < 0 else int(seconds) - 0.123)

    answer = send("POST", "/CreateRoom", headers, BODY)

    assert answer.status == status
    if status != 200:
        assert ("Signature expired: " if seconds > 0 else "Signature not yet current: ") in _message(answer)


@pytest.mark.parametrize("settings", [{"clock_skew": 86_400}], indirect=True)
def test_the_setting_changes_how_far_a_clock_may_be_off(
    sign: Sign, send: Ask, pass_time: Callable[[float], None]
) -> None:
    headers = sign("POST", "/CreateRoom", BODY)

    pass_time(86_000)
    assert send("POST", "/CreateRoom", headers, BODY).status == 200
    pass_time(1000)
    assert " - 1440 min.)" in _message(send("POST", "/CreateRoom", headers, BODY))


def test_a_body_hash_that_is_sent_must_be_the_body_s(sign: Sign, send: Ask) -> None:
    for claim in (hashlib.sha256(BODY).hexdigest(), "UNSIGNED-PAYLOAD"):
        headers = sign("POST", "/CreateRoom", BODY, headers={"x-amz-content-sha256": claim})
        other = b'{"name":"other"}'
        assert _code(send("POST", "/CreateRoom", headers, other)) == (403, "InvalidSignatureException")


def test_a_body_hash_that_is_right_gets_in(sign: Sign, send: Ask) -> None:
    claim = {"x-amz-content-sha256": hashlib.sha256(BODY).hexdigest()}

    assert send("POST", "/CreateRoom", sign("POST", "/CreateRoom", BODY, headers=claim), BODY).status == 200


def test_a_temporary_key_gets_in_with_its_token_until_it_expires(
    ask: Ask, temporary_key: AccessKey, pass_time: Callable[[float], None]
) -> None:
    assert ask("ListRooms", key=temporary_key).status == 200

    pass_time(3600)

    assert _code(ask("ListRooms", key=temporary_key)) == (403, "ExpiredTokenException")


@pytest.mark.parametrize("token", [None, "another"])
def test_a_temporary_key_without_its_token_is_not_recognised(
    token: str | None, ask: Ask, temporary_key: AccessKey
) -> None:
    answer = ask("ListRooms", key=AccessKey(temporary_key.id, temporary_key.secret, temporary_key.account, token))

    assert _code(answer) == (403, "UnrecognizedClientException")


def test_a_token_with_a_key_that_has_none_is_not_recognised(ask: Ask) -> None:
    answer = ask("ListRooms", key=AccessKey("local", "local", "000000000000", "some-token"))

    assert _code(answer) == (403, "UnrecognizedClientException")


def test_an_unknown_operation_is_reported_only_to_who_is_known(sign: Sign, send: Ask) -> None:
    signed = send("POST", "/NoSuchOperation", sign("POST", "/NoSuchOperation", b"{}"), b"{}")
    unsigned = send("POST", "/NoSuchOperation", {"host": "127.0.0.1:4566"}, b"{}")

    assert (signed.status, unsigned.status) == (404, 403)


NAMES = st.sampled_from(["accept", "content-type", "x-amz-meta-a", "x-twice"])
TEXTS = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]))


@drawn(100)
@given(headers=st.lists(st.tuples(NAMES, TEXTS)), query=st.from_regex(r"([a-z]=?[%a-z0-9]*&?)*", fullmatch=True))
def test_the_signature_of_any_request_is_botocore_s(
    headers: list[tuple[str, str]], query: str, time: Callable[[], datetime], service: Service
) -> None:
    stamp = f"{time():%Y%m%dT%H%M%SZ}"
    request = AWSRequest("POST", f"http://{HOST}/tags/a%3Ab~?{query}", data=BODY)
    for name, value in [("host", HOST), ("x-amz-date", stamp), *headers]:
        request.headers.add_header(name, value)
    request.context["timestamp"] = stamp
    signer: Any = SigV4Auth(Credentials(LOCAL.id, LOCAL.secret), "ivschat", "us-west-2")
    signature = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    signer._inject_signature_to_request(request, signature)  # noqa: SLF001  no public method signs without a clock of its own

    received = Received(
        "POST", "/tags/a%3Ab~", query, Headers((n.lower(), v) for n, v in request.headers.items()), BODY
    )

    assert authenticate(received, service.settings, time()).region == "us-west-2"
