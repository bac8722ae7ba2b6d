"""The rate of a binomial count (`Rate_1_model`)."""

from scipy.stats import binom


def data(rng):
    return {"n": 10, "k": 5}


def log_density(v, d):
    return binom.logpmf(d["k"], d["n"], v["theta"])
