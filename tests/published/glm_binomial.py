"""A binomial regression on a parabola of time (`GLM_Binomial_model`)."""

import numpy as np
from scipy.special import expit
from scipy.stats import binom, norm


def data(rng):
    year = (np.arange(1, 9) - 4.5) / 4.5
    N = rng.integers(10, 30, 8)
    return {"nyears": 8, "year": year, "N": N, "C": rng.binomial(N, 0.4)}


def log_density(v, d):
    total = sum(norm.logpdf(v[name], 0, 100) for name in ("alpha", "beta1", "beta2"))
    p = expit(v["alpha"] + v["beta1"] * d["year"] + v["beta2"] * d["year"] ** 2)
    return total + binom.logpmf(d["C"], d["N"], p).sum()
