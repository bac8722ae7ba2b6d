"""Slopes of counties, centred (`radon_variable_slope_centered`)."""

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
    total = sum(halfnorm.logpdf(v[k]) for k in ("sigma_y", "sigma_beta"))
    total += norm.logpdf(v["mu_beta"], 0, 10).sum()
    total += norm.logpdf(v["alpha"], 0, 10).sum()
    beta = v["beta"]
    total += norm.logpdf(beta, v["mu_beta"], v["sigma_beta"]).sum()
    at = d["county_idx"] - 1  # county 5 has no house
    mean = v["alpha"] + d["floor_measure"] * beta[at]
    return total + norm.logpdf(d["log_radon"], mean, v["sigma_y"]).sum()
