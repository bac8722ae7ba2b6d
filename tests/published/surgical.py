"""Hospitals partially pooled on the log-odds scale (`surgical_model`)."""

import numpy as np
from scipy.special import expit
from scipy.stats import binom, invgamma, norm


def data(rng):
    n = rng.integers(20, 80, 6)
    return {"N": 6, "n": n, "r": rng.binomial(n, 0.1)}


def log_density(v, d):
    prior = norm.logpdf(v["mu"], 0, 1000) + invgamma.logpdf(v["sigmasq"], 0.001, scale=0.001)
    prior += norm.logpdf(v["b"], v["mu"], np.sqrt(v["sigmasq"])).sum()
    return prior + binom.logpmf(d["r"], d["n"], expit(v["b"])).sum()
