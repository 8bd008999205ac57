"""What the control plane refuses in the inputs of rooms, and with which codes, members and texts."""

from __future__ import annotations

from typing import Any, Final

from verify.question import assumed, documented
from verify.run import Run

INVALID: Final = "ValidationException 400"
GONE: Final = "ResourceNotFoundException 404"


@documented(
    "RoomName",
    source="RoomName",
    expected={"128": "ok 200", "129": INVALID, "space": INVALID, "underscore": "ok 200", "é": INVALID},
)
def names_that_are_valid(run: Run) -> Any:
    """How long may a name be, and of which characters?"""
    names = {"128": "n" * 128, "129": "n" * 129, "space": "a b", "underscore": "a_b-C9", "é": "café"}
    return {word: run.call("UpdateRoom", identifier=run.scratch, name=name).outcome for word, name in names.items()}


@documented(
    "RoomMaxMessageLength",
    source="RoomMaxMessageLength",
    expected={"0": INVALID, "1": "ok 200", "500": "ok 200", "501": INVALID},
)
def lengths_that_are_valid(run: Run) -> Any:
    """Which maximum lengths of a message are valid?"""
    return _updated(run, "maximumMessageLength", 0, 1, 500, 501)


@documented(
    "RoomMaxMessageRatePerSecond",
    source="RoomMaxMessageRatePerSecond",
    expected={"0": INVALID, "1": "ok 200", "100": "ok 200", "101": INVALID},
)
def rates_that_are_valid(run: Run) -> Any:
    """Which message rates are valid?"""
    return _updated(run, "maximumMessageRatePerSecond", 0, 1, 100, 101)


def _updated(run: Run, member: str, *values: int) -> Any:
    return {str(each): run.call("UpdateRoom", identifier=run.scratch, **{member: each}).outcome for each in values}


@documented("MaxRoomResults", source="MaxRoomResults", expected={"0": INVALID, "50": "ok 200", "51": INVALID})
def page_sizes_that_are_valid(run: Run) -> Any:
    """How many rooms may a page have?"""
    return {str(size): run.call("ListRooms", maxResults=size).outcome for size in (0, 50, 51)}


@documented("PaginationToken", source="PaginationToken", expected=INVALID)
def a_page_token_of_over_1024_characters(run: Run) -> str:
    """Is a page token of 1,025 characters refused?"""
    return run.call("ListRooms", nextToken="t" * 1025).outcome


@documented(
    "MessageReviewHandler",
    source="LambdaArn",
    expected={"no ARN": INVALID, "other fallback": INVALID, "171 characters": INVALID},
)
def review_handlers_that_are_refused(run: Run) -> Any:
    """Which review handlers are refused?"""
    long = f"arn:aws:lambda:{run.endpoint.region}:000000000000:function:"
    handlers = {
        "no ARN": {"uri": "review"},
        "other fallback": {"uri": "", "fallbackResult": "MAYBE"},
        "171 characters": {"uri": long.ljust(171, "f")},
    }
    return {
        word: run.call("UpdateRoom", identifier=run.scratch, messageReviewHandler=handler).outcome
        for word, handler in handlers.items()
    }


@documented(
    "LoggingConfigurationIdentifierList",
    source="LoggingConfigurationIdentifierList",
    expected={"4": INVALID, "no ARN": INVALID},
)
def lists_of_logging_configurations_that_are_refused(run: Run) -> Any:
    """Are four logging configurations, and one that is not an ARN, refused?"""
    four = [_logging_arn(run, f"aB3dE6gH9jK{number}") for number in range(4)]
    lists = {"4": four, "no ARN": ["aB3dE6gH9jK2"]}
    return {
        word: run.call("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=each).outcome
        for word, each in lists.items()
    }


@assumed("A logging configuration that does not exist, in UpdateRoom", expected=GONE)
def a_logging_configuration_that_does_not_exist(run: Run) -> str:
    """May a room name a logging configuration that does not exist?"""
    arns = [_logging_arn(run, "aB3dE6gH9jK2")]
    return run.call("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=arns).outcome


def _logging_arn(run: Run, id_: str) -> str:
    return f"{run.scratch.rpartition(':')[0]}:logging-configuration/{id_}"


@documented(
    "ValidationException",
    source="ValidationExceptionReason",
    expected={"reason": "FIELD_VALIDATION_FAILED", "fields": ["name"]},
)
def members_of_a_validation_exception(run: Run) -> Any:
    """Which reason and fields does a ValidationException have?"""
    refused = run.call("UpdateRoom", identifier=run.scratch, name="a b").members
    return {"reason": refused.get("reason"), "fields": [field["name"] for field in refused.get("fieldList", [])]}


@assumed("Two invalid members", expected=["maximumMessageLength", "name"])
def all_invalid_members_are_named(run: Run) -> Any:
    """Does a ValidationException name each invalid member, if there are two?"""
    refused = run.call("UpdateRoom", identifier=run.scratch, name="a b", maximumMessageLength=0).members
    return sorted(field["name"] for field in refused.get("fieldList", []))


@documented(
    "ResourceNotFoundException",
    source="ResourceNotFoundException",
    expected={"resourceId": True, "resourceType": "ROOM"},
)
def members_of_a_resource_not_found_exception(run: Run) -> Any:
    """Which resource does a ResourceNotFoundException name?"""
    refused = run.call("GetRoom", identifier=run.gone).members
    return {"resourceId": refused.get("resourceId") == run.gone[-12:], "resourceType": refused.get("resourceType")}


@assumed(
    "Text of messages", expected=["name must be made of letters, digits, - and _", "Resource <arn> does not exist"]
)
def text_of_messages(run: Run) -> Any:
    """Which texts do errors have?"""
    invalid = run.call("UpdateRoom", identifier=run.scratch, name="a b")
    missing = run.call("GetRoom", identifier=run.gone)
    return [run.redacted(seen.members.get("message")) for seen in (invalid, missing)]


@assumed(
    "Order of three checks",
    expected={"constraints, existence": INVALID, "types, constraints": "SerializationException 400"},
)
def order_of_checks(run: Run) -> Any:
    """Which of two faults of a call is answered?"""
    both = run.call("UpdateRoom", identifier=run.nothing(), name="a b").outcome
    typed = run.call("UpdateRoom", identifier="x", name=["a"]).outcome
    return {"constraints, existence": both, "types, constraints": typed}


@assumed("A review handler of another region or account", expected={"region": INVALID, "account": INVALID})
def review_handlers_of_elsewhere(run: Run) -> Any:
    """May a review handler be a function of another region or account?"""
    _, _, _, region, account, _ = run.scratch.split(":")
    other = "us-east-1" if region != "us-east-1" else "us-west-2"
    places = {"region": (other, account), "account": (region, _another(account))}
    return {
        word: run.call(
            "UpdateRoom",
            identifier=run.scratch,
            messageReviewHandler={"uri": f"arn:aws:lambda:{where}:{whose}:function:review"},
        ).outcome
        for word, (where, whose) in places.items()
    }


def _another(account: str) -> str:
    return f"{(int(account) + 1) % 10**12:012}"


@assumed("Does the service check that it may invoke the review handler?", expected=INVALID, here="ok 200")
def a_review_handler_that_does_not_exist(run: Run) -> str:
    """May a room name a function that does not exist?"""
    _, _, _, region, account, _ = run.scratch.split(":")
    uri = f"arn:aws:lambda:{region}:{account}:function:{run.name('function')}"
    outcome = run.call("UpdateRoom", identifier=run.scratch, messageReviewHandler={"uri": uri}).outcome
    run.must("UpdateRoom", identifier=run.scratch, messageReviewHandler={"uri": ""})
    return outcome
