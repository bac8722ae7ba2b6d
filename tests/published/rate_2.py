"""Two binomial counts, each with its rate (`Rate_2_model`)."""

from scipy.stats import binom


def data(rng):
    return {"n1": 10, "n2": 7, "k1": 5, "k2": 7}


def log_density(v, d):
    return sum(binom.logpmf(d[f"k{i}"], d[f"n{i}"], v[f"theta{i}"]) for i in (1, 2))
