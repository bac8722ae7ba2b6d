"""Binomial regression with a random effect (`seeds_model`)."""

from scipy.special import expit
from scipy.stats import binom, gamma, norm


def data(rng):
    size = 7
    total = rng.integers(5, 30, size)
    return {
        "I": size,
        "N": total,
        "n": rng.binomial(total, 0.4),
        "x1": rng.integers(0, 2, size),
        "x2": rng.integers(0, 2, size),
    }


def log_density(v, d):
    names = ("alpha0", "alpha1", "alpha12", "alpha2")
    prior = sum(norm.logpdf(v[a], 0, 1000) for a in names)
    prior += gamma.logpdf(v["tau"], 0.001, scale=1000)
    effects = norm.logpdf(v["b"], 0, v["tau"] ** -0.5).sum()
    eta = v["alpha0"] + v["alpha1"] * d["x1"] + v["alpha2"] * d["x2"]
    eta = eta + v["alpha12"] * d["x1"] * d["x2"] + v["b"]
    return prior + effects + binom.logpmf(d["n"], d["N"], expit(eta)).sum()
