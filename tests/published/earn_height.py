"""Earnings against height (`earn_height`)."""

import published_data
from scipy.stats import norm

data = published_data.earnings


def log_density(v, d):
    beta = v["beta"]
    line = beta[0] + beta[1] * d["height"]
    return norm.logpdf(d["earn"], line, v["sigma"]).sum()
