"""
Generate the SDKs of the native plug-in, for TypeScript, Python and Go, from its committed schema.

    python3 -m tools.engine.generate_sdks DIRECTORY

The generators are Go packages of Pulumi's: tools/engine/sdk calls them. Go compiles it with the packages that the engine was
built from, and keeps the program in its cache.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from tools.engine import install

SCHEMA = install.HERE.parents[1] / "pulumi_ivschat" / "plugin" / "schema.json"


def generate(schema: str | Path, directory: str | Path) -> None:
    """Write the SDKs of a *schema* into a folder of *directory* for each language. Raises EngineError if that fails."""
    go = shutil.which("go")
    if go is None:
        message = f"Go not found. Install Go {install.go_needed()} or newer: the generators of SDKs are Go packages."
        raise install.EngineError(message)
    # Go reuses the packages of the engine's build only if the flags are the same.
    command = [go, "run", "-trimpath", "./sdk", str(Path(schema).resolve()), str(Path(directory).resolve())]
    environment = {**os.environ, **install.GO_ENVIRONMENT}
    for name in ("GOOS", "GOARCH"):
        environment.pop(name, None)
    compiling = threading.Timer(5, install.say, ["Compiling Pulumi's generators of SDKs, once: a minute or two."])
    compiling.start()
    try:
        subprocess.run(command, cwd=install.HERE, env=environment, stdin=subprocess.DEVNULL, check=True)
    except subprocess.CalledProcessError:
        message = "The SDKs were not generated: see the messages above."
        raise install.EngineError(message) from None
    finally:
        compiling.cancel()


if __name__ == "__main__":
    try:
        [target] = sys.argv[1:]
        generate(SCHEMA, target)
    except install.EngineError as error:
        sys.exit(str(error))
