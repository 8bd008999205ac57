"""
Make a virtual environment at the checkout's root what it should be; quick if it is that already.

    python3 tools/venv.py DIRECTORY ARGUMENT...

The arguments are pip install's. The environment is recreated if it is broken, unfinished or moved, or if the variable PYTHON asks
for another Python. It is updated if the arguments or pyproject.toml changed. A link to an environment of another checkout is
replaced, and that environment stays as it is.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import subprocess
import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

EDITABLE_PIP = (21, 3)  # Installs a pyproject.toml's package as editable from here.


def sha256(*files: Path) -> str:
    """Return the digest of what is in *files*."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def minor(version: str) -> str:
    """Return 3.12 of 3.12.1."""
    return ".".join(version.split(".")[:2])


def minor_in(environment: Path) -> str | None:
    """Return the minor version of Python in *environment*, or None where it does not run."""
    code = "import platform, sys; print(platform.python_version() if sys.prefix == sys.argv[1] else '')"
    python = environment / "bin" / "python"
    try:
        answer = subprocess.run([python, "-c", code, environment], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return minor(answer.stdout.strip()) or None


def fault(environment: Path, stamp: dict[str, object]) -> str | None:
    """Return what is wrong with *environment*, last seen whole as *stamp* says, or None."""
    found = minor_in(environment)
    wanted = os.environ.get("PYTHON")
    faults = {
        "it is unfinished": not stamp,
        f"it was made for {stamp.get('path')}": stamp.get("path") != str(environment),
        "its Python does not run": found is None,
        f"its Python is now {found}": found != stamp.get("minor"),
        f"{wanted} is asked for": wanted is not None and found != minor(platform.python_version()),
    }
    return next((reason for reason, applies in faults.items() if applies), None)


def main(name: str, *arguments: str) -> None:
    """Make the environment *name*, with what pip installs for *arguments*."""
    environment = ROOT / name
    stamp_file = environment / ".stamp.json"
    try:
        stamp = json.loads(stamp_file.read_text())
    except (OSError, ValueError):
        stamp = {}
    sources = [Path(__file__), *([ROOT / "pyproject.toml"] if "-e" in arguments else [])]
    wanted = {"path": str(environment), "arguments": list(arguments), "sources": sha256(*sources)}

    reason = fault(environment, stamp)
    if reason is None and stamp == {**stamp, **wanted}:
        return
    if environment.is_symlink():  # `venv --clear` would empty the environment of another checkout
        environment.unlink()
    is_new = not environment.exists()
    stamp_file.unlink(missing_ok=True)
    if reason is None:
        print(f"Updating {name}.", flush=True)
    else:
        because = "" if is_new else f" anew ({reason})"
        print(f"Making {name}{because}, with Python {platform.python_version()}: up to a minute.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    pip_version = subprocess.run([*pip, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    if tuple(map(int, pip_version.split(".")[:2])) < EDITABLE_PIP:
        subprocess.run([*pip, "install", "--upgrade", "pip"], check=True)
    subprocess.run([*pip, "install", *arguments], cwd=ROOT, check=True)
    stamp_file.write_text(json.dumps({**wanted, "minor": minor_in(environment)}))


if __name__ == "__main__":
    with Path(__file__).open("r+") as lock:
        fcntl.lockf(lock, fcntl.LOCK_EX, 1, zlib.crc32(sys.argv[1].encode()))  # another environment may be made at once
        try:
            main(*sys.argv[1:])
        except subprocess.CalledProcessError as error:
            sys.exit(f"Setting up {sys.argv[1]} failed; what is above says why. ({error})")
        except KeyboardInterrupt:
            sys.exit("Interrupted: the next run starts that environment anew.")
