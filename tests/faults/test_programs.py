"""Programs, other people's hands, faults and crashes at random: see programs.py. At length: `make soak ARGS=programs`."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import LocalService
from tests.faults.programs import programs_on


def test_after_a_repair_the_account_is_what_the_program_says(running_service: LocalService) -> None:
    run_state_machine_as_test(
        programs_on(running_service),
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None, derandomize=True),
    )
