"""One rate for two binomial counts, and more to be predicted (`Rate_5_model`)."""

from scipy.stats import binom


def data(rng):
    return {"n1": 10, "n2": 10, "k1": 0, "k2": 10}


def log_density(v, d):
    return sum(binom.logpmf(d[f"k{i}"], d[f"n{i}"], v["theta"]) for i in (1, 2))
