"""Species that may be there, and sites where they may live (`multi_occupancy`)."""

import numpy as np
from scipy.special import expit
from scipy.stats import beta, binom, cauchy, multivariate_normal


def data(rng):
    x = rng.binomial(4, 0.5, (3, 5)) * rng.binomial(1, 0.6, (3, 5))
    x[:, 0] = 1  # each was recorded somewhere
    return {"J": 5, "K": 4, "n": 3, "S": 6, "X": x}


def log_density(v, d):
    rho, sigma = 2 * v["half"] - 1, v["sigma_uv"]
    cov = np.outer(sigma, sigma) * np.array([[1, rho], [rho, 1]])
    total = cauchy.logpdf([v["alpha"], v["beta"]], 0, 2.5).sum()
    total += cauchy.logpdf(sigma, 0, 2.5).sum()
    total += beta.logpdf([v["Omega"], v["half"]], 2, 2).sum()
    total += multivariate_normal.logpdf(v["uv"], [0, 0], cov).sum()
    for i, (u1, u2) in enumerate(v["uv"]):
        psi, theta = expit(u1 + v["alpha"]), expit(u2 + v["beta"])
        x = d["X"][i] if i < d["n"] else np.zeros(d["J"])
        lived = psi * binom.pmf(x, d["K"], theta) + np.where(x == 0, 1 - psi, 0)
        term = np.log(v["Omega"]) + np.log(lived).sum()
        total += term if i < d["n"] else np.logaddexp(term, np.log1p(-v["Omega"]))
    return total
