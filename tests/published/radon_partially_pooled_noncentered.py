"""Means of counties, non-centred (`radon_partially_pooled_noncentered`)."""

import numpy as np
from scipy.stats import halfnorm, norm


def data(rng):
    county = np.array([1, 1, 2, 4, 4, 4, 3, 1])
    return {
        "N": 8,
        "J": 5,
        "county_idx": county,
        "floor_measure": rng.integers(0, 2, 8),
        "log_uppm": rng.normal(0, 0.4, 5)[county - 1],
        "log_radon": rng.normal(1, 1, 8),
    }


def log_density(v, d):
    total = sum(halfnorm.logpdf(v[k]) for k in ("sigma_y", "sigma_alpha"))
    total += norm.logpdf(v["mu_alpha"], 0, 10).sum()
    total += norm.logpdf(v["alpha_raw"]).sum()
    alpha = v["mu_alpha"] + v["sigma_alpha"] * v["alpha_raw"]
    at = d["county_idx"] - 1  # county 5 has no house
    mean = alpha[at]
    return total + norm.logpdf(d["log_radon"], mean, v["sigma_y"]).sum()
