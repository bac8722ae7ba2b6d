"""How many examples fuzzing tries, and whether always the same ones."""

import os

from hypothesis import HealthCheck, settings


def exploring(examples: int) -> settings:
    """The same examples at every run, so that a failure is the change's own.

    ``NACRE_EXAMPLES=1000 NACRE_EXPLORE=1`` tries many others.
    """
    return settings(
        max_examples=int(os.environ.get("NACRE_EXAMPLES", examples)),
        deadline=None,
        derandomize="NACRE_EXPLORE" not in os.environ,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
