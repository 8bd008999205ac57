"""
Generate the SDKs of the native plug-in, for TypeScript, Python, Go, .NET and Java, from its committed schema.

    python3 -m tools.engine.generate_sdks DIRECTORY

The one for TypeScript is compiled, as npm packages are: `npm install DIRECTORY/nodejs/bin` installs it.

The generators are Go packages of Pulumi's: tools/engine/sdk calls them. Go compiles it with the packages that the engine was
built from, and keeps the program in its cache. Those for .NET and Java need an older module of Pulumi's:
tools/engine/sdk-dotnet-java.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from tools.engine import install

COMPILING = "Compiling Pulumi's generators of SDKs, once: a minute or two."
PROGRAMS = (install.HERE / "sdk", install.HERE / "sdk-dotnet-java")
NODE_MODULES = install.HERE.parents[1] / "tests" / "sdk" / "node_modules"
SCHEMA = install.HERE.parents[1] / "pulumi_ivschat" / "plugin" / "schema.json"


def generate(schema: str | Path, directory: str | Path) -> None:
    """Write the SDKs of a *schema* into a folder of *directory* for each language. Raises EngineError if that fails."""
    go = shutil.which("go")
    if go is None:
        message = f"Go not found. Install Go {install.go_needed()} or newer: the generators of SDKs are Go packages."
        raise install.EngineError(message)
    environment = {**os.environ, **install.GO_ENVIRONMENT}
    for name in ("GOOS", "GOARCH"):
        environment.pop(name, None)
    compiling = threading.Timer(5, install.say, [COMPILING])
    compiling.start()
    try:
        for program in PROGRAMS:
            # Go reuses the packages of the engine's build only if the flags are the same.
            command = [go, "run", "-trimpath", ".", str(Path(schema).resolve()), str(Path(directory).resolve())]
            subprocess.run(command, cwd=program, env=environment, stdin=subprocess.DEVNULL, check=True)
    except subprocess.CalledProcessError:
        message = "The SDKs were not generated: see the messages above."
        raise install.EngineError(message) from None
    finally:
        compiling.cancel()


def compile_typescript(folder: Path) -> None:
    """Compile a generated SDK for TypeScript into its folder `bin`, an npm package. Raises EngineError if that fails."""
    packages = folder / "node_modules"
    if not packages.exists():
        packages.symlink_to(NODE_MODULES, target_is_directory=True)
    compiler = packages / ".bin" / "tsc"
    if subprocess.run([compiler, "--project", folder], check=False).returncode:
        message = "The SDK for TypeScript was not compiled: see the messages above."
        raise install.EngineError(message)
    shutil.copy(folder / "package.json", folder / "bin")


if __name__ == "__main__":
    try:
        target = Path(sys.argv[1])
        generate(SCHEMA, target)
        compile_typescript(target / "nodejs")
    except install.EngineError as error:
        sys.exit(str(error))
