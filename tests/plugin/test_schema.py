"""The schema: the committed copy is what the sources make, and holds what every language needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_ivschat.model import native
from pulumi_ivschat.model.arns import RESOURCES
from pulumi_ivschat.plugin import schema
from pulumi_ivschat.settings import from_config

ROOT = Path(__file__).parents[2]
SCHEMA = native.schema()


def test_the_committed_schema_is_what_the_sources_make() -> None:
    assert native.SCHEMA_FILE.read_text(encoding="utf-8") == schema.text(), "run `make schema`"


def descriptions(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "description" and isinstance(item, str):
                yield re.sub(r"```.*?```", "", item, flags=re.DOTALL)
            else:
                yield from descriptions(item)


def test_no_description_is_about_python() -> None:
    words = r"None|True|False|pulumi_ivschat|dict|boto3|botocore|pip|[Pp]ython|pickle|docstring|kwargs|[a-z]+_[a-z_]+"
    python = re.compile(rf"\b({words})\b|\"\"\"|\b[Rr]aises?\b")
    found = [text for text in descriptions(SCHEMA) if python.search(text)]

    assert found == []


def properties() -> Iterator[tuple[str, Any]]:
    for kind in ("resources", "types"):
        for token, spec in SCHEMA[kind].items():
            for bag in ("inputProperties", "properties"):
                yield from ((f"{token}.{name}", each) for name, each in spec.get(bag, {}).items())
    for token, spec in SCHEMA["functions"].items():
        for bag in ("inputs", "outputs"):
            yield from ((f"{token}.{name}", each) for name, each in spec[bag]["properties"].items())
    yield from SCHEMA["config"]["variables"].items()


def enum_values() -> Iterator[tuple[str, Any]]:
    for token, spec in SCHEMA["types"].items():
        yield from ((f"{token}.{each['name']}", each) for each in spec.get("enum", []))


def test_everything_is_described() -> None:
    kinds = (spec for kind in ("resources", "functions", "types") for spec in SCHEMA[kind].items())

    assert [name for name, spec in (*kinds, *properties(), *enum_values()) if not spec.get("description")] == []


def outputs() -> Iterator[tuple[str, Any]]:
    for token, spec in SCHEMA["resources"].items():
        yield from ((f"{token}.{name}", each) for name, each in spec["properties"].items())
    for token, spec in SCHEMA["functions"].items():
        yield from ((f"{token}.{name}", each) for name, each in spec["outputs"]["properties"].items())
    for name in ("RoomSummary", "LoggingConfigurationResult"):
        yield from SCHEMA["types"][native.token(name)]["properties"].items()


def test_an_output_does_not_describe_what_an_input_may_be() -> None:
    of_inputs = re.compile(r"Default:|replaces|at most|\b1 to\b")

    assert [name for name, spec in outputs() if of_inputs.search(spec["description"])] == []


@pytest.mark.parametrize("name", ["listRooms", "listLoggingConfigurations"])
def test_the_region_of_a_function_without_an_arn_is_not_that_of_an_arn(name: str) -> None:
    assert "ARN" not in native.function(name)["inputs"]["properties"]["region"]["description"]


def test_a_setting_with_a_few_values_is_an_enumeration() -> None:
    reference = SCHEMA["config"]["variables"]["retryMode"]["$ref"].removeprefix("#/types/")

    assert [each["value"] for each in SCHEMA["types"][reference]["enum"]] == ["standard", "adaptive"]


def test_a_stack_of_dynamic_resources_finds_its_resources_by_an_alias() -> None:
    aliases = {token: spec["aliases"][0]["type"] for token, spec in SCHEMA["resources"].items()}

    assert aliases == {native.token(name): f"pulumi-python:dynamic/ivschat:{name}" for name in (*RESOURCES, "TagSet")}


def test_the_configuration_has_every_setting_of_a_stack() -> None:
    keys = SCHEMA["config"]["variables"]

    assert SCHEMA["provider"]["inputProperties"] == keys
    values = {
        "region": "us-west-2",
        "endpointUrl": "http://localhost:1",
        "maxAttempts": 3,
        "retryMode": "adaptive",
        "rates": {},
    }
    values |= dict.fromkeys(("ownerTag", "readAhead", "skipRegionValidation"), False) | {"defaultTags": {"a": "b"}}
    values |= {"profile": "p", "appName": "a", "assumeRole": {"roleArn": "arn:aws:iam::111122223333:role/chat"}}
    assert keys.keys() == values.keys()
    from_config({f"ivschat:{key}": value for key, value in values.items()})


def test_only_another_region_or_resource_replaces_and_a_token_is_secret() -> None:
    replacing = {
        f"{token.rpartition(':')[2]}.{name}"
        for token, spec in SCHEMA["resources"].items()
        for name, each in spec["inputProperties"].items()
        if each.get("willReplaceOnChanges")
    }
    token = SCHEMA["functions"]["ivschat:index:createChatToken"]["outputs"]["properties"]["token"]

    assert replacing == {"Room.region", "LoggingConfiguration.region", "TagSet.resourceArn"}
    assert token["secret"] is True


def test_what_only_the_urn_or_the_options_show_is_not_an_input() -> None:
    text = json.dumps({token: spec["inputProperties"] for token, spec in SCHEMA["resources"].items()})

    assert "ownerTag" not in text
    assert "timeoutSeconds" not in text


def test_the_publisher_is_the_author_and_what_is_not_published_has_no_address() -> None:
    author = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["authors"][0]["name"]

    assert SCHEMA["publisher"] == author
    assert not SCHEMA.keys() & {"homepage", "repository", "logoUrl", "pluginDownloadURL"}
    assert SCHEMA["language"]["java"]["buildFiles"] == "none"
