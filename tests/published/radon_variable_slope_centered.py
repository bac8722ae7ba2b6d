"""Slopes of counties, centred (`radon_variable_slope_centered`)."""

import published_data
from scipy.stats import halfnorm, norm

data = published_data.houses


def log_density(v, d):
    total = sum(halfnorm.logpdf(v[k]) for k in ("sigma_y", "sigma_beta"))
    total += norm.logpdf(v["mu_beta"], 0, 10).sum()
    total += norm.logpdf(v["alpha"], 0, 10).sum()
    beta = v["beta"]
    total += norm.logpdf(beta, v["mu_beta"], v["sigma_beta"]).sum()
    at = d["county_idx"] - 1  # county 5 has no house
    mean = v["alpha"] + d["floor_measure"] * beta[at]
    return total + norm.logpdf(d["log_radon"], mean, v["sigma_y"]).sum()
