"""The log of a service in the background."""

from __future__ import annotations

import time
from pathlib import Path

from pulumi_ivschat.local import data_directory, discovery, service_log


def test_the_log_of_a_running_service_is_kept_short(data: Path) -> None:
    discovery.ensure(data)
    log, previous = data / "service.log", data / "service.log.1"
    log.chmod(0o644)
    with log.open("ab") as writing:
        writing.write(b"x" * (data_directory.LONGEST_LOG + 1))
        writing.flush()

        deadline = time.monotonic() + 20
        while log.stat().st_size > 1000:
            assert time.monotonic() < deadline
            time.sleep(0.02)

    assert previous.stat().st_size == data_directory.LONGEST_LOG
    assert previous.stat().st_mode & 0o077 == 0


def test_a_short_log_stays_and_none_does_not_matter(data: Path) -> None:
    service_log.rotate(data)
    data.mkdir()
    (data / "service.log").write_bytes(b"x" * data_directory.LONGEST_LOG)

    service_log.rotate(data)

    assert [file.name for file in data.iterdir()] == ["service.log"]


def test_a_process_that_appends_goes_on_at_the_beginning(data: Path) -> None:
    data.mkdir()
    with (data / "service.log").open("ab", buffering=0) as writing:
        writing.write(b"x" * (data_directory.LONGEST_LOG + 9))

        service_log.rotate(data)
        writing.write(b"next")

    assert (data / "service.log").read_bytes() == b"next"
    assert (data / "service.log.1").stat().st_size == data_directory.LONGEST_LOG
