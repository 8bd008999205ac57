"""The engine's command line, as a process below it finds it; the last test has it of a real process."""

from __future__ import annotations

import math
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pulumi_ivschat.aws.page_budget import MOST_PROMISED
from pulumi_ivschat.operations.engine_command import command_line, most_promised


def process(proc: Path, number: int, parent: int, *words: str) -> None:
    """Write what a system shows about a process."""
    (proc / str(number)).mkdir()
    (proc / str(number) / "cmdline").write_text("".join(f"{word}\0" for word in words))
    (proc / str(number) / "status").write_text(f"Name:\t{words[0]}\nPPid:\t{parent}\nUid:\t0\n")


def test_the_engine_is_found_above_a_language_host(tmp_path: Path) -> None:
    process(tmp_path, 40, 1, "/opt/pulumi/pulumi", "refresh", "--yes")
    process(tmp_path, 50, 40, "pulumi-language-python", "--root=x")
    process(tmp_path, 60, 50, "python", "-m", "pulumi_ivschat.plugin")

    assert command_line(60, tmp_path) == ["/opt/pulumi/pulumi", "refresh", "--yes", ""]


def test_without_an_engine_above_nothing_is_known(tmp_path: Path) -> None:
    process(tmp_path, 60, 0, "python", "-m", "pulumi_ivschat.plugin")

    assert command_line(60, tmp_path) is None
    assert most_promised(None) == MOST_PROMISED


@pytest.mark.parametrize(
    "words", ["--target URN", "--target=URN", "-t URN", "-yt URN", "--target-replace URN", "-x URN", "--exclude=U"]
)
def test_a_part_of_a_stack_promises_nothing(words: str) -> None:
    assert most_promised(["pulumi", "refresh", "--yes", *words.split()]) == 0


@pytest.mark.parametrize("words", ["refresh --yes", "up --refresh -s text-x", "refresh -C /x/t --parallel 16"])
def test_a_whole_stack_promises_all_of_its_rooms(words: str) -> None:
    assert most_promised(["pulumi", *words.split()]) == math.inf


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_the_command_of_a_real_process_is_read(tmp_path: Path) -> None:
    (tmp_path / "pulumi").symlink_to("/bin/sleep")
    with subprocess.Popen([str(tmp_path / "pulumi"), "60"]) as engine:
        try:
            while not Path(f"/proc/{engine.pid}/cmdline").read_bytes():
                time.sleep(0.01)  # the kernel shows it a moment after `exec`
            assert command_line(engine.pid) == [str(tmp_path / "pulumi"), "60", ""]
        finally:
            engine.terminate()
