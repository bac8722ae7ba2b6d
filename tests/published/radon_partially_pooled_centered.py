"""Means of counties, centred (`radon_partially_pooled_centered`)."""

import published_data
from scipy.stats import halfnorm, norm

data = published_data.houses


def log_density(v, d):
    total = sum(halfnorm.logpdf(v[k]) for k in ("sigma_y", "sigma_alpha"))
    total += norm.logpdf(v["mu_alpha"], 0, 10).sum()
    alpha = v["alpha"]
    total += norm.logpdf(alpha, v["mu_alpha"], v["sigma_alpha"]).sum()
    at = d["county_idx"] - 1  # county 5 has no house
    mean = alpha[at]
    return total + norm.logpdf(d["log_radon"], mean, v["sigma_y"]).sum()
