"""Lines that vary between counties (`radon_variable_intercept_slope_noncentered`)."""

import numpy as np
from scipy.stats import halfnorm, norm


def data(rng):
    return {
        "N": 7, "J": 4, "county_idx": np.array([1, 1, 2, 2, 2, 4, 4]),  # a county without houses
        "floor_measure": rng.integers(0, 2, 7).astype(float), "log_radon": rng.normal(1, 1, 7),
    }  # fmt: skip


def log_density(v, d):
    total = sum(halfnorm.logpdf(v[s]) for s in ("sigma_y", "sigma_alpha", "sigma_beta"))
    total += norm.logpdf(v["mu_alpha"], 0, 10) + norm.logpdf(v["mu_beta"], 0, 10)
    total += norm.logpdf(v["alpha_raw"]).sum() + norm.logpdf(v["beta_raw"]).sum()
    for n, j in enumerate(d["county_idx"] - 1):
        intercept = v["mu_alpha"] + v["sigma_alpha"] * v["alpha_raw"][j]
        slope = v["mu_beta"] + v["sigma_beta"] * v["beta_raw"][j]
        mean = intercept + d["floor_measure"][n] * slope
        total += norm.logpdf(d["log_radon"][n], mean, v["sigma_y"])
    return total
