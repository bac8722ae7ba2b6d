"""Two binomial counts with one rate (`Rate_3_model`)."""

from scipy.stats import beta, binom


def data(rng):
    return {"n1": 10, "n2": 7, "k1": 4, "k2": 7}


def log_density(v, d):
    rate = v["theta"]
    seen = binom.logpmf(d["k1"], d["n1"], rate) + binom.logpmf(d["k2"], d["n2"], rate)
    return beta.logpdf(rate, 1, 1) + seen
