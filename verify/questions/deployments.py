"""The quickstart, deployed by the real engine: up, no change, drift, import, destroy."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Final

from verify.marks import PREFIX
from verify.project import Project, project
from verify.question import NotTried, documented
from verify.run import Run

_QUICKSTART: Final = Path(__file__).parents[2] / "examples" / "quickstart" / "__main__.py"
_CHANGES: Final = 7
"""The CLI's exit code if --expect-no-changes finds changes."""
_PROGRAM: Final = """\
import runpy

import pulumi


def named(args):
    given = {{**args.props, "name": {prefix!r} + args.name}} if args.type_.endswith(":Room") else args.props
    return pulumi.ResourceTransformationResult(given, args.opts)


pulumi.runtime.register_stack_transformation(named)
runpy.run_path({quickstart!r})
"""
"""The quickstart as it is; only the names of its rooms begin with the run's id."""
_IMPORTED: Final = "import imported_rooms\n"


def _folder(run: Run) -> Path:
    if not run.options.deployments:
        msg = "deployments were not asked for"
        raise NotTried(msg)
    return Path(run.block().enter_context(tempfile.TemporaryDirectory()))


def _deployed(run: Run) -> Project:
    made = project(_folder(run) / "quickstart", "verify-quickstart", run.endpoint, defaultTags=json.dumps(run.tags))
    made.program(_PROGRAM.format(prefix=f"{PREFIX}{run.id}-", quickstart=str(_QUICKSTART)))
    made.must("up", "--yes", "--skip-preview", "--parallel", "1")
    return made


@documented(
    "Deployment of the quickstart",
    source="docs/first-room.md",
    expected={
        "rooms": 2,
        "no change": True,
        "no drift": True,
        "drift is found": True,
        "drift is repaired": True,
        "destroyed": 0,
    },
)
def the_quickstart_is_deployed(run: Run) -> Any:
    """Does the engine deploy the quickstart, find no change, find and repair drift, and destroy it?"""
    made = _deployed(run)
    rooms = json.loads(made.must("stack", "output", "--json"))
    seen: dict[str, Any] = {"rooms": len(rooms)}
    seen["no change"] = made.pulumi("preview", "--expect-no-changes")[0] == 0
    seen["no drift"] = _drift(made) == 0
    run.must("UpdateRoom", identifier=rooms["quiz"], maximumMessageLength=100)
    seen["drift is found"] = _drift(made) == _CHANGES
    made.must("up", "--yes", "--skip-preview", "--refresh", "--parallel", "1")
    seen["drift is repaired"] = run.must("GetRoom", identifier=rooms["quiz"])["maximumMessageLength"] == 200
    made.must("destroy", "--yes", "--skip-preview", "--parallel", "1")
    seen["destroyed"] = sum(run.call("GetRoom", identifier=arn).code == "" for arn in rooms.values())
    return seen


def _drift(made: Project) -> int:
    return made.pulumi("refresh", "--preview-only", "--expect-no-changes", "--parallel", "1")[0]


@documented("Import of a room", source="docs/existing-rooms.md", expected={"imported": True, "no change": True})
def a_room_is_imported(run: Run) -> Any:
    """Can a room that exists be imported, with no change after it?"""
    made = project(_folder(run) / "imported", "verify-imported", run.endpoint)
    made.program("")
    room = run.new_room(maximumMessageLength=120, tags={"team": "chat"})
    code, _ = made.ivschat("import", f"imported={room['arn']}", "--yes")
    made.program(_IMPORTED)
    return {"imported": code == 0, "no change": made.pulumi("preview", "--refresh", "--expect-no-changes")[0] == 0}
