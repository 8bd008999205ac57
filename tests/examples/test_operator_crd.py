"""The manifests of the examples, validated against the operator's published CRD, and the subset of it in operator_crd.py."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any, Final

import jsonschema
import pytest
import yaml

from tests.examples.conftest import EXAMPLES
from tests.examples.fleets import OPERATOR, STACKS, Fleet
from tests.examples.operator_crd import COMMIT, STACK, strict

SOURCE: Final = (
    f"https://raw.githubusercontent.com/pulumi/pulumi-kubernetes-operator/{COMMIT}/"
    "operator/config/crd/bases/pulumi.com_stacks.yaml"
)


@pytest.fixture(scope="module")
def published() -> dict[str, Any]:
    """Return the schema of a Stack in the operator's CRD; skip if the network does not have it."""
    try:
        with urllib.request.urlopen(SOURCE, timeout=60) as answer:
            text = answer.read()
    except (urllib.error.URLError, TimeoutError) as error:
        pytest.skip(f"the operator's CRD cannot be fetched: {error}")
    [version] = [each for each in yaml.safe_load(text)["spec"]["versions"] if each["storage"]]
    schema: dict[str, Any] = strict(version["schema"]["openAPIV3Schema"])
    return schema


def manifests(fleet: Fleet) -> list[Mapping[str, Any]]:
    """Return the Stacks of both examples."""
    fleet.write({}, settings={"region": "us-west-2", "defaultTags": {"team": "chat"}})
    ours = [*yaml.safe_load_all(fleet.shards(*OPERATOR, "--directory", "fleet"))]
    ours += yaml.safe_load_all((EXAMPLES / "gitops" / "kubernetes" / "stack.yaml").read_text())
    return [each for each in ours if each["kind"] == "Stack"]


@pytest.mark.nightly
def test_each_stack_has_only_fields_and_values_of_the_published_crd(fleet: Fleet, published: dict[str, Any]) -> None:
    stacks = manifests(fleet)
    assert len(stacks) > len(STACKS)

    for stack in stacks:
        jsonschema.validate(stack, published)


@pytest.mark.nightly
def test_the_published_crd_has_every_field_of_the_subset_with_the_same_type(published: dict[str, Any]) -> None:
    ours, theirs = (schema["properties"]["spec"]["properties"] for schema in (STACK, published))

    assert ours.keys() - theirs.keys() == set()
    different = {name for name in ours if ours[name].get("type", "string") != theirs[name].get("type", "object")}
    assert different == set()


def test_a_field_that_a_crd_does_not_have_is_an_error_unless_it_keeps_unknown_ones() -> None:
    crd = {
        "type": "object",
        "properties": {
            "closed": {"type": "object", "properties": {"image": {"type": "string"}}},
            "open": {"type": "object", "properties": {}, "x-kubernetes-preserve-unknown-fields": True},
        },
    }

    jsonschema.validate({"closed": {"image": "x"}, "open": {"any": 1}}, strict(crd))
    with pytest.raises(jsonschema.ValidationError, match="imgae"):
        jsonschema.validate({"closed": {"imgae": "x"}}, strict(crd))
