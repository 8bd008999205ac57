"""What a caller's IAM policies say about a call: its actions, its resource, and the condition keys of its context."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from pulumi_ivschat.local.control_plane import Call, identifier
from pulumi_ivschat.local.errors import ApiError
from pulumi_ivschat.local.iam_conditions import Context
from pulumi_ivschat.local.iam_policies import Access, Decision, Policy, decision
from pulumi_ivschat.local.settings import Settings
from pulumi_ivschat.local.store import ROOM
from pulumi_ivschat.model.arns import RESOURCES, account_of
from pulumi_ivschat.model.conversion import iso8601

_WHY: Final = {
    Decision.IMPLICIT_DENY: "because no identity-based policy allows the {action} action",
    Decision.EXPLICIT_DENY: "with an explicit deny in an identity-based policy",
}


class AttachedPolicies:
    """Which policies each access key has: those that the service was started with, or those put in their place since."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Go back to the policies that the service was started with."""
        self._attached = self._settings.policies

    def of(self, key_id: str) -> Sequence[Policy]:
        """Return the policies of an access key; without any it may do everything."""
        return self._attached.get(key_id, ())

    def put(self, key_id: str, policies: Sequence[Policy]) -> None:
        """Let an access key have these policies only; raise ValueError if there is no such key."""
        self._attached = attrs.evolve(self._settings, policies={**self._attached, key_id: policies}).policies

    def documents(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return all policy documents by access key id."""
        return {key_id: [policy.document for policy in policies] for key_id, policies in self._attached.items()}


def authorize(call: Call, policies: Sequence[Policy]) -> None:
    """Raise AccessDeniedException if there are policies and they do not allow a call."""
    if not policies:
        return
    for access in _asked(call):
        found = decision(policies, access)
        if found is not Decision.ALLOWED:
            raise _denied(call.user, access, found)


def _asked(call: Call) -> Iterator[Access]:
    resource = _resource(call)
    context = _context(call, resource)
    yield Access(f"ivschat:{call.operation}", resource, context)
    if call.operation.startswith("Create") and call.input.get("tags"):
        yield Access("ivschat:TagResource", resource, context)


def _resource(call: Call) -> str:
    """Return the ARN that a call names; where it makes or lists something, that of all of them."""
    resource_type = next((spelled for name, spelled in RESOURCES.items() if name in call.operation), ROOM)
    every = f"arn:aws:ivschat:{call.home.region}:{call.home.account}:{resource_type}/*"
    return identifier(call.input) or every


def _context(call: Call, resource: str) -> Context:
    account = account_of(resource) or ""
    found = call.store.get(resource) if account == call.home.account else None
    given = call.input.get("tags", {})
    return {
        "aws:currenttime": [iso8601(call.now)],
        "aws:epochtime": [str(int(call.now.timestamp()))],
        "aws:principalaccount": [call.home.account],
        "aws:principalarn": [call.user],
        "aws:requestedregion": [call.home.region],
        "aws:resourceaccount": [account],
        "aws:securetransport": ["true"],  # AWS has no other
        "aws:tagkeys": [*given, *call.input.get("tagKeys", ())],
        "aws:username": [call.user.rpartition("/")[2]],
        **_tags("requesttag", given),
        **_tags("resourcetag", found["tags"] if found else {}),
    }


def _tags(key: str, tags: Mapping[str, str]) -> dict[str, Sequence[str]]:
    return {f"aws:{key}/{name.lower()}": [value] for name, value in tags.items()}


def _denied(user: str, access: Access, found: Decision) -> ApiError:
    why = _WHY[found].format(action=access.action)
    return ApiError(
        "AccessDeniedException",
        f"User: {user} is not authorized to perform: {access.action} on resource: {access.resource} {why}",
    )
