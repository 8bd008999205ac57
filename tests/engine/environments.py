"""Environments of the engine in tests: no settings of this machine, and less work for each command."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.conftest import ENGINEER

_QUICK: Final = str(Path(__file__).with_name("quick"))


def engine_environment(home: Path, keys: Mapping[str, str], place: Path) -> dict[str, str]:
    """Return the CLI's environment with a home and the keys of stacks; the state backend is in the directory *place*."""
    backend = place / "state"
    backend.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PULUMI_"))}
    return {
        **kept,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": f"file://{backend}",
        "PULUMI_CONFIG_PASSPHRASE": "",
        **keys,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_IVSCHAT_DATA": str(place / "local-service"),
        **ENGINEER,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def quick(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which Python starts with less work for the engine: see the folder `quick`, which comes last."""
    paths = [*filter(None, [environment.get("PYTHONPATH")]), _QUICK]
    return {**environment, "PYTHONPATH": os.pathsep.join(paths)}


def without_checkpoints(environment: Mapping[str, str]) -> dict[str, str]:
    """
    Return an environment in which the engine writes the state at the end of a command, and not after each resource too.

    With 150 resources that saves half of the processor time. Tests of interrupted commands need the checkpoints.
    """
    return {**environment, "PULUMI_EXPERIMENTAL": "true", "PULUMI_SKIP_CHECKPOINTS": "true"}
