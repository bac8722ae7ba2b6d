"""Two-parameter item response (`irt_2pl`)."""

import numpy as np
from scipy.special import log_expit
from scipy.stats import halfcauchy, lognorm, norm


def data(rng):
    return {"I": 4, "J": 6, "y": rng.integers(0, 2, (4, 6))}


def log_density(v, d):
    prior = sum(halfcauchy.logpdf(v[s], 0, 2) for s in ("sigma_theta", "sigma_a", "sigma_b"))
    prior += norm.logpdf(v["mu_b"], 0, 5) + norm.logpdf(v["theta"], 0, v["sigma_theta"]).sum()
    prior += lognorm.logpdf(v["a"], v["sigma_a"]).sum()
    prior += norm.logpdf(v["b"], v["mu_b"], v["sigma_b"]).sum()
    eta = v["a"][:, None] * (v["theta"][None, :] - v["b"][:, None])
    return prior + log_expit(np.where(d["y"] == 1, eta, -eta)).sum()
