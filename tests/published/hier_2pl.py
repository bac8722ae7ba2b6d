"""Two parameters for each item, which go together (`hier_2pl`)."""

import numpy as np
from scipy.special import log_expit
from scipy.stats import expon, multivariate_normal, norm


def data(rng):
    return {
        "I": 4,
        "J": 5,
        "N": 20,
        "ii": np.tile([1, 2, 3, 4], 5),
        "jj": np.repeat([1, 2, 3, 4, 5], 4),
        "y": rng.integers(0, 2, 20),
    }


def log_density(v, d):
    factor, mu, tau = v["L_Omega"], v["mu"], v["tau"]
    total = norm.logpdf(v["theta"]).sum() + norm.logpdf(mu, 0, [1, 5]).sum()
    total += expon.logpdf(tau, scale=10).sum()
    total += (4 - 1) * np.log(
        1 - factor[1, 0] ** 2
    )  # of two, r has the density (1 - r^2)^(eta - 1)
    cov = np.outer(tau, tau) * (factor @ factor.T)
    total += multivariate_normal.logpdf(v["xi"], mu, cov).sum()
    slope, difficulty = np.exp(v["xi"][:, 0]), v["xi"][:, 1]
    items, persons = d["ii"] - 1, d["jj"] - 1
    eta = slope[items] * (v["theta"][persons] - difficulty[items])
    return total + log_expit(np.where(d["y"] == 1, eta, -eta)).sum()
