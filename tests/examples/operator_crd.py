"""
What a Stack of the Pulumi Kubernetes Operator may hold: the fields that the examples use, written down by hand.

The source is the operator's CRD, operator/config/crd/bases/pulumi.com_stacks.yaml of github.com/pulumi/pulumi-kubernetes-operator
at `COMMIT`, after v2.9.0. `make test-nightly` fetches it, and validates the manifests of both examples and this subset against it.
"""

from __future__ import annotations

from typing import Any, Final

COMMIT: Final = "475dbc6c9d34ccab38ba1d3b16c924dd8a1c59b1"

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_REFERENCE: dict[str, Any] = {
    "type": "object",
    "required": ["type"],
    "additionalProperties": False,
    "properties": {
        "type": {"enum": ["Env", "FS", "Secret", "Literal"]},
        "secret": {"type": "object", "required": ["name", "key"]},
        "literal": {"type": "object", "required": ["value"]},
    },
}
_WORKSPACE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "image": _TEXT,
        "env": {"type": "array"},
        "podTemplate": {"type": "object"},
        "resources": {"type": "object"},
    },
}
STACK: dict[str, Any] = {
    "type": "object",
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "properties": {
        "apiVersion": {"const": "pulumi.com/v1"},
        "kind": {"const": "Stack"},
        "metadata": {"properties": {"name": {"type": "string", "maxLength": 42}}},
        "spec": {
            "type": "object",
            "required": ["stack", "projectRepo", "branch"],
            "additionalProperties": False,
            "properties": {
                **dict.fromkeys(("stack", "projectRepo", "branch", "repoDir", "backend", "serviceAccountName"), _TEXT),
                **dict.fromkeys(("shallow", "refresh", "expectNoRefreshChanges"), _FLAG),
                **dict.fromkeys(("continueResyncOnCommitMatch", "destroyOnFinalize"), _FLAG),
                "resyncFrequencySeconds": {"type": "integer", "minimum": 60},
                "retryMaxBackoffDurationSeconds": {"type": "integer"},
                "workspaceReclaimPolicy": {"enum": ["Retain", "Delete"]},
                "config": {"type": "object"},
                "envRefs": {"type": "object", "additionalProperties": _REFERENCE},
                "workspaceTemplate": {"type": "object", "properties": {"spec": _WORKSPACE}},
            },
        },
    },
}
"""The fields that the examples' manifests use: names, types and what is required."""


def strict(schema: Any) -> Any:
    """Return the schema of a CRD with unknown fields as errors; Kubernetes itself drops them without a word."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    closed = "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields")
    own = {name: strict(value) for name, value in schema.items()}
    return {"additionalProperties": False, **own} if closed and schema.get("type") == "object" else own
