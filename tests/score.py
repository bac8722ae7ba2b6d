"""The score test: does a density fit exact draws? No sampler is needed, and nothing can be tuned.

For draws from a density p on all of R^d that vanishes at infinity, integration by parts gives

.. math:: E[\\partial_j \\log p] = 0, \\qquad E[(x_j - m_j) \\, \\partial_j \\log p] = -1

for any constant m. Each expectation is estimated from the draws and compared with its exact value
in units of its own standard error.
"""

from typing import NamedTuple

import numpy as np


class Score(NamedTuple):
    """z-scores per coordinate: about standard normal where the density is the draws' own."""

    mean: np.ndarray
    slope: np.ndarray

    @property
    def worst(self) -> float:
        """Largest of all, in absolute value; NaN counts as infinite."""
        return float(np.nan_to_num(np.abs(np.concatenate(self)), nan=np.inf).max())


def score_test(position: np.ndarray, gradient: np.ndarray) -> Score:
    """Compare exact draws with the gradient of a log density at them.

    Args:
        position: independent draws in unconstrained space, (n, d).
        gradient: of the log density (Jacobian included) at each, (n, d).
    """
    centred = position - position.mean(0)
    return Score(_z(gradient, 0.0), _z(centred * gradient, -1.0))


def _z(samples: np.ndarray, expected: float) -> np.ndarray:
    error = samples.std(0, ddof=1) / np.sqrt(len(samples))
    return (samples.mean(0) - expected) / error
