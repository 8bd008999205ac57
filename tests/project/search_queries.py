"""What people search for on the documentation site, and the page that answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import attrs

NAMES: Final[Mapping[str, str]] = {
    "drift": "operations",
    "assume role": "several-accounts",
    "ServiceQuotaExceeded": "reference/errors",
    "maximumMessageLength": "reference/room",
    "terraform": "moving-in",
    "TokenIssuer": "reference/python-runtime",
    "pending operations": "operations",
    "docker": "containers",
    "mocks": "unit-tests",
    "deployer_policy": "reference/iam-policies",
    "refresh": "read-ahead",
    "pytest": "test-your-back-end",
}
"""Names of the package and of the field, and the page that is found first."""

SENTENCES: Final[Mapping[str, str]] = {
    "import existing rooms": "operations",
    "how do I import an existing room": "operations",
    "import room": "operations",
    "kick user": "examples/moderation",
    "ban user": "examples/moderation",
    "terraform state": "moving-in",
    "iam policy": "reference/iam-policies",
    "could not read plugin": "operations",
    "without aws account": "local-service",
    "waiting to connect": "chat-tokens",
    "token parsing error": "chat-tokens",
    "moto": "comparison",
    "localstack": "comparison",
    "maximum message length": "reference/room",
    "orphaned room": "operations",
    "cross account": "several-accounts",
    "resolve pending operations": "operations",
    "secrets visible in state": "gitops",
    "plaintext secrets": "gitops",
    "expected object but got undefined": "chat-tokens",
    "inject error": "local-service",
    "simulate throttling": "local-service",
    "AWS_PROFILE": "operations",
    "jest": "examples/javascript_tests",
    "react": "examples/browser_chat",
    "access denied": "reference/errors",
    "two regions": "several-accounts",
    "hundreds of rooms": "scale",
    "save messages to s3": "rooms",
    "profanity filter": "examples/moderation",
    "block a user": "examples/moderation",
    "chat history": "chat-tokens",
    "viewer count": "chat-tokens",
    "this is not an answer of AWS's: <html>": "reference/errors",
    "SSL validation failed CERTIFICATE_VERIFY_FAILED": "reference/errors",
    "credential_process": "operations",
    "known gaps": "comparison",
    "The endpoint serves another region": "reference/errors",
    "AWS accepts five minutes of difference": "reference/errors",
    "ConflictException": "reference/errors",
    "ResourceNotFoundException": "reference/errors",
    "InvalidSignatureException": "reference/errors",
    "invalid lambda permission": "operations",
    "not authorized to perform: sts:AssumeRole": "several-accounts",
    "No module named 'pulumi_ivschat'": "operations",
    "team has another value already": "rooms",
}
"""Queries that once found a wrong page, or none, and the page that is found first."""

UNTUNED: Final[Mapping[str, str]] = {
    "create token": "chat-tokens",
    "token expires": "chat-tokens",
    "deploy from github actions": "gitops",
    "rename a room": "operations",
    "429 too many requests": "operations",
    "state file locked": "gitops",
    "dev and prod accounts": "several-accounts",
    "vitest": "examples/javascript_tests",
    "flask": "test-your-back-end",
    "update is slow": "scale",
    "room deleted by hand": "operations",
    "upgrade to a new version": "versions",
    "windows support": "versions",
    "run without internet": "local-service",
    "autocomplete in bash": "command-line",
    "mock pulumi": "unit-tests",
    "pytest fixtures": "test-your-back-end",
    "terraform migration": "moving-in",
    "health check": "containers",
    "go example": "languages",
}
"""
Queries that were written before the search was tuned, and the page that is among the first two.

If one fails and is mended by a word for it, move it to `SENTENCES`, and write another one here before you look at what it finds.
"""


@attrs.frozen
class Thread:
    """A thread of another project: its title, the page that answers it, and words of the answer."""

    title: str
    page: str
    answer: str


THREADS: Final[Mapping[tuple[str, str], Thread]] = {
    ("pulumi/pulumi#16175", "import existing room"): Thread(
        "Cannot import a Resource provided by a Dynamic Resource Provider", "operations", "pulumi-ivschat import"
    ),
    ("pulumi/pulumi#4981", "expired credentials"): Thread(
        "Provider credentials not refreshed on several command paths", "operations", "The state has no credentials."
    ),
    ("aws-samples/amazon-ivs-chat-for-android-demo#10", "reconnect"): Thread(
        "Execute connect method in onResume won't bring the connection back after disconnect execution in onPause",
        "chat-tokens",
        "a new token for each connection",
    ),
    ("aws-samples/amazon-ivs-chat-web-demo#11", "ParsingError"): Thread(
        "AWS IVS chat token parsing issue", "chat-tokens", "`ParsingError: expected object`"
    ),
    ("hashicorp/terraform-provider-aws#18311", "default tags"): Thread(
        "default_tags always shows an update", "rooms", "a second `up` shows no change"
    ),
    ("pulumi/pulumi#458", "rename resource"): Thread(
        "Rename a resource", "operations", "another resource name, with `aliases`"
    ),
    ("pulumi/docs#1017", "interrupted update"): Thread(
        "Docs for manually resolving pending operations", "operations", "a second one, in an `up`"
    ),
    ("pulumi/pulumi#8265", "secrets in state"): Thread(
        "secrets visible in state", "gitops", "are encrypted in the state"
    ),
    ("pulumi/pulumi-aws#5939", "rate limiting"): Thread(
        "Rate limiting for certain AWS APIs", "operations", "AWS accepts 5 calls a second"
    ),
    ("pulumi/pulumi#9148", "locked"): Thread(
        "Pulumi keeps locking stack", "gitops", "the stack is currently locked by 1 lock(s)"
    ),
    ("aws-samples/amazon-ivs-chat-web-demo#12", "blocked by CORS policy"): Thread(
        "CORS problem AWS IVS", "chat-tokens", "`blocked by CORS policy`"
    ),
    ("aws-samples/amazon-ivs-player-ios-sample#53", "chat room unable to connect"): Thread(
        "IVS Chat is not working", "chat-tokens", "is closed or severed at once"
    ),
    ("pulumi/pulumi#7453", "outside of __main__"): Thread(
        "Dynamic resources in Python don't work outside of __main__", "dynamic-resources", "not only in `__main__`"
    ),
    ("pulumi/pulumi#5621", "can't get attribute"): Thread(
        "Can't get attribute [ProviderName] on module", "dynamic-resources", "`Can't get attribute …`"
    ),
    ("pulumi/pulumi#6238", "provider code not updated"): Thread(
        "dynamic resource provider not updated for delete", "operations", "an upgrade works at once for every command"
    ),
    ("pulumi/pulumi#9085", "refresh fails after upgrade"): Thread(
        "Refresh fails after Pulumi upgrade if dynamic provider exists", "operations", "an upgrade works at once"
    ),
    ("pulumi/pulumi#13679", "drift not repaired"): Thread(
        "Diff doesn't work for python dynamic resource in pulumi up in case of drift", "operations", "## Drift"
    ),
    ("pulumi/pulumi-docker#643", "secrets unencrypted"): Thread(
        "Secrets passed to the provider config are stored unencrypted", "gitops", "that you set with `--secret`"
    ),
    ("pulumi/pulumi-aws#1158", "invalid aws region"): Thread(
        "aws:region in stack config is ignored", "settings", "does not see `aws:region`"
    ),
    ("pulumi/pulumi-aws#2194", "new aws region"): Thread(
        "New AWS regions like ap-east-1 cause aws.provider errors", "settings", "ivschat:skipRegionValidation true"
    ),
    ("pulumi/pulumi-aws#252", "switch role"): Thread(
        "Cannot authenticate on AWS using switchrole", "several-accounts", "`role_arn` and `source_profile`"
    ),
    ("pulumi/pulumi-aws#3149", "assume role in state"): Thread(
        "Don't persist the provider's assumeRole attribute within the state",
        "several-accounts",
        "so also the role's ARN",
    ),
    ("pulumi/pulumi-aws#3777", "region of the default provider"): Thread(
        "Warn when changing the region of the default provider", "languages", "If you change the region of a provider"
    ),
    ("aws/aws-sdk-js-v3#2416", "endpoint ignored"): Thread(
        '"endpoint" configuration parameter is ignored by DynamoDBClient', "local-service", "AWS_ENDPOINT_URL_IVSCHAT"
    ),
    ("aws/aws-sdk-js-v3#5364", "AWS_ENDPOINT_URL"): Thread(
        "Support AWS_ENDPOINT_URL", "local-service", "ignores `AWS_ENDPOINT_URL_IVSCHAT` and `AWS_ENDPOINT_URL`"
    ),
    ("aws/aws-sdk-js#3236", "endpoint environment variable"): Thread(
        "Configure Services' Endpoint URLs via Environment Variables", "local-service", "AWS_ENDPOINT_URL_IVSCHAT"
    ),
    ("hashicorp/terraform-provider-aws#17272", "terraform ivs"): Thread(
        "Terraform AWS provider resources for Amazon IVS", "moving-in", "Keep the other tool for the rest"
    ),
}
"""By a thread and what its author would search for; the search finds the page first by both, and by the title."""

FIRST: Final[Mapping[str, str]] = {
    **NAMES,
    **SENTENCES,
    **{query: thread.page for (_, query), thread in THREADS.items()},
    **{thread.title: thread.page for thread in THREADS.values()},
}
"""By query: the page that is found first."""
