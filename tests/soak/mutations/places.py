"""Where the mutations are put in, and the tests that are meant to catch them: what moves in the package changes one line here."""

from __future__ import annotations

import functools
import importlib
from typing import Any, Final

ERRORS: Final = "pulumi_ivschat.errors"
ATTEMPTS: Final = "pulumi_ivschat.attempts:Attempts"
BEFORE: Final = "pulumi_ivschat.creates:Before"
CHAT_TOKENS: Final = "pulumi_ivschat.chat_tokens:ChatTokens"
CLIENT: Final = "pulumi_ivschat.client"
CLOUD_RESOURCE: Final = "pulumi_ivschat.lifecycle.cloud_resource:CloudResource"
CREATES: Final = "pulumi_ivschat.creates:Creates"
CREATES_MODULE: Final = "pulumi_ivschat.creates"
CUSTOM_RESOURCE: Final = "pulumi.resource:CustomResource"
ENGINE_STACK: Final = "pulumi_ivschat.stacks.engine:Stack"
IMPORT_ENTRY: Final = "pulumi_ivschat.stacks.adoption:Adoption"
INTERRUPTS: Final = "pulumi_ivschat.interrupts"
KEY_OWNERS: Final = "pulumi_ivschat.key_owners:KeyOwners"
LEFTOVERS: Final = "pulumi_ivschat.leftovers:Leftovers"
LOGGING_LIFE: Final = "pulumi_ivschat.lifecycle.log_routing:LogRouting"
LOGGING_LIFE_MODULE: Final = "pulumi_ivschat.lifecycle.log_routing"
LOOKUPS: Final = "pulumi_ivschat.lookups"
OPERATIONS: Final = "pulumi_ivschat.provider_process:Operations"
OWNER_TAG: Final = "pulumi_ivschat.lifecycle.tags:OWNER_TAG"
OWNER_TAG_MODULE: Final = "pulumi_ivschat.lifecycle.tags"
PROPERTIES: Final = "pulumi_ivschat.properties"
PROVIDER: Final = "pulumi_ivschat.provider:Provider"
PROVIDER_KEY: Final = "pulumi_ivschat.properties:PROVIDER_KEY"
PULUMI: Final = "pulumi"
PULUMI_DYNAMIC: Final = "pulumi.dynamic"
PULUMI_RUNTIME: Final = "pulumi.runtime"
READ_AHEAD: Final = "pulumi_ivschat.inventory:Inventory"
READ_AHEAD_MODULE: Final = "pulumi_ivschat.inventory"
RECOVERY: Final = "pulumi_ivschat.stacks.recovery"
ROOM: Final = "pulumi_ivschat.room:Room"
RUN_ERRORS: Final = "pulumi_ivschat.run_errors"
SEARCH: Final = "pulumi_ivschat.stacks.orphans:Search"
SERVICE_MODEL: Final = "pulumi_ivschat.service_model"
STACK_SETTINGS: Final = "pulumi_ivschat.stack_settings"
STATE: Final = "pulumi_ivschat.stacks.state"
TAG_CLAIMS: Final = "pulumi_ivschat.tag_claims"
TAG_SET_LIFE: Final = "pulumi_ivschat.lifecycle.tag_ownership:TagOwnership"
TAGS: Final = "pulumi_ivschat.lifecycle.tags"
TIMELINE: Final = "pulumi_ivschat.stacks.evidence:Timeline"
TOO_FAST: Final = "pulumi_ivschat.attempts:TooFast"

PROGRAMS: Final = "tests/faults/test_programs.py"
TESTS_OF_ATTEMPTS: Final = ("tests/test_attempts.py", PROGRAMS)
TESTS_OF_CLIENT: Final = ("tests/test_client.py", PROGRAMS)
TESTS_OF_CREATES: Final = ("tests/test_creates.py", PROGRAMS)
TESTS_OF_KEYS: Final = ("tests/test_key_owners.py", "tests/test_provider.py", PROGRAMS)
TESTS_OF_LEFTOVERS: Final = ("tests/test_leftovers.py", PROGRAMS)
TESTS_OF_LOGGING: Final = ("tests/lifecycle/test_log_routing.py", PROGRAMS)
TESTS_OF_PROVIDER: Final = ("tests/test_provider.py", PROGRAMS)
TESTS_OF_READING: Final = ("tests/test_inventory.py", PROGRAMS)
TESTS_OF_RECOVERY: Final = ("tests/stacks/test_orphans.py", "tests/stacks/test_recovery.py", PROGRAMS)
TESTS_OF_LIVES: Final = (
    "tests/lifecycle/test_cloud_resource.py",
    "tests/lifecycle/test_room.py",
    "tests/lifecycle/test_log_routing.py",
    PROGRAMS,
)
TESTS_OF_TAG_SETS: Final = ("tests/lifecycle/test_tag_ownership.py", PROGRAMS)
TESTS_OF_TAGS: Final = ("tests/lifecycle/test_tags.py", *TESTS_OF_LIVES)

ENGINE_CHAT_TOKENS: Final = ("tests/engine/test_chat_tokens.py",)
ENGINE_DYNAMIC: Final = ("tests/engine/test_dynamic.py",)
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
    """Return what stands at a place, `module` or `module:name`: mutations import nothing of the package before it does."""
    module, _, name = place.partition(":")
    found: Any = importlib.import_module(module)
    return functools.reduce(getattr, name.split("."), found) if name else found
