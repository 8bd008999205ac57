"""Samples of the resources of processes, and whether they grow."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import attrs

MEMORY_MARGIN: Final = 0.02
"""The share by which resident memory may differ from third to third: allocators give nothing back at once."""
MARGIN: Final = 3
"""How many sockets, files or threads more are not leak: clients come and go while they are counted."""


@attrs.frozen
class Sample:
    """What a process holds: resident memory in KiB, and counts."""

    memory: int
    sockets: int
    files: int
    threads: int


NAMES: Final = tuple(field.name for field in attrs.fields(Sample))


def sample(pid: int) -> Sample:
    """Look at a process of this machine; raise OSError where it has ended."""
    listed = list(_listed(pid))
    sockets = sum(target.startswith("socket:") for target in listed)
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    numbers = {line.split(":")[0]: line.split()[1] for line in status if line.startswith(("VmRSS", "Threads"))}
    return Sample(int(numbers["VmRSS"]), sockets, len(listed) - sockets, int(numbers["Threads"]))


def _listed(pid: int) -> Iterator[str]:
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile, as is that of this listing
            yield str(descriptor.readlink())


def thirds(samples: Sequence[Sample], name: str) -> tuple[float, float, float]:
    """Return the median of a number in each third of the samples."""
    values = [getattr(each, name) for each in samples]
    size = len(values) // 3
    parts = (values[:size], values[size : 2 * size], values[2 * size :])
    first, second, last = map(statistics.median, parts)
    return first, second, last


def leaks(samples: Sequence[Sample]) -> list[str]:
    """
    Return what grows: in the last third the median is above that of the second by more than the margin.

    The first third is the warm-up, in which logs and caches of bounded size fill up.
    """
    found = []
    for name in NAMES:
        _, second, last = thirds(samples, name)
        margin = MEMORY_MARGIN * second if name == "memory" else MARGIN
        if last > second + margin:
            found.append(f"{name} grew from {second:,.0f} to {last:,.0f}")
    return found
