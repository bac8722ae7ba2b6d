"""A binomial rate (`Rate_4_model`)."""

from scipy.stats import beta, binom


def data(rng):
    return {"n": 15, "k": int(rng.integers(1, 15))}


def log_density(v, d):
    return beta.logpdf(v["theta"], 1, 1) + binom.logpmf(d["k"], d["n"], v["theta"])
