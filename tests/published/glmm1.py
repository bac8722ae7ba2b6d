"""Counts at sites, some missing (`GLMM1_model`)."""

import numpy as np
from scipy.stats import norm, poisson


def data(rng):
    return {
        "nobs": 9,
        "nmis": 2,
        "nsite": 3,
        "obs": rng.poisson(4, 9),
        "obssite": np.array([1, 1, 1, 2, 2, 2, 3, 3, 3]),
        "missite": np.array([2, 3]),
    }


def log_density(v, d):
    prior = norm.logpdf(v["mu_alpha"], 0, 10)
    prior += norm.logpdf(v["alpha"], v["mu_alpha"], v["sd_alpha"]).sum()
    return prior + poisson.logpmf(d["obs"], np.exp(v["alpha"][d["obssite"] - 1])).sum()
