"""Which frames the SDK sees of a program that declares a resource."""

from __future__ import annotations

import sys
import traceback
from typing import Any

import pytest

from pulumi_ivschat.program.call_site import program_frames_only


def seen_by_sdk(frames: int = 4) -> list[str]:
    """Look at the stack as the SDK does, some frames below its caller."""
    return seen_by_sdk(frames - 1) if frames > 1 else [frame.name for frame in traceback.extract_stack()]


def declare() -> list[str]:
    with program_frames_only():
        return seen_by_sdk()


def program() -> list[str]:
    return declare()


def run(module: str) -> list[str]:
    host: dict[str, Any] = {"__name__": module}
    exec("def call(program): return program()", host)  # noqa: S102  what another module would do
    frames: list[str] = host["call"](program)
    return frames


@pytest.mark.parametrize("host", ["runpy", "pulumi", "pulumi.output"])
def test_the_frames_end_with_the_programs(host: str) -> None:
    assert run(host) == ["program", "declare", *["seen_by_sdk"] * 4]


def test_without_a_host_they_go_on_to_the_end() -> None:
    assert run("anything")[-6:] == ["program", "declare", *["seen_by_sdk"] * 4]
    assert "test_without_a_host_they_go_on_to_the_end" in run("pulumilike")


def test_afterwards_tracebacks_are_what_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    run("runpy")
    assert not hasattr(sys, "tracebacklimit")

    monkeypatch.setattr(sys, "tracebacklimit", 1, raising=False)
    assert run("runpy") == ["seen_by_sdk"]
    assert sys.tracebacklimit == 1


def test_an_error_in_the_block_leaves_them_too() -> None:
    with pytest.raises(ValueError, match="told"), program_frames_only():
        raise ValueError("told")  # noqa: EM101

    assert not hasattr(sys, "tracebacklimit")
