"""
The shards of a fleet for the machines that run them: a matrix of GitHub Actions, or Stacks of the Pulumi Kubernetes Operator.

    python shards.py matrix   [--file rooms.yaml]
    python shards.py operator [--file rooms.yaml] --repository URL --backend URL [--branch main] [--directory .]

A shard is a stack of the file. Both print; neither changes anything.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import yaml
from fleet_file import Fleet, FleetFileError, read

HERE: Final = Path(__file__).resolve().parent
NAMESPACE: Final = "fleet"
IMAGE: Final = "pulumi/pulumi:3.259.0-nonroot"
PACKAGE: Final = f"pulumi-ivschat[cli]=={version('pulumi-ivschat')}"
"""The package for the workspaces: the version that prints the manifests."""
MOST_JOBS: Final = 256
"""How many jobs GitHub runs of a matrix."""
LONGEST_NAME: Final = 42
"""How long the name of the operator's Stack may be: it adds to it, and labels have 63 characters."""
_NAME: Final = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says, and return the exit code."""
    options = _options().parse_args(arguments)
    try:
        fleet = read(options.file)
        print(matrix(fleet) if options.command == "matrix" else _as_yaml(operator(fleet, options)), end="")
    except FleetFileError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


class _WithoutAliases(yaml.SafeDumper):
    """Writes each thing in full, as often as it is there."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  the dumper's own
        """Return True."""
        return True


def _as_yaml(documents: list[dict[str, Any]]) -> str:
    return yaml.dump_all(documents, Dumper=_WithoutAliases, sort_keys=False)


def matrix(fleet: Fleet) -> str:
    """Return the stacks as a line of JSON; raise FleetFileError if GitHub would not run all of them."""
    if len(fleet.stacks) > MOST_JOBS:
        msg = f"stacks: there are {len(fleet.stacks)}, and GitHub runs {MOST_JOBS} jobs of a matrix: use fewer, or a second fleet with another name in Pulumi.yaml"
        raise FleetFileError(msg)
    return json.dumps(list(fleet.stacks)) + "\n"


def operator(fleet: Fleet, options: argparse.Namespace) -> list[dict[str, Any]]:
    """Return the manifests; raise FleetFileError with each stack whose name Kubernetes refuses."""
    wrong = [name for name in fleet.stacks if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME]
    if wrong:
        rule = f"lower-case letters, digits and hyphens, at most {LONGEST_NAME}"
        raise FleetFileError("\n".join(f"stacks: the operator needs {rule}; rename {name!r}" for name in wrong))
    return [*_account(), *(_stack(fleet, name, options) for name in fleet.stacks)]


def _account() -> Iterator[dict[str, Any]]:
    """Yield the service account of all shards' workspaces, and the role with which the operator reaches them."""
    place = {"name": "fleet", "namespace": NAMESPACE}
    yield {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": place}
    role = {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "system:auth-delegator"}
    yield {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": "fleet:system:auth-delegator"},
        "roleRef": role,
        "subjects": [{"kind": "ServiceAccount", **place}],
    }


def _stack(fleet: Fleet, name: str, options: argparse.Namespace) -> dict[str, Any]:
    secret = {"type": "Secret", "secret": {"name": "fleet", "key": "passphrase"}}
    spec = {
        "serviceAccountName": "fleet",
        "stack": name,
        "projectRepo": options.repository,
        "branch": options.branch,
        "repoDir": options.directory,
        "shallow": True,
        "backend": options.backend,
        "config": {f"ivschat:{key}": value for key, value in fleet.settings.items()},
        "envRefs": {
            "FLEET_FILE": {"type": "Literal", "literal": {"value": options.file.name}},
            "PULUMI_CONFIG_PASSPHRASE": secret,
        },
        # A shard whose worker was lost keeps its lock. So it fails, and tries again seldom, until `recover` has run.
        "retryMaxBackoffDurationSeconds": 3600,
        "destroyOnFinalize": False,
        "workspaceReclaimPolicy": "Delete",
        "workspaceTemplate": {"spec": _workspace()},
    }
    metadata = {"name": name, "namespace": NAMESPACE}
    return {"apiVersion": "pulumi.com/v1", "kind": "Stack", "metadata": metadata, "spec": spec}


def _workspace() -> dict[str, Any]:
    mounts = [{"name": "packages", "mountPath": "/packages"}]
    install = ["python3", "-m", "pip", "install", "--no-cache-dir", "--target=/packages", PACKAGE]
    # Requests let the cluster add a machine if a hundred shards start at once.
    needs = {"requests": {"cpu": "250m", "memory": "512Mi"}}
    return {
        "image": IMAGE,
        "env": [{"name": "PYTHONPATH", "value": "/packages"}],
        "resources": needs,
        "podTemplate": {
            "spec": {
                "initContainers": [{"name": "packages", "image": IMAGE, "command": install, "volumeMounts": mounts}],
                "containers": [{"name": "pulumi", "volumeMounts": mounts}],
                "volumes": [{"name": "packages", "emptyDir": {}}],
            }
        },
    }


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Print the shards of a fleet, for the machines that run them.")
    commands = parser.add_subparsers(dest="command", required=True)
    of_matrix = commands.add_parser("matrix", help="the stacks as JSON, for a matrix of GitHub Actions")
    of_operator = commands.add_parser("operator", help="a Stack of the Pulumi Kubernetes Operator for each stack")
    for command in (of_matrix, of_operator):
        command.add_argument("--file", type=Path, default=HERE / "rooms.yaml", help="the fleet  [default: rooms.yaml]")
    of_operator.add_argument("--repository", required=True, help="where the operator gets this folder from")
    of_operator.add_argument("--backend", required=True, help="the state backend, such as s3://BUCKET?region=us-west-2")
    of_operator.add_argument("--branch", default="main", help="[default: main]")
    of_operator.add_argument("--directory", default=".", help="this folder in the repository  [default: its root]")
    return parser


if __name__ == "__main__":
    sys.exit(main())
