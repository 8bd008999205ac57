"""
Build the archive of the native plug-in for this platform: the program with a Python of its own.

    python -m tools.plugin.build [DIRECTORY]

`pulumi plugin install resource ivschat VERSION --file ARCHIVE` installs it on a machine without Python. The Python that runs
this needs PyInstaller and the package. The directory is `dist`, omitted.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import platform
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
NAME: Final = "pulumi-resource-ivschat"
ARCHITECTURES: Final = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64"}
"""Pulumi's names of those that Python calls otherwise."""


def archive_name() -> str:
    """Return the name that Pulumi expects of an archive, such as `pulumi-resource-ivschat-v1.0.0-linux-amd64.tar.gz`."""
    version = importlib.metadata.version("pulumi-ivschat")
    machine = platform.machine()
    return f"{NAME}-v{version}-{platform.system().lower()}-{ARCHITECTURES.get(machine, machine)}.tar.gz"


def build(directory: Path) -> Path:
    """Build the archive in a directory; return it."""
    work = ROOT / "build" / "plugin"
    options = ["--noconfirm", "--log-level=ERROR", f"--workpath={work / 'work'}", f"--distpath={work}"]
    spec = Path(__file__).with_name(f"{NAME}.spec")
    subprocess.run([sys.executable, "-m", "PyInstaller", *options, str(spec)], check=True)
    directory.mkdir(parents=True, exist_ok=True)
    archive = directory / archive_name()
    _pack(work / NAME, archive)
    return archive


def _pack(folder: Path, archive: Path) -> None:
    """Pack a folder without what differs from build to build: times and owners."""
    with gzip.GzipFile(archive, "wb", mtime=0) as compressed, tarfile.open(fileobj=compressed, mode="w") as tar:
        for path in sorted(folder.rglob("*")):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_without_owner)


def _without_owner(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.mtime = member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


if __name__ == "__main__":
    print(build(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "dist"))
