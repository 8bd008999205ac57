"""
Get the Pulumi engine for this checkout: the CLI and its language hosts for Python and YAML.

A suitable `pulumi` on PATH is used as it is. Otherwise all are built from the Go modules pinned here, into the
user's cache, once per machine. Either way `.engine` at the checkout's root then holds a link to each program.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
LINKS = HERE.parents[1] / ".engine"

OLDEST = (3, 254, 0)  # `pulumi import --file` works from here.
INSTALLER = "https://www.pulumi.com/docs/install/"

GO_MOD = (HERE / "go.mod").read_text()
SDK = "github.com/pulumi/pulumi/sdk/v3"
SCRIPTS = ("python/cmd/pulumi-language-python-exec", "python/dist/pulumi-resource-pulumi-python")
PROGRAMS = ("pulumi", "pulumi-language-python", "pulumi-language-yaml", *(Path(script).name for script in SCRIPTS))

# A module of its own: the newest release of the host needs an older pkg/v3 than the engine. All else that both need has the same
# version in both, so Go compiles it once.
YAML_HOST = HERE / "pulumi-language-yaml"

GO_ENVIRONMENT = {
    "CGO_ENABLED": "0",
    "GOFLAGS": "-mod=readonly -buildvcs=false",
    "GOGC": "off",  # A fifth less time, for 2 GB of memory.
    "GOWORK": "off",
}


class EngineError(Exception):
    """Raised when there is no engine to be had; the message shows what to do."""


def say(message: str) -> None:
    """Tell the person who waits."""
    print(message, flush=True)


# A `pulumi` on PATH


def find_on_path(rejected: list[str]) -> list[Path]:
    """Return the programs of the first suitable `pulumi` on PATH, or none; say in *rejected* why one is passed over."""
    # A shell that sourced tools/env.sh has a checkout's links on PATH.
    directories = [path for path in map(Path, os.get_exec_path()) if path.is_absolute() and path.name != LINKS.name]
    path = os.pathsep.join(map(str, directories))
    for directory in directories:
        pulumi = shutil.which("pulumi", path=str(directory))
        if pulumi is None:
            continue
        beside = [directory, Path(pulumi).resolve().parent]
        host = shutil.which("pulumi-language-python", path=os.pathsep.join([*map(str, beside), path]))
        reason = unsuitable(pulumi, host)
        if reason is None and host is not None:
            return [Path(host), *programs_in(beside[1]), *programs_in(beside[0])]
        rejected.append(f"Passing over {pulumi}: {reason}.")
    return []


def unsuitable(pulumi: str, host: str | None) -> str | None:
    """Return why *pulumi* cannot be used, or None."""
    try:
        answer = subprocess.run(
            [pulumi, "version"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return f"`pulumi version` failed ({error})"
    version = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer.strip())
    if version is None:
        return f"`pulumi version` answered {answer.strip()!r}"
    if tuple(map(int, version.groups())) < OLDEST:
        return f"it is {version[0]}, and v{'.'.join(map(str, OLDEST))} or newer is needed"
    if host is None:
        return "pulumi-language-python is neither beside it nor on PATH"
    return None


def programs_in(directory: Path) -> list[Path]:
    """Return the CLI and its plugins in *directory*."""
    return [path for path in sorted(directory.glob("pulumi*")) if path.is_file() and os.access(path, os.X_OK)]


# An engine of our own


def pinned(pattern: str) -> str:
    """Return what *pattern*'s group finds in go.mod."""
    found = re.search(pattern, GO_MOD, re.MULTILINE)
    if found is None:
        message = f"There is no {pattern} in {HERE / 'go.mod'}."
        raise EngineError(message)
    return found[1]


def version_to_build() -> str:
    """Return the version of Pulumi that go.mod pins."""
    return pinned(rf"{re.escape(SDK)} (v\S+)")


def go_needed() -> str:
    """Return the version of Go that go.mod asks for."""
    return pinned(r"^go (\S+)")


def home_in_cache() -> Path:
    """Return the directory for the engine that would be built from these sources on this kind of machine."""
    digest = hashlib.sha256(repr((GO_ENVIRONMENT, platform.system(), platform.machine())).encode())
    # The generators of SDKs are not part of the engine: a change of theirs builds no engine again.
    for source in sorted([*HERE.glob("go.*"), *HERE.glob("pulumi-*/go.*"), *HERE.glob("pulumi-*/*.go")]):
        digest.update(source.read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "pulumi-ivschat" / "engine" / f"{version_to_build()}-{digest.hexdigest()[:8]}"


def is_whole(home: Path) -> bool:
    """Tell whether every program is in *home*."""
    return all(os.access(home / "bin" / program, os.X_OK) for program in PROGRAMS)


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """Hold the lock at *path*, and hand out its descriptor."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another build of the Pulumi engine.")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def install(home: Path) -> None:
    """Build the engine into *home*: whole, or not at all."""
    home.parent.mkdir(parents=True, exist_ok=True)
    with locked(home.with_name(f"{home.name}.lock")) as lock:
        if is_whole(home):
            return
        go = shutil.which("go")
        if go is None:
            message = (
                f"Pulumi CLI not found. The usual way to get it is Pulumi's own installer: {INSTALLER}\n"
                f"Or install Go {go_needed()} or newer, and this builds it. Then run this again."
            )
            raise EngineError(message)
        say(
            f"Building the Pulumi engine {version_to_build()} with Go, once for this machine: about 4 minutes on two\n"
            f"idle cores, 2 GB of memory, 3 GB in Go's caches. (Pulumi's own installer is faster: {INSTALLER})"
        )
        partial = home.with_name(f"{home.name}.partial")
        log = home.with_name(f"{home.name}.log")
        for leftover in (partial, home):
            shutil.rmtree(leftover, ignore_errors=True)
        try:
            build(go, partial / "bin", log, lock)
            partial.rename(home)
        except subprocess.CalledProcessError:
            said = "\n".join(log.read_text().splitlines()[-20:])
            message = (
                f"{said}\n\nThe build failed; all of what Go said: {log}\n"
                f"It needs Go {go_needed()} or newer, and the Go module proxy. Without them: {INSTALLER}"
            )
            raise EngineError(message) from None
        except OSError as error:
            message = f"The build failed: {error}"
            raise EngineError(message) from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def build(go: str, into: Path, log: Path, lock: int) -> None:
    """Build every program *into* a directory, and hold what Go says in *log*."""
    into.mkdir(parents=True)
    environment = {**os.environ, **GO_ENVIRONMENT}
    for name in ("GOOS", "GOARCH"):
        environment.pop(name, None)
    # The CLI reports this version, and the Automation API refuses a CLI that reports none.
    stamp = f"-s -w -X {SDK}/go/common/version.Version={version_to_build()}"
    with log.open("w") as output:

        def run(*arguments: str, stdout: int | None = None, module: Path = HERE) -> str | None:
            return subprocess.run(
                [go, *arguments],
                cwd=module,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output if stdout is None else stdout,
                stderr=output,
                text=True,
                check=True,
                pass_fds=[lock],  # If we are killed, Go writes on: the next build waits for it.
            ).stdout

        run("version")
        run("build", "-trimpath", "-ldflags", stamp, "-o", f"{into}{os.sep}", "tool")
        run("build", "-trimpath", "-ldflags", "-s -w", "-o", f"{into}{os.sep}", "tool", module=YAML_HOST)
        sdk = run("list", "-m", "-f", "{{.Dir}}", SDK, stdout=subprocess.PIPE) or ""
    for script in SCRIPTS:
        copy = into / Path(script).name
        shutil.copyfile(Path(sdk.strip()) / script, copy)
        copy.chmod(0o755)


# The checkout's links


def link(programs: list[Path]) -> bool:
    """Make `.engine` hold links to *programs* and nothing else; return whether that changed anything."""
    wanted = {program.name: str(program) for program in programs}
    if LINKS.is_symlink():
        LINKS.unlink()
    LINKS.mkdir(exist_ok=True)
    present = {path.name: str(path.readlink()) if path.is_symlink() else "" for path in LINKS.iterdir()}
    if wanted == present:
        return False
    for name in present:
        (LINKS / name).unlink()
    for name, target in wanted.items():
        (LINKS / name).symlink_to(target)
    return True


def main() -> None:
    """Install the engine and link it into the checkout."""
    rejected: list[str] = []
    programs = find_on_path(rejected)
    if not programs:
        home = home_in_cache()
        if not is_whole(home):
            for message in rejected:
                say(message)
            install(home)
        programs = programs_in(home / "bin")
    if link(programs):
        say(f"The Pulumi engine: {next(program for program in programs if program.name == 'pulumi')}")


if __name__ == "__main__":
    try:
        main()
    except EngineError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit("Interrupted: nothing was installed.")
