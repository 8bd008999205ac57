"""The protocol below the operations: signatures, JSON, types, and requests that name no operation."""

from __future__ import annotations

import json
from typing import Any, Final

from botocore.auth import SigV4QueryAuth
from botocore.credentials import Credentials

from verify.question import assumed
from verify.run import Run

_MALFORMED: Final = "SerializationException 400"


def _update(run: Run, **members: Any) -> str:
    return run.calls.raw(json.dumps({"identifier": run.scratch, **members}), path="/UpdateRoom").outcome


@assumed(
    "`10.0` for a whole number; any value of a wrong type",
    expected={"10.0": _MALFORMED, "text": _MALFORMED, "list": _MALFORMED, "true": _MALFORMED},
)
def values_of_a_wrong_type(run: Run) -> Any:
    """What does a value of a wrong type get?"""
    return {
        "10.0": _update(run, maximumMessageLength=10.0),
        "text": _update(run, maximumMessageLength="10"),
        "list": _update(run, name=["n"]),
        "true": _update(run, maximumMessageLength=True),
    }


@assumed("Members that the service model does not have", expected={"outcome": "ok 200", "answered": False})
def members_that_are_not_known(run: Run) -> Any:
    """What becomes of members that the service model does not have?"""
    body = json.dumps({"identifier": run.scratch, "name": "", "colour": "red"})
    seen = run.calls.raw(body, path="/UpdateRoom")
    return {"outcome": seen.outcome, "answered": "colour" in seen.members}


@assumed("`null` for a member", expected={"length": "ok 200", "identifier": "ValidationException 400"})
def null_for_a_member(run: Run) -> Any:
    """What does null for a member mean?"""
    length = _update(run, maximumMessageLength=None)
    return {"length": length, "identifier": run.calls.raw('{"identifier": null}', path="/GetRoom").outcome}


@assumed("A body that is not JSON", expected=_MALFORMED)
def a_body_that_is_not_json(run: Run) -> str:
    """What does a body get that is not JSON?"""
    return run.calls.raw("{", path="/GetRoom").outcome


@assumed(
    "An operation or path that does not exist",
    expected={"operation": "UnknownOperationException 404", "method": "UnknownOperationException 404"},
)
def operations_that_do_not_exist(run: Run) -> Any:
    """What do an unknown operation and a wrong method get?"""
    unknown = run.calls.raw("{}", path="/CreateRoomService").outcome
    return {"operation": unknown, "method": run.calls.raw("{}", path="/GetRoom", method="PUT").outcome}


@assumed("No signature; a wrong secret; an unknown access key", expected="MissingAuthenticationTokenException 403")
def a_request_without_a_signature(run: Run) -> str:
    """What does a request without a signature get?"""
    return run.calls.raw("{}", path="/ListRooms", signature=None).outcome


@assumed("Presigned requests (signature in the query)", expected="MissingAuthenticationTokenException 403")
def a_presigned_request(run: Run) -> str:
    """What does a request get whose signature is in the query?"""
    return run.calls.raw("{}", path="/ListRooms", signature=SigV4QueryAuth).outcome


@assumed("A body of more than 256 KiB", expected="RequestEntityTooLargeException 413")
def a_body_that_is_too_large(run: Run) -> str:
    """What does a body of 300 KiB get?"""
    return run.calls.raw(json.dumps({"identifier": run.scratch, "name": "n" * 300 * 1024}), path="/UpdateRoom").outcome


@assumed(
    "No signature; a wrong secret; an unknown access key",
    expected={"secret": "InvalidSignatureException 403", "key": "UnrecognizedClientException 403"},
)
def requests_that_are_signed_wrongly(run: Run) -> Any:
    """What do a wrong secret and an unknown access key get?"""
    mine = run.endpoint.session().get_credentials()
    key = mine.access_key if mine else ""
    token = mine.token if mine else None
    unknown = Credentials("AKIAIOSFODNN7EXAMPLE", "wrong")
    return {
        "secret": run.calls.raw("{}", path="/ListRooms", credentials=Credentials(key, "wrong", token)).outcome,
        "key": run.calls.raw("{}", path="/ListRooms", credentials=unknown).outcome,
    }
