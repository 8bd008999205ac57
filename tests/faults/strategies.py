"""Random programs, random changes behind their backs, and random failures."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st

from tests.conftest import REGION
from tests.faults.deployment import Declared, Ref
from tests.faults.matrix import FAULTS, OPERATIONS

ELSEWHERE: Final = "eu-west-1"
REGIONS: Final = (REGION, ELSEWHERE)
ROOMS: Final = ("room-0", "room-1", "room-2")
LOGGING: Final = ("logging-0", "logging-1")
TAG_SETS: Final = ("tags-0", "tags-1")
ORDER: Final = (*LOGGING, *ROOMS, *TAG_SETS)
"""That of programs, in which each resource refers to those before it."""

THEIRS: Final = "theirs"
HANDLER: Final = "arn:aws:lambda:us-west-2:000000000000:function:review"

values = st.sampled_from(["", "1", "2"])
names = st.sampled_from(["", "lobby", "hall"])
tags = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
destinations = st.sampled_from(
    [{"s3": {"bucket_name": "archive"}}, {"s3": {"bucket_name": "other"}}, {"firehose": {"delivery_stream_name": "x"}}]
)


def in_region_of(arn: str, handler: str) -> str:
    """Return a review handler in the region of a room: a room takes no other."""
    return handler.replace(REGION, arn.split(":")[3])


def _room(name: str, inputs: dict[str, Any]) -> Declared:
    # one alone moves between regions, so that a change of the others is an update
    inputs = {key: value for key, value in inputs.items() if key != "region" or name == ROOMS[-1]}
    if handler := inputs.get("message_review_handler"):
        inputs["message_review_handler"] = {**handler, "uri": HANDLER.replace(REGION, inputs.get("region", REGION))}
    return Declared("Room", name, inputs)


rooms = st.builds(
    _room,
    st.sampled_from(ROOMS),
    st.fixed_dictionaries(
        {"logging_configuration_identifiers": st.lists(st.sampled_from(LOGGING).map(Ref), unique=True)},
        optional={
            "name": names,
            "maximum_message_length": st.sampled_from([1, 200, 500]),
            "maximum_message_rate_per_second": st.sampled_from([1, 10, 100]),
            "message_review_handler": st.just({"uri": HANDLER, "fallback_result": "DENY"}),
            "tags": tags,
            "region": st.just(ELSEWHERE),
        },
    ),
)
logging_configurations = st.builds(
    lambda name, destination, tags: Declared(
        "LoggingConfiguration", name, {"destination_configuration": destination, "tags": tags}
    ),
    st.sampled_from(LOGGING), destinations, tags,
)  # fmt: skip
tag_sets = st.builds(
    lambda name, on, tags: Declared(
        "TagSet", name, {"resource_arn": on, "tags": {f"{name}-{key}": value for key, value in tags.items()}}
    ),
    st.sampled_from(TAG_SETS), st.sampled_from([THEIRS, *ROOMS]).map(Ref),
    st.dictionaries(st.sampled_from("xyz"), values, min_size=1),
)  # fmt: skip
resources = st.one_of(rooms, logging_configurations, tag_sets)

room_edits = st.sampled_from(
    [
        {"name": "by-hand"},
        {"maximumMessageLength": 77},
        {"messageReviewHandler": {"uri": f"{HANDLER}-2"}},
        {"messageReviewHandler": {"uri": ""}},
        {"loggingConfigurationIdentifiers": []},
    ]
)
logging_edits = st.just({"destinationConfiguration": {"cloudWatchLogs": {"logGroupName": "by-hand"}}})

operations = st.sampled_from(sorted({operation for operations in OPERATIONS.values() for operation in operations}))
faults = st.builds(
    lambda kind, operation, after_calls, count: {
        **FAULTS[kind], "operation": operation, "after_calls": after_calls, "count": count
    },
    st.sampled_from(sorted(FAULTS)), st.one_of(operations, st.just("*"), st.just("*")), st.integers(0, 6), st.sampled_from([1, 2, None]),
)  # fmt: skip
lost_answers = st.sampled_from(
    [
        FAULTS[f"{kind}{applied}"]
        for kind in ("error 500", "connection lost", "answer cut off")
        for applied in ("", ", applied")
    ]
)
harmless = st.one_of(
    st.builds(
        lambda kind, after_calls: {**FAULTS[kind], "operation": "*", "after_calls": after_calls},
        st.sampled_from(
            [
                "throttled",
                "error 500",
                "error 500, applied",
                "503, a page",
                "connection lost",
                "connection lost, applied",
            ]
        ),
        st.integers(0, 8),
    ),
    st.sampled_from(["Create", "Update", "Delete"]).map(
        lambda verb: {"operation": f"{verb}LoggingConfiguration", "settle_seconds": 0.03}
    ),
)
"""What a command outlasts, once."""
settling = st.builds(
    lambda verb, fails: {
        "operation": f"{verb}LoggingConfiguration",
        "settle_seconds": 0.03,
        "state": f"{verb.upper()}_FAILED" if fails else None,
    },
    st.sampled_from(["Create", "Update", "Delete"]), st.booleans(),
)  # fmt: skip
mishaps = st.one_of(st.none(), faults, faults, settling, st.integers(0, 4))
"""Nothing, a fault, or how many writes are recorded before the process is interrupted."""
