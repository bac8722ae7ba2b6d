"""The score test passes the right density and catches wrong ones."""

import numpy as np
import pytest
from score import score_test

DRAWS = np.random.default_rng(1).normal(2.0, 3.0, size=(1000, 2))

WRONG = {
    "scale": lambda x: -(x - 2.0) / 3.5**2,
    "location": lambda x: -(x - 2.5) / 3.0**2,
    "a prior too much": lambda x: -(x - 2.0) / 3.0**2 - x / 5.0**2,
    "not a number": lambda x: x * np.nan,
}


def test_the_draws_own_density_passes():
    assert score_test(DRAWS, -(DRAWS - 2.0) / 3.0**2).worst < 4


@pytest.mark.parametrize("gradient", WRONG.values(), ids=WRONG.keys())
def test_another_density_fails(gradient):
    assert score_test(DRAWS, gradient(DRAWS)).worst > 4
