"""How many examples Hypothesis draws for a test: some in `make test`, more in `make test-nightly`."""

from __future__ import annotations

import os
from typing import Any, Final

from hypothesis import HealthCheck, settings

_TIMES: Final = int(os.environ.get("PULUMI_IVSCHAT_TEST_EXAMPLES", "1"))


def drawn(count: int, **more: Any) -> settings:
    """Return the settings of a test for which *count* examples are drawn, as many times over as the run is to draw."""
    unhurried = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=_TIMES * count, deadline=None, suppress_health_check=unhurried, **more)
