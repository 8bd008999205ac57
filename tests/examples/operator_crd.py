"""
What a Stack of the Pulumi Kubernetes Operator may hold: the fields that the examples use, written down by hand.

The source is the operator's CRD, operator/config/crd/bases/pulumi.com_stacks.yaml of github.com/pulumi/pulumi-kubernetes-operator
at 475dbc6, after v2.9.0. The manifests of both examples were validated against all of it, with unknown fields as errors.
"""

from __future__ import annotations

from typing import Any

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
