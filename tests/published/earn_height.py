"""Earnings against height (`earn_height`)."""

from scipy.stats import norm


def data(rng):
    return {"N": 7, "earn": rng.uniform(1e3, 5e4, 7).round(), "height": rng.integers(58, 77, 7)}


def log_density(v, d):
    beta = v["beta"]
    line = beta[0] + beta[1] * d["height"]
    return norm.logpdf(d["earn"], line, v["sigma"]).sum()
