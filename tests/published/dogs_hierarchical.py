"""Shocks and escapes multiply the probability of a shock (`dogs_hierarchical`)."""

import numpy as np


def data(rng):
    y = rng.integers(0, 2, (3, 6))
    y[:, 0] = 1  # the first trial has probability 1
    return {"n_dogs": 3, "n_trials": 6, "y": y}


def log_density(v, d):
    y = d["y"]
    shocks, avoided = np.cumsum(y, axis=1) - y, np.cumsum(1 - y, axis=1) - (1 - y)
    p = v["a"] ** shocks * v["b"] ** avoided
    return np.log(np.where(y == 1, p, 1 - p)).sum()
