"""
The schema of the package, from botocore's service model and the docstrings of the Python API.

`python -m pulumi_ivschat.plugin.schema` writes it to the file that the plug-in answers with; a test compares them.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pulumi_ivschat import settings
from pulumi_ivschat.lifecycle import RESOURCE_TYPES
from pulumi_ivschat.lifecycle.logging_configuration import LOGGING_CONFIGURATION
from pulumi_ivschat.lifecycle.room import ROOM
from pulumi_ivschat.model.native import DYNAMIC_TYPE_PREFIX, NOT_INPUTS, SCHEMA_FILE, camel_case, token
from pulumi_ivschat.model.service_model import Shape, operations, snake_case
from pulumi_ivschat.plugin import docstrings, examples
from pulumi_ivschat.plugin.schema_types import (
    FLAG,
    STRING,
    TAGS,
    Spec,
    as_outputs,
    described,
    enum,
    list_of,
    reference,
    spec_of,
)

_REGION: Final = "AWS region. Default: the provider's, then AWS's own chain."
# Other languages, or this front end, have something else here than the Python API.
_INPUTS: Final[Mapping[str, str]] = {
    "region": "AWS region; another one replaces it. Default: the provider's region, then AWS's own chain.",
}
_OUTPUTS: Final[Mapping[str, str]] = {
    "arn": "Its ARN, which is its id too.",
    "tags_all": (
        "All tags, the owner tag and other people's included. A value is a secret unless it belongs to a tag that is declared "
        "here in plain text."
    ),
}
_ARGUMENTS: Final[Mapping[str, str]] = {
    "rooms": "The rooms, latest change first.",
    "region": _REGION,
    "resourceArn": "ARN of a room or logging configuration.",
    "roomArn": "ARN of the room.",
    "roomArns": "ARNs of the rooms.",
    "messageReviewHandlerUri": "Only rooms that this function reviews, by its ARN.",
    "loggingConfigurationIdentifier": "Only rooms that this logging configuration records, by its ARN.",
    "tags": "Only rooms that have all these tags.",
    "account": "AWS account, 12 digits. Default: all, as *.",
    "loggingConfigurations": "Allow logging configurations and their destinations too. Default: false.",
    "chatTokens": "Allow chat tokens too. Default: false.",
    "json": "The policy document, as JSON.",
}
_MODULES: Final = {name: f"program.{snake_case(name)}" for name in RESOURCE_TYPES}


def build() -> Spec:
    """Return the schema."""
    types: Spec = {}
    resources = {
        token("Room"): _resource("Room", ROOM.inputs, types),
        token("LoggingConfiguration"): _resource("LoggingConfiguration", LOGGING_CONFIGURATION.inputs, types),
        token("TagSet"): _tag_set(),
    }
    functions = {token(name): spec for name, spec in _functions(types)}
    config = _config(types)
    return {
        "name": "ivschat",
        "displayName": "Amazon IVS Chat",
        "version": importlib.metadata.version("pulumi-ivschat"),
        "description": "Amazon IVS Chat as code: rooms, logging configurations, tags and chat tokens.",
        "keywords": ["pulumi", "ivschat", "aws", "chat", "category/cloud"],
        "license": "Apache-2.0",
        "publisher": "The pulumi-ivschat authors",  # without one, generators name Pulumi
        "meta": {"moduleFormat": "(.*)", "supportPack": True},  # a pack: the Go SDK has a go.mod
        "config": {"variables": config},
        "provider": {"description": "Where calls go, and what all resources have.", "inputProperties": config},
        "types": dict(sorted(types.items())),
        "resources": resources,
        "functions": functions,
        "language": _LANGUAGES,
    }


_LANGUAGES: Final = {
    "nodejs": {"packageName": "@pulumi-ivschat/ivschat", "respectSchemaVersion": True},
    "python": {"packageName": "pulumi_ivschat_native", "respectSchemaVersion": True, "pyproject": {"enabled": True}},
    "go": {
        "importBasePath": "example.com/pulumi-ivschat/sdk/go/ivschat",
        "generateResourceContainerTypes": True,
        "respectSchemaVersion": True,
    },
    "csharp": {
        "namespaces": {"ivschat": "IvsChat"},  # as in pulumi-aws
        "packageReferences": {"Pulumi": "3.*"},
        "respectSchemaVersion": True,
    },
    "java": {"buildFiles": "none"},  # a Gradle project must name the address of a repository
}


def _resource(name: str, shape: Shape, types: Spec) -> Spec:
    """Return a resource with operations of its own: inputs, and outputs as its Get… operation answers."""
    module = _MODULES[name]
    words = {**docstrings.attributes(module, f"{name}Args"), **_INPUTS}
    given = {snake_case(member): inner for member, inner in shape.members.items()}
    inputs = {
        camel_case(key): described(spec_of(inner, types, module), words[key], default=inner.default)
        for key, inner in given.items()
        if key not in NOT_INPUTS
    }
    inputs["region"]["willReplaceOnChanges"] = True
    outputs = {**as_outputs(inputs, _output_words(name)), **dict(_other_outputs(name, inputs.keys()))}
    return {
        "description": _with_examples(docstrings.attributes(module, name)[""], name),
        "inputProperties": inputs,
        "requiredInputs": list(shape.required),
        "properties": outputs,
        "required": sorted(outputs.keys() - {"messageReviewHandler"}),
        "aliases": [{"type": f"{DYNAMIC_TYPE_PREFIX}{name}"}],
    }


def _output_words(name: str) -> Mapping[str, str]:
    """Return the descriptions of a resource's outputs, by their names in Python."""
    return {**docstrings.attributes(_MODULES[name], name), **_OUTPUTS}


def _other_outputs(name: str, inputs: Iterable[str]) -> Iterator[tuple[str, Spec]]:
    """Yield the outputs that are not inputs too."""
    members = {snake_case(member) for member in operations()[f"Get{name}"].output.members} - {"id"}
    extra = {f"{snake_case(name)}_id", "owner_tag", "tags_all"}
    about = _output_words(name)
    for key in sorted(members | extra):
        if camel_case(key) not in inputs:
            yield camel_case(key), described(TAGS if key == "tags_all" else STRING, about[key])


def _tag_set() -> Spec:
    words = docstrings.attributes(_MODULES["TagSet"], "TagSetArgs")
    specs: Mapping[str, Mapping[str, Any]] = {
        "resource_arn": STRING,
        "tags": TAGS,
        "overwrite": FLAG,
        "exclusive": FLAG,
    }
    inputs = {
        camel_case(key): described(spec, words[key], default=False if spec is FLAG else None)
        for key, spec in specs.items()
    }
    inputs["resourceArn"]["willReplaceOnChanges"] = True
    about = _output_words("TagSet")
    outputs = {**as_outputs(inputs, about), "tagsAll": described(TAGS, about["tags_all"])}
    return {
        "description": _with_examples(docstrings.attributes(_MODULES["TagSet"], "TagSet")[""], "TagSet"),
        "inputProperties": inputs,
        "requiredInputs": ["resourceArn", "tags"],
        "properties": outputs,
        "required": sorted(outputs),
        "aliases": [{"type": f"{DYNAMIC_TYPE_PREFIX}TagSet"}],
    }


def _functions(types: Spec) -> Iterator[tuple[str, Spec]]:
    arn, region = {"arn": STRING}, {"region": STRING}
    filters = {"name": STRING, "messageReviewHandlerUri": STRING, "loggingConfigurationIdentifier": STRING}
    rooms = {"rooms": list_of(_result_type("RoomSummary", types))}
    configurations = {"loggingConfigurations": list_of(_result_type("LoggingConfigurationResult", types))}
    room, configuration = _result("RoomResult", types), _result("LoggingConfigurationResult", types)
    one = {
        "arn": "ARN of the room. Either it or `name` is required.",
        "name": "Name of the room, which no other room of the region may have.",
        "region": _REGION.replace(": ", ": that of the ARN, else "),
    }
    yield "getRoom", _function("get_room", {**arn, "name": STRING, **region}, room, words=one)
    named = {"name": "Only rooms of this name."}
    yield "listRooms", _function("list_rooms", {**filters, "tags": TAGS, **region}, rooms, words=named)
    one = {"arn": "ARN of the logging configuration."}
    yield "getLoggingConfiguration", _function("get_logging_configuration", arn, configuration, ["arn"], words=one)
    them = {"loggingConfigurations": "The logging configurations, latest change first."}
    yield "listLoggingConfigurations", _function("list_logging_configurations", region, configurations, words=them)
    tags = {"tags": described(TAGS, "All tags, the owner tag included.")}
    yield "listTagsForResource", _function("list_tags_for_resource", {"resourceArn": STRING}, tags, ["resourceArn"])
    yield "createChatToken", _create_chat_token(types)
    yield from _policies()


def _create_chat_token(types: Spec) -> Spec:
    operation, module = operations()["CreateChatToken"], "program.chat_tokens"
    words = docstrings.attributes(module, "ChatGrantArgs")
    answer = docstrings.attributes(module, "CreateChatTokenResult")
    members = {snake_case(name): inner for name, inner in operation.input.members.items() if name != "roomIdentifier"}
    inputs = {"roomArn": described(STRING, _ARGUMENTS["roomArn"])} | {
        camel_case(key): described(spec_of(inner, types, module), words[key], default=inner.default)
        for key, inner in members.items()
    }
    outputs = {name: described(STRING, answer[snake_case(name)]) for name in operation.output.members}
    outputs["token"]["secret"] = True
    about = (
        "Issue a chat token, for smoke tests of what a program deploys. Every `up` issues new ones, and no preview issues any: "
        "there the answer is empty. A token opens one connection and expires after about a minute, so issue tokens at run time."
    )
    return {
        "description": _with_examples(about, "createChatToken"),
        "inputs": {"type": "object", "properties": inputs, "required": ["roomArn", "userId"]},
        "outputs": {"type": "object", "properties": outputs, "required": [*outputs]},
    }


def _policies() -> Iterator[tuple[str, Spec]]:
    arns = {"roomArns": list_of(STRING)}
    deployer = {"account": STRING, "region": STRING, "loggingConfigurations": FLAG, "chatTokens": FLAG}
    regions = {"region": "AWS region. Default: all, as *."}
    json_ = {"json": STRING}
    yield "deployerPolicy", _function("deployer_policy", deployer, json_, module="iam", words=regions)
    yield "issuerPolicy", _function("issuer_policy", arns, json_, ["roomArns"], module="iam")
    yield "moderatorPolicy", _function("moderator_policy", arns, json_, ["roomArns"], module="iam")


def _function(  # noqa: PLR0913  one for each thing that differs
    python_name: str,
    inputs: Mapping[str, Mapping[str, Any]],
    outputs: Mapping[str, Mapping[str, Any]],
    required: Iterable[str] = (),
    *,
    module: str = "program.lookups",
    words: Mapping[str, str] | None = None,
) -> Spec:
    about = {**_ARGUMENTS, **(words or {})}
    given = {name: described(spec, about[name]) for name, spec in inputs.items()}
    answered = {name: spec if "description" in spec else described(spec, about[name]) for name, spec in outputs.items()}
    optional = {"messageReviewHandler"}
    return {
        "description": _with_examples(docstrings.summary(module, python_name), camel_case(python_name)),
        "inputs": {"type": "object", "properties": given, "required": [*required]},
        "outputs": {"type": "object", "properties": answered, "required": sorted(answered.keys() - optional)},
    }


def _result(name: str, types: Spec) -> Spec:
    """Return the properties of a lookup's result, whose class the Python API has."""
    module, base = "program.lookups", {"RoomResult": ["RoomSummary"]}.get(name, [])
    words = {key: text for each in [*base, name] for key, text in docstrings.attributes(module, each).items()}
    resource = next(each for each in _MODULES if name.startswith(each))
    shape = operations()[
        f"{'List' if name == 'RoomSummary' else 'Get'}{resource}{'s' if name == 'RoomSummary' else ''}"
    ].output
    if name == "RoomSummary":
        shape = shape.members["rooms"].item or shape
    members = {snake_case(member): inner for member, inner in shape.members.items() if member != "id"}
    words = {**docstrings.attributes(_MODULES[resource], resource), **words, "arn": "Its ARN."}
    specs = {
        camel_case(key): described(spec_of(inner, types, _MODULES[resource]), words[key])
        for key, inner in members.items()
    }
    own_id = f"{snake_case(resource)}_id"
    extra = {camel_case(own_id): described(STRING, words[own_id]), "region": described(STRING, words["region"])}
    return dict(sorted({**specs, **extra, "tags": described(TAGS, words["tags"])}.items()))


def _result_type(name: str, types: Spec) -> Spec:
    properties = _result(name, types)
    types[token(name)] = {
        "type": "object",
        "description": docstrings.attributes("program.lookups", name)[""],
        "properties": properties,
        "required": sorted(properties.keys() - {"messageReviewHandler"}),
    }
    return {"$ref": reference(name)}


def _config(types: Spec) -> Spec:
    """Return the settings, as the table in `settings` has them."""
    types |= {token("AssumeRole"): _ASSUME_ROLE, token("RetryMode"): enum("How calls are retried.", _RETRY_MODES)}
    rows = re.findall(r"^\| (\w+) +\| (.+?) +\| (.+?) +\|$", settings.__doc__ or "", re.MULTILINE)
    numbers = {"type": "object", "additionalProperties": {"type": "number"}}
    kinds: Mapping[str, Mapping[str, Any]] = {
        "maxAttempts": {"type": "integer"},
        "retryMode": {"$ref": reference("RetryMode")},
        "ownerTag": FLAG,
        "readAhead": FLAG,
        "skipRegionValidation": FLAG,
        "defaultTags": TAGS,
        "rates": numbers,
        "assumeRole": {"$ref": reference("AssumeRole")},
    }
    return {
        key: described(kinds.get(key, STRING), _capitalised(about, default))
        for key, about, default in rows
        if key != "key"
    }


_RETRY_MODES: Final = {
    "standard": "Calls are retried after growing pauses.",
    "adaptive": "In addition, fewer calls are sent after AWS throttled one.",
}
_ASSUME_ROLE: Final = {
    "type": "object",
    "description": "A role of IAM that calls are made with.",
    "properties": {
        "roleArn": {**STRING, "description": "ARN of the role."},
        "sessionName": {
            **STRING,
            "description": "Name of the session, which CloudTrail shows. Default: pulumi-ivschat.",
        },
        "externalId": {**STRING, "description": "What the role's trust policy asks for, if it does."},
        "durationSeconds": {
            "type": "integer",
            "description": "How long credentials last, 900 to 43200; they are renewed before. Default: 3600.",
        },
    },
    "required": ["roleArn"],
}


def _capitalised(about: str, default: str) -> str:
    text = about.removeprefix("JSON object: ")
    shown = default.replace("aws:region, then AWS's own", "AWS's own chain")
    return f"{text[0].upper()}{text[1:]}. Default: {shown}."


def _with_examples(words: str, name: str) -> str:
    return f"{words}\n\n{examples.markdown(name)}"


def text() -> str:
    """Return the schema as the file has it."""
    return json.dumps(build(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(text(), encoding="utf-8")
