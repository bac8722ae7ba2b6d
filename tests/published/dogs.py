"""Shocks and escapes so far, on the log odds (`dogs`)."""

import numpy as np
from scipy.special import log_expit
from scipy.stats import norm


def data(rng):
    return {"n_dogs": 3, "n_trials": 6, "y": rng.integers(0, 2, (3, 6))}


def so_far(y):
    """Events before each trial."""
    return np.cumsum(y, axis=1) - y


def log_density(v, d):
    beta, y = v["beta"], d["y"]
    eta = beta[0] + beta[1] * so_far(1 - y) + beta[2] * so_far(y)
    return norm.logpdf(beta, 0, 100).sum() + log_expit(np.where(y == 1, eta, -eta)).sum()
