"""One unknown number of surveys behind all returns (`Survey_model`)."""

import numpy as np
from scipy.special import logsumexp
from scipy.stats import binom


def data(rng):
    return {"nmax": 30, "m": 4, "k": rng.integers(4, 9, 4)}


def log_density(v, d):
    possible = range(max(d["k"]), d["nmax"] + 1)
    terms = [binom.logpmf(d["k"], n, v["theta"]).sum() for n in possible]
    return logsumexp(terms) - np.log(d["nmax"])
