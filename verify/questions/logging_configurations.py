"""Logging configurations: defaults, states, lists, conflicts, and their quota."""

from __future__ import annotations

from typing import Any, Final

from verify.calls import Seen
from verify.question import NotTried, assumed, documented
from verify.run import Run

_INVALID: Final = "ValidationException 400"
_GONE: Final = "ResourceNotFoundException 404"
_CONFLICT: Final = "ConflictException 409"
_MEMBERS: Final = ["arn", "createTime", "destinationConfiguration", "id", "name", "state", "tags", "updateTime"]
_QUOTA: Final = 10


@assumed("`name` of a room or logging configuration made without one", expected="")
def name_of_a_logging_configuration_without_one(run: Run) -> Any:
    """Which name does a logging configuration have that is made without one?"""
    members = {"destinationConfiguration": run.destination(), "tags": run.tags}
    made = run.must("CreateLoggingConfiguration", **members)
    run.settled(made["arn"])
    run.must("DeleteLoggingConfiguration", identifier=made["arn"])
    return made.get("name", "omitted")


@assumed(
    "State after Create and UpdateLoggingConfiguration",
    expected={"create": "ACTIVE", "update": "ACTIVE", "get": "ACTIVE"},
)
def states_of_a_logging_configuration(run: Run) -> Any:
    """Which state do create, update and get answer?"""
    made = run.new_logging_configuration()
    changed = run.must("UpdateLoggingConfiguration", identifier=made["arn"], name=run.name("logs"))
    got = run.settled(made["arn"])
    run.must("DeleteLoggingConfiguration", identifier=made["arn"])
    return {"create": made["state"], "update": changed["state"], "get": got["state"]}


@assumed(
    "Update and delete of a logging configuration that is CREATING, UPDATING or DELETING",
    expected={"update": "ok 200", "delete": "ok 204"},
)
def changes_right_after_a_create(run: Run) -> Any:
    """Can a logging configuration be updated and deleted right after it was made, if its state allows?"""
    arn = run.begun_logging_configuration()["arn"]
    updated = run.call("UpdateLoggingConfiguration", identifier=arn, name="").outcome
    return {"update": updated, "delete": run.call("DeleteLoggingConfiguration", identifier=arn).outcome}


@documented(
    "CreateLoggingConfiguration",
    source="DestinationConfiguration",
    expected={"none": _INVALID, "two": _INVALID, "bucket of 2": _INVALID},
)
def destinations_that_are_refused(run: Run) -> Any:
    """Which destinations are refused?"""
    two = {"s3": {"bucketName": "bucket"}, "firehose": {"deliveryStreamName": "stream"}}
    given = {"none": {}, "two": two, "bucket of 2": {"s3": {"bucketName": "ab"}}}
    return {
        word: run.call(
            "CreateLoggingConfiguration", destinationConfiguration=each, name=run.name("refused"), tags=run.tags
        ).outcome
        for word, each in given.items()
    }


@documented(
    "LoggingConfigurationName",
    source="LoggingConfigurationName",
    expected={"128": "ok 200", "129": _INVALID, "space": _INVALID, "empty": "ok 200"},
)
def names_of_logging_configurations_that_are_valid(run: Run) -> Any:
    """Which names of logging configurations are valid?"""
    names = {"128": "n" * 128, "129": "n" * 129, "space": "a b", "empty": ""}
    arn = run.logging_configuration
    return {word: _updated(run, arn, name=name).outcome for word, name in names.items()}


def _updated(run: Run, arn: str, **members: Any) -> Seen:
    """Update a logging configuration, wait until that is done, and return UpdateLoggingConfiguration's answer."""
    seen = run.call("UpdateLoggingConfiguration", identifier=arn, **members)
    if not seen.code:
        run.settled(arn)
    return seen


@assumed(
    "Members that an update is not given", expected={"moved": True, "created stays": True, "destination stays": True}
)
def an_update_of_a_logging_configuration(run: Run) -> Any:
    """Does UpdateLoggingConfiguration move `updateTime`, and keep what it is not given?"""
    before = run.must("GetLoggingConfiguration", identifier=run.logging_configuration)
    after = _updated(run, run.logging_configuration, name=run.name("logs")).members
    return {
        "moved": after["updateTime"] > before["updateTime"],
        "created stays": after["createTime"] == before["createTime"],
        "destination stays": after["destinationConfiguration"] == before["destinationConfiguration"],
    }


@assumed("Tags of a logging configuration", expected={"added": {"a": "1"}, "shown": True, "removed": {}})
def tags_of_a_logging_configuration(run: Run) -> Any:
    """Can a logging configuration be tagged, though the service model names rooms only?"""
    arn = run.logging_configuration
    run.must("TagResource", resourceArn=arn, tags={"a": "1"})
    added = _tags(run, arn)
    shown = run.must("GetLoggingConfiguration", identifier=arn)["tags"].get("a") == "1"
    run.must("UntagResource", resourceArn=arn, tagKeys=["a"])
    return {"added": added, "shown": shown, "removed": _tags(run, arn)}


@assumed("Does TagResource or UntagResource move `updateTime`?", expected=False)
def tags_move_the_update_time_of_a_logging_configuration(run: Run) -> bool:
    """Does TagResource move the `updateTime` of a logging configuration?"""
    arn = run.logging_configuration
    before = run.must("GetLoggingConfiguration", identifier=arn)["updateTime"]
    run.must("TagResource", resourceArn=arn, tags={"moved": "1"})
    after = run.must("GetLoggingConfiguration", identifier=arn)["updateTime"]
    run.must("UntagResource", resourceArn=arn, tagKeys=["moved"])
    return bool(after != before)


@documented(
    "UpdateLoggingConfiguration",
    source="UpdateLoggingConfigurationRequest.destinationConfiguration",
    expected={"answer": True, "get": True},
)
def a_new_destination(run: Run) -> Any:
    """Does UpdateLoggingConfiguration change the destination?"""
    other = run.destination(1)
    arn = run.logging_configuration
    answer = run.must("UpdateLoggingConfiguration", identifier=arn, destinationConfiguration=other)
    got = run.settled(arn)
    _updated(run, arn, destinationConfiguration=run.destination())
    return {
        "answer": answer["destinationConfiguration"] == other,
        "get": got["destinationConfiguration"] == other,
    }


def _tags(run: Run, arn: str) -> dict[str, str]:
    tags = run.must("ListTagsForResource", resourceArn=arn)["tags"]
    return {key: value for key, value in tags.items() if key not in run.tags}


@documented(
    "ListLoggingConfigurations",
    source="MaxLoggingConfigurationResults",
    expected={"0": _INVALID, "50": "ok 200", "51": _INVALID, "pages": [1, 1]},
)
def pages_of_logging_configurations(run: Run) -> Any:
    """How many logging configurations may a page have, and do pages follow each other?"""
    sizes = {str(size): run.call("ListLoggingConfigurations", maxResults=size).outcome for size in (0, 50, 51)}
    _two(run)
    first = run.must("ListLoggingConfigurations", maxResults=1)
    second = run.must("ListLoggingConfigurations", maxResults=1, nextToken=first.get("nextToken", ""))
    pages = [len(page["loggingConfigurations"]) for page in (first, second)]
    return {**sizes, "pages": pages}


@documented("ResourceNotFoundException", source="ResourceNotFoundException", expected={"get": _GONE, "delete": _GONE})
def a_deleted_logging_configuration_is_gone(run: Run) -> Any:
    """What do calls answer for a logging configuration that was deleted, and for one that never was?"""
    got = run.call("GetLoggingConfiguration", identifier=_deleted(run)).outcome
    nothing = run.nothing("logging-configuration")
    return {"get": got, "delete": run.call("DeleteLoggingConfiguration", identifier=nothing).outcome}


@assumed("A logging configuration that is DELETING, in CreateRoom and UpdateRoom", expected=_GONE)
def a_room_names_a_logging_configuration_right_after_its_delete(run: Run) -> str:
    """May a room name a logging configuration that was deleted just now?"""
    arns = [_made_and_deleted(run)]
    return run.call("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=arns).outcome


@assumed("`resourceType` in errors about a logging configuration", expected="ROOM")
def resource_type_of_a_logging_configuration(run: Run) -> Any:
    """Which type do errors about a logging configuration name?"""
    return run.call("GetLoggingConfiguration", identifier=_deleted(run)).members.get("resourceType")


def _deleted(run: Run) -> str:
    """Return the ARN of a logging configuration that was deleted."""
    arn = run.kept("deleted logging configuration", lambda: _made_and_deleted(run))
    run.settled(arn)
    return arn


def _made_and_deleted(run: Run) -> str:
    arn = run.new_logging_configuration()["arn"]
    run.must("DeleteLoggingConfiguration", identifier=arn)
    return str(arn)


@assumed("Delete of a logging configuration that a room uses", expected={"used": _CONFLICT, "then": "ok 204"})
def delete_of_a_logging_configuration_in_use(run: Run) -> Any:
    """Can a logging configuration be deleted that a room uses?"""
    arn = run.new_logging_configuration()["arn"]
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=[arn])
    used = run.call("DeleteLoggingConfiguration", identifier=arn).outcome
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=[])
    return {"used": used, "then": run.call("DeleteLoggingConfiguration", identifier=arn).outcome}


@assumed("An empty logging list in answers", expected=False)
def an_empty_list_of_logging_configurations(run: Run) -> bool:
    """Does a room's answer have an empty list of logging configurations?"""
    arns = [run.logging_configuration]
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=arns)
    answer = run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=[])
    return "loggingConfigurationIdentifiers" in answer


@assumed("The same logging configuration twice in a list", expected={"outcome": "ok 200", "entries": 2})
def the_same_logging_configuration_twice(run: Run) -> Any:
    """Is a list kept that has the same logging configuration twice?"""
    arns = [run.logging_configuration] * 2
    seen = run.call("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=arns)
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=[])
    return {"outcome": seen.outcome, "entries": len(seen.members.get("loggingConfigurationIdentifiers", []))}


@assumed("Order of ListLoggingConfigurations", expected=[0, 1])
def order_of_logging_configurations(run: Run) -> Any:
    """In which order are logging configurations listed?"""
    arns = _two(run)
    _updated(run, arns[0], name=run.name("logs"))
    listed = [each["arn"] for each in run.must("ListLoggingConfigurations")["loggingConfigurations"]]
    return [arns.index(arn) for arn in listed if arn in arns]


def _two(run: Run) -> list[str]:
    """Return the ARNs of two logging configurations, the older one first."""
    return run.kept("two", lambda: [str(run.new_logging_configuration()["arn"]) for _ in range(2)])


@documented(
    "LoggingConfigurationSummary",
    source="LoggingConfigurationSummary",
    expected={"members": _MEMBERS, "state": "ACTIVE", "destination": True},
)
def members_of_a_listed_logging_configuration(run: Run) -> Any:
    """Which members does a listed logging configuration have?"""
    listed = run.must("ListLoggingConfigurations")["loggingConfigurations"]
    [found] = [each for each in listed if each["arn"] == run.logging_configuration]
    same = found.get("destinationConfiguration") == run.destination()
    return {"members": sorted(found), "state": found.get("state"), "destination": same}


@assumed("Order of a room's logging configurations", expected=[1, 0])
def order_of_the_logging_configurations_of_a_room(run: Run) -> Any:
    """Does a room keep the order in which it is given logging configurations?"""
    arns = sorted(_two(run))
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=arns[::-1])
    kept = run.must("GetRoom", identifier=run.scratch)["loggingConfigurationIdentifiers"]
    run.must("UpdateRoom", identifier=run.scratch, loggingConfigurationIdentifiers=[])
    return [arns.index(arn) for arn in kept]


def _beyond_the_quota(run: Run) -> Seen:
    """Return the answer to one logging configuration too many."""
    return run.kept("beyond the quota", lambda: _filled(run))


def _filled(run: Run) -> Seen:
    made: list[str] = []
    try:
        for _ in range(_QUOTA + 1):
            seen = run.call(
                "CreateLoggingConfiguration",
                name=run.name("logs"),
                destinationConfiguration=run.destination(),
                tags=run.tags,
            )
            if seen.code:
                return seen
            made.append(seen.members["arn"])
    finally:
        _removed(run, made)
    msg = "the account may have more logging configurations than the default quota"
    raise NotTried(msg)


def _removed(run: Run, arns: list[str]) -> None:
    """Delete logging configurations that were made one after the other, and wait until that is done."""
    for arn in arns[-1:]:
        run.settled(arn)
    for arn in arns:
        run.call("DeleteLoggingConfiguration", identifier=arn)
    for arn in arns[-1:]:
        run.settled(arn)


@assumed(
    "Logging configurations per region",
    expected={"outcome": "ServiceQuotaExceededException 402", "limit": _QUOTA},
)
def quota_of_logging_configurations(run: Run) -> Any:
    """What does one logging configuration too many get?"""
    seen = _beyond_the_quota(run)
    return {"outcome": seen.outcome, "limit": seen.members.get("limit")}


@assumed("`resourceId` of ServiceQuotaExceededException", expected="the account")
def resource_of_an_exceeded_quota(run: Run) -> str:
    """Which resource does a ServiceQuotaExceededException name?"""
    resource = _beyond_the_quota(run).members.get("resourceId")
    return "the account" if resource == run.scratch.split(":")[4] else str(run.redacted(resource))
