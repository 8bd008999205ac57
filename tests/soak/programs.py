"""
Programs, other people's hands, faults and crashes at random, at length: after each repair the account is what the program says.

    make soak ARGS='programs --minutes 10 --seed 1'

Each seed is 50 programs of up to 40 steps. Exit code: 0, all went well; 1, one did not, whose shortest form is shown as code.
"""

from __future__ import annotations

import argparse
import os
import secrets
import sys
import time
import traceback
from typing import Final

from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.conftest import LocalService, serving
from tests.faults.programs import programs_on

_SETTINGS: Final = settings(
    max_examples=50, stateful_step_count=40, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)


def main() -> int:
    """Run, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31))
    given = parser.parse_args()
    os.environ.update(AWS_ACCESS_KEY_ID="local", AWS_SECRET_ACCESS_KEY="local")  # noqa: S106  the local service's own
    end = time.monotonic() + 60 * given.minutes
    number = given.seed
    with serving() as service:
        while time.monotonic() < end:
            print(f"seed {number}", flush=True)  # noqa: T201
            if not _went_well(service, number):
                return 1
            number += 1
    return 0


def _went_well(service: LocalService, number: int) -> bool:
    try:
        run_state_machine_as_test(seed(number)(programs_on(service)), settings=_SETTINGS)  # type: ignore[no-untyped-call]
    except Exception:  # noqa: BLE001  whatever it is, it is shown
        traceback.print_exc()
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
