"""Counts whose log rate is a Gaussian process (`gp_pois_regr`)."""

import numpy as np
from scipy.stats import gamma, halfnorm, norm, poisson

TOLERANCE = 1e-7  # the covariance is nearly singular: its condition number is about 1e8


def data(rng):
    x = np.linspace(-10, 10, 7)
    return {"N": 7, "x": x, "k": rng.poisson(np.exp(2 + np.sin(x / 4)))}


def log_density(v, d):
    apart = np.subtract.outer(d["x"], d["x"])
    cov = v["alpha"] ** 2 * np.exp(-0.5 * (apart / v["rho"]) ** 2) + 1e-10 * np.eye(d["N"])
    f = np.linalg.cholesky(cov) @ v["f_tilde"]
    prior = gamma.logpdf(v["rho"], 25, scale=1 / 4) + halfnorm.logpdf(v["alpha"], 0, 2)
    return prior + norm.logpdf(v["f_tilde"]).sum() + poisson.logpmf(d["k"], np.exp(f)).sum()
