"""Capture-recapture with equal chances (`M0_model`)."""

import numpy as np
from scipy.stats import binom


def data(rng):
    y = rng.binomial(1, 0.4, (8, 4))
    y[5:] = 0
    return {"M": 8, "T": 4, "y": y}


def log_density(v, d):
    caught = d["y"].sum(1)
    if_there = np.log(v["omega"]) + binom.logpmf(caught, 4, v["p"]) - binom.logpmf(caught, 4, 0.5)
    absent = np.where(caught == 0, np.log1p(-v["omega"]) - binom.logpmf(0, 4, 0.5), -np.inf)
    return np.logaddexp(if_there, absent).sum()
