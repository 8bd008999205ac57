"""
Make a virtual environment at the checkout's root what it should be; quick if it is that already.

    python3 tools/venv.py DIRECTORY ARGUMENT...

The arguments are pip install's. The environment is recreated if it is broken, unfinished or moved, or if the variable PYTHON asks
for another Python. It is updated if the arguments or pyproject.toml changed. A link to an environment of another checkout is
replaced, and that environment stays as it is.

uv makes it, in a quarter of pip's time. uv is in an environment of its own, and takes its settings from pip's configuration. If it
cannot be installed, or does not succeed, then `venv` and pip do it.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]

EDITABLE_PIP = (21, 3)  # Installs a pyproject.toml's package as editable from here.
UV = "uv==0.13.9"
UV_ENVIRONMENT = ".venv-uv"
UV_SETTINGS = {
    "cert": "SSL_CERT_FILE",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "index-url": "UV_DEFAULT_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
}
"""The variable of uv for each setting of pip about the place of packages."""


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


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Let nobody else make the environment *name* meanwhile; others may be made at once."""
    byte = zlib.crc32(name.encode())
    fcntl.lockf(lock_file(), fcntl.LOCK_EX, 1, byte)
    try:
        yield
    finally:
        fcntl.lockf(lock_file(), fcntl.LOCK_UN, 1, byte)


@functools.cache
def lock_file() -> IO[str]:
    """Open the file of the locks, once: a process that closes it loses them all."""
    return Path(__file__).open("r+")


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
    is_first = not environment.exists()
    stamp_file.unlink(missing_ok=True)
    if reason is None:
        print(f"Updating {name}.", flush=True)
    else:
        because = "" if is_first else f" anew ({reason})"
        print(f"Making {name}{because}, with Python {platform.python_version()}: up to a minute.", flush=True)
    is_new = reason is not None
    if not by_uv(environment, arguments, is_new=is_new):
        by_pip(environment, arguments, is_new=is_new)
    stamp_file.write_text(json.dumps({**wanted, "minor": minor_in(environment)}))


def by_uv(environment: Path, arguments: Sequence[str], *, is_new: bool) -> bool:
    """Return whether uv could make or update an environment."""
    uv = uv_program() if environment.name != UV_ENVIRONMENT else None
    if uv is None:
        return False
    venv = ["venv", "--clear", "--seed", "--no-project", "--python", sys.executable, str(environment)]
    install = ["pip", "install", "--python", str(environment / "bin" / "python"), *arguments]
    variables = {"UV_SYSTEM_CERTS": "true", **pip_settings(), **os.environ}
    commands = [[str(uv), "--quiet", *command] for command in ([venv, install] if is_new else [install])]
    return all(subprocess.run(each, cwd=ROOT, env=variables, check=False).returncode == 0 for each in commands)


def uv_program() -> Path | None:
    """Return uv, installed if need be; None if it cannot be installed."""
    with locked(UV_ENVIRONMENT), contextlib.redirect_stdout(None):
        try:
            main(UV_ENVIRONMENT, UV)
        except subprocess.CalledProcessError:
            return None
    return ROOT / UV_ENVIRONMENT / "bin" / "uv"


def pip_settings() -> dict[str, str]:
    """Return pip's configuration as uv's variables."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    settings = dict(re.findall(r"^[\w:]+\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    known = settings.keys() & UV_SETTINGS.keys()
    return {UV_SETTINGS[name]: settings[name].replace("\\n", " ").strip() for name in known}


def by_pip(environment: Path, arguments: Sequence[str], *, is_new: bool) -> None:
    """Make or update an environment with Python's own tools."""
    if is_new:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(environment)], check=True)
    pip = [str(environment / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
    pip_version = subprocess.run([*pip, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    if tuple(map(int, pip_version.split(".")[:2])) < EDITABLE_PIP:
        subprocess.run([*pip, "install", "--upgrade", "pip"], check=True)
    subprocess.run([*pip, "install", *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    try:
        with locked(sys.argv[1]):
            main(*sys.argv[1:])
    except subprocess.CalledProcessError as error:
        sys.exit(f"Setting up {sys.argv[1]} failed; what is above says why. ({error})")
    except KeyboardInterrupt:
        sys.exit("Interrupted: the next run starts that environment anew.")
