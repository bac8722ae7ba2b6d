"""A Gaussian process with a Kronecker product for its covariance (`kronecker_gp`)."""

import numpy as np
from scipy.stats import cauchy, lognorm, multivariate_normal


def data(rng):
    return {
        "n1": 5, "n2": 3, "x1": np.sort(rng.uniform(0, 4, 5)), "y": rng.normal(size=(3, 5)),
    }  # fmt: skip


def log_density(v, d):
    L, x, size = v["L"], d["x1"], d["n1"] * d["n2"]
    total = lognorm.logpdf(v["var1"], 1) + lognorm.logpdf(v["sigma1"], 1)
    total += cauchy.logpdf(v["bw1"], 0, 2.5)
    n = d["n2"]  # the LKJ density of a factor, with eta = 2, up to a constant
    total += sum((n - k - 1 + 2 * 2 - 2) * np.log(L[k, k]) for k in range(1, n))
    within = v["var1"] * np.exp(-v["bw1"] * np.subtract.outer(x, x) ** 2) + 1e-5 * np.eye(len(x))
    cov = np.kron(L @ L.T, within) + v["sigma1"] * np.eye(size)  # y, kind by kind
    return total + multivariate_normal.logpdf(d["y"].reshape(-1), np.zeros(size), cov)
