"""Random effects of plates, half-Cauchy in their spread (`seeds_stanified_model`)."""

import numpy as np
from scipy.special import expit
from scipy.stats import binom, halfcauchy, norm


def data(rng):
    N = rng.integers(4, 40, 7)
    x1, x2 = np.array([[0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 0, 0, 1, 1]])
    return {"I": 7, "n": rng.binomial(N, 0.5), "N": N, "x1": x1, "x2": x2}


def log_density(v, d):
    total = sum(norm.logpdf(v[name]) for name in ("alpha0", "alpha1", "alpha2", "alpha12"))
    total += halfcauchy.logpdf(v["sigma"]) + norm.logpdf(v["b"], 0, v["sigma"]).sum()
    x1, x2 = d["x1"], d["x2"]
    line = v["alpha0"] + v["alpha1"] * x1 + v["alpha2"] * x2 + v["alpha12"] * x1 * x2
    return total + binom.logpmf(d["n"], d["N"], expit(line + v["b"])).sum()
