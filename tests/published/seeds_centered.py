"""Effects centred after they are drawn (`seeds_centered_model`)."""

from scipy.special import expit
from scipy.stats import binom, halfcauchy, norm


def data(rng):
    total = rng.integers(5, 30, 7)
    return {
        "I": 7,
        "N": total,
        "n": rng.binomial(total, 0.4),
        "x1": rng.integers(0, 2, 7),
        "x2": rng.integers(0, 2, 7),
    }


def log_density(v, d):
    prior = sum(norm.logpdf(v[a]) for a in ("alpha0", "alpha1", "alpha12", "alpha2"))
    prior += halfcauchy.logpdf(v["sigma"]) + norm.logpdf(v["c"], 0, v["sigma"]).sum()
    eta = v["alpha0"] + v["alpha1"] * d["x1"] + v["alpha2"] * d["x2"]
    eta = eta + v["alpha12"] * d["x1"] * d["x2"] + v["c"] - v["c"].mean()
    return prior + binom.logpmf(d["n"], d["N"], expit(eta)).sum()
