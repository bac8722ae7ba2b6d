"""Votes against income (`nes_logit_model`)."""

import numpy as np
from scipy.stats import bernoulli


def data(rng):
    return {"N": 9, "income": rng.integers(1, 6, 9), "vote": rng.integers(0, 2, 9)}


def log_density(v, d):
    p = 1 / (1 + np.exp(-v["alpha"] - v["beta"][0] * d["income"]))
    return bernoulli.logpmf(d["vote"], p).sum()
