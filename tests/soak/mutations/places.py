"""The modules and classes that mutations change, and the tests that are to catch them: a moved name is one line here."""

from __future__ import annotations

import functools
import importlib
from typing import Any, Final

ACCOUNT: Final = "pulumi_ivschat.stacks.account"
ATTEMPTS: Final = "pulumi_ivschat.aws.attempts:Attempts"
BEFORE: Final = "pulumi_ivschat.aws.creates:Before"
CHAT_TOKENS: Final = "pulumi_ivschat.program.chat_tokens:ChatTokens"
CLIENT: Final = "pulumi_ivschat.aws.client"
CLIENT_ERROR: Final = "botocore.exceptions:ClientError"
CLOUD_RESOURCE: Final = "pulumi_ivschat.lifecycle.cloud_resource:CloudResource"
CREATES: Final = "pulumi_ivschat.aws.creates:Creates"
CREATES_MODULE: Final = "pulumi_ivschat.aws.creates"
CUSTOM_RESOURCE: Final = "pulumi.resource:CustomResource"
CUSTOM_TIMEOUTS: Final = "pulumi_ivschat.aws.custom_timeouts"
DATA_DIRECTORY: Final = "pulumi_ivschat.local.data_directory"
DISCOVERY: Final = "pulumi_ivschat.local.discovery"
ENGINE_FOLDER: Final = "pulumi_ivschat.operations.engine_folder:EngineFolder"
ENGINE_STACK: Final = "pulumi_ivschat.stacks.engine:Stack"
ERRORS: Final = "pulumi_ivschat.errors"
ERROR_TRANSLATION: Final = "pulumi_ivschat.aws.error_translation"
HOST_NAMES: Final = "pulumi_ivschat.local.host_names"
HOST_PROCESS: Final = "pulumi_ivschat.operations.engine_watch"
IMPORT_ENTRY: Final = "pulumi_ivschat.stacks.importing:ResourceImport"
INTERRUPTS: Final = "pulumi_ivschat.program.interrupts"
KEY_OWNERS: Final = "pulumi_ivschat.operations.key_owners:KeyOwners"
LEFTOVERS: Final = "pulumi_ivschat.operations.leftovers:Leftovers"
LISTING: Final = "pulumi_ivschat.aws.listing"
LOGGING_LIFE: Final = "pulumi_ivschat.lifecycle.logging_configuration:LoggingConfigurationLife"
LOGGING_LIFE_MODULE: Final = "pulumi_ivschat.lifecycle.logging_configuration"
LOOKUPS: Final = "pulumi_ivschat.program.lookups"
NATIVE_FUNCTIONS: Final = "pulumi_ivschat.plugin.functions:Functions"
NATIVE_MESSAGES: Final = "pulumi_ivschat.plugin.messages"
NATIVE_RESOURCE: Final = "pulumi_ivschat.plugin.resources:NativeResource"
NATIVE_VALUES: Final = "pulumi_ivschat.plugin.values"
OPERATION: Final = "pulumi_ivschat.operations.operation:Operation"
OWNER_TAG: Final = "pulumi_ivschat.model.owner_tag:OWNER_TAG"
OWNER_TAG_MODULE: Final = "pulumi_ivschat.model.owner_tag"
PACE: Final = "pulumi_ivschat.aws.pacing:Pace"
PROPERTIES: Final = "pulumi_ivschat.model.properties"
PROVIDER: Final = "pulumi_ivschat.host.provider:Provider"
PROVIDER_KEY: Final = "pulumi_ivschat.model.properties:PROVIDER_KEY"
PULUMI: Final = "pulumi"
PULUMI_DYNAMIC: Final = "pulumi.dynamic"
PULUMI_RUNTIME: Final = "pulumi.runtime"
READ_AHEAD: Final = "pulumi_ivschat.aws.read_ahead:ReadAhead"
READ_AHEAD_MODULE: Final = "pulumi_ivschat.aws.read_ahead"
RECOVERY: Final = "pulumi_ivschat.stacks.recovery:Recovery"
REDACTION: Final = "pulumi_ivschat.aws.redaction"
ROLE_SESSIONS: Final = "pulumi_ivschat.aws.role_sessions"
ROOM: Final = "pulumi_ivschat.program.room:Room"
RUN_ERRORS: Final = "pulumi_ivschat.program.run_errors"
SEARCH: Final = "pulumi_ivschat.stacks.orphans:Search"
CONVERSION: Final = "pulumi_ivschat.model.conversion"
SECRET_TAGS: Final = "pulumi_ivschat.operations.secret_tags:SecretTags"  # noqa: S105  it is a place
SERVICE_MODEL: Final = "pulumi_ivschat.model.service_model"
STACK_SETTINGS: Final = "pulumi_ivschat.program.stack_settings"
STATE: Final = "pulumi_ivschat.stacks.state"
TAG_CLAIMS: Final = "pulumi_ivschat.program.tag_claims"
TAG_SET_LIFE: Final = "pulumi_ivschat.lifecycle.tag_set:TagSetLife"
TAGS: Final = "pulumi_ivschat.lifecycle.tags"
TIMELINE: Final = "pulumi_ivschat.stacks.evidence:Timeline"
TURNS: Final = "pulumi_ivschat.aws.turns"
TOO_FAST: Final = "pulumi_ivschat.aws.attempts:TooFast"

CHAT: Final = "pulumi_ivschat.local.messaging:Chat"
CONTROL_PLANE: Final = "pulumi_ivschat.local.control_plane"
LOCAL_ERRORS: Final = "pulumi_ivschat.local.errors"
LOG_DELIVERY: Final = "pulumi_ivschat.local.log_delivery:LogDelivery"
MESSAGE: Final = "pulumi_ivschat.local.messaging:Message"
MESSAGING: Final = "pulumi_ivschat.local.messaging"
PAGES: Final = "pulumi_ivschat.local.pages"
QUOTAS: Final = "pulumi_ivschat.local.quotas"
REST_JSON: Final = "pulumi_ivschat.local.rest_json"
REVIEW: Final = "pulumi_ivschat.local.review"
REVIEWERS: Final = "pulumi_ivschat.local.review:Reviewers"
SESSION: Final = "pulumi_ivschat.local.messaging:Session"
SIGV4: Final = "pulumi_ivschat.local.sigv4"
SOCKET_REFUSED: Final = "pulumi_ivschat.local.websocket:Refused"
STORE: Final = "pulumi_ivschat.local.store:Store"
VALIDATION: Final = "pulumi_ivschat.model.validation"
TOKENS: Final = "pulumi_ivschat.local.tokens"

_PROGRAMS: Final = "tests/faults/test_programs.py"
_LOGGING: Final = "tests/lifecycle/test_logging_configuration.py"
_ROOMS: Final = ("tests/lifecycle/test_cloud_resource.py", "tests/lifecycle/test_room.py")
TESTS_OF_ATTEMPTS: Final = ("tests/aws/test_attempts.py", _PROGRAMS)
TESTS_OF_CLIENT: Final = ("tests/aws/test_client.py", _PROGRAMS)
TESTS_OF_CREATES: Final = ("tests/aws/test_creates.py", _PROGRAMS)
_OPERATIONS: Final = ("tests/operations/test_key_owners.py", "tests/operations/test_managed_resource.py")
TESTS_OF_ACCOUNTS: Final = ("tests/stacks/test_account.py", "tests/stacks/test_recovery.py")
TESTS_OF_CUSTOM_TIMEOUTS: Final = ("tests/aws/test_custom_timeouts.py",)
TESTS_OF_DATA_DIRECTORY: Final = ("tests/local/test_data_directory.py", "tests/local/test_discovery.py")
TESTS_OF_DISCOVERY: Final = ("tests/local/test_discovery.py",)
TESTS_OF_ERROR_TRANSLATION: Final = ("tests/aws/test_error_translation.py",)
TESTS_OF_EVIDENCE: Final = ("tests/stacks/test_evidence.py",)
TESTS_OF_HOST_NAMES: Final = ("tests/local/test_host_names.py", "tests/local/test_same_machine.py")
TESTS_OF_KEYS: Final = (*_OPERATIONS, "tests/host/test_provider.py", _PROGRAMS)
TESTS_OF_LEFTOVERS: Final = ("tests/operations/test_leftovers.py", _PROGRAMS)
TESTS_OF_LISTING: Final = ("tests/aws/test_listing.py",)
TESTS_OF_LIVES: Final = (*_ROOMS, _LOGGING, _PROGRAMS)
TESTS_OF_LOGGING: Final = (_LOGGING, _PROGRAMS)
TESTS_OF_NATIVE_FUNCTIONS: Final = ("tests/plugin/test_functions.py",)
TESTS_OF_NATIVE_RESOURCES: Final = (
    "tests/plugin/test_messages.py",
    "tests/plugin/test_resources.py",
    "tests/plugin/test_servicer.py",
)
TESTS_OF_NATIVE_VALUES: Final = ("tests/plugin/test_values.py",)
TESTS_OF_PACING: Final = ("tests/aws/test_pacing.py",)
TESTS_OF_PROVIDER: Final = ("tests/host/test_provider.py", _PROGRAMS)
TESTS_OF_READING: Final = ("tests/aws/test_read_ahead.py", _PROGRAMS)
TESTS_OF_RECOVERY: Final = ("tests/stacks/test_orphans.py", "tests/stacks/test_recovery.py", _PROGRAMS)
TESTS_OF_REDACTION: Final = ("tests/aws/test_redaction.py",)
TESTS_OF_ROLES: Final = ("tests/aws/test_role_sessions.py",)
TESTS_OF_SECRET_TAGS: Final = ("tests/operations/test_secret_tags.py",)
TESTS_OF_SIGNATURES: Final = ("tests/local/test_sigv4.py",)
TESTS_OF_STATES: Final = ("tests/stacks/test_state.py", "tests/stacks/test_recovery.py")
TESTS_OF_TAG_SETS: Final = ("tests/lifecycle/test_tag_set.py", _PROGRAMS)
TESTS_OF_TURNS: Final = ("tests/aws/test_turns.py",)
TESTS_OF_VERIFY: Final = ("tests/verify/test_questions.py",)
TESTS_OF_TAGS: Final = ("tests/lifecycle/test_tags.py", *_ROOMS, _PROGRAMS)

ENGINE_CHAT_TOKENS: Final = ("tests/engine/test_chat_tokens.py",)
ENGINE_DYNAMIC: Final = ("tests/engine/test_dynamic.py",)
ENGINE_ERRORS: Final = ("tests/engine/test_errors.py",)
ENGINE_IMPORT: Final = ("tests/engine/test_import.py",)
ENGINE_INTERRUPTS: Final = ("tests/engine/test_interrupts.py",)
ENGINE_LOGGING: Final = ("tests/engine/test_logging_configuration.py",)
ENGINE_LOOKUPS: Final = ("tests/engine/test_lookups.py",)
ENGINE_RECOVERY: Final = ("tests/engine/test_recovery.py",)
ENGINE_RENAMES: Final = ("tests/engine/test_renames.py",)
ENGINE_ROOMS: Final = ("tests/engine/test_room.py",)
ENGINE_SECRETS: Final = ("tests/engine/test_secrets.py",)
ENGINE_TAG_SETS: Final = ("tests/engine/test_tag_set.py",)


def value(place: str) -> Any:
    """Return the module or value at a place, `module` or `module:name`; the module is imported if it was not."""
    module, _, name = place.partition(":")
    found: Any = importlib.import_module(module)
    return functools.reduce(getattr, name.split("."), found) if name else found
