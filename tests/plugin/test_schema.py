"""The schema: the committed copy is what the sources make, and holds what every language needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pulumi_ivschat import native
from pulumi_ivschat.arns import RESOURCES
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
    python = re.compile(r"\b(None|True|False|pulumi_ivschat|dict|[a-z]+_[a-z_]+)\b|\"\"\"|\b[Rr]aises?\b")
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


def test_everything_is_described() -> None:
    assert [name for name, spec in properties() if not spec.get("description")] == []
    assert [
        token for kind in ("resources", "functions") for token, spec in SCHEMA[kind].items() if not spec["description"]
    ] == []


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
