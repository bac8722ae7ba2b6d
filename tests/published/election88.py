"""Logistic regression with five crossed groupings (`election88_full`)."""

import numpy as np
from scipy.special import log_expit
from scipy.stats import norm

GROUPS = {"a": ("age", 4), "b": ("edu", 4), "c": ("age_edu", 16), "d": ("state", 5),
          "e": ("region_full", 3)}  # fmt: skip
SIZES = {"a": "n_age", "b": "n_edu", "c": "n_age_edu", "d": "n_state", "e": "n_region_full"}


def data(rng):
    found = {"N": 20, **{SIZES[g]: size for g, (_, size) in GROUPS.items()}}
    found |= {column: rng.integers(1, size + 1, 20) for column, size in GROUPS.values()}
    found |= {name: rng.integers(0, 2, 20) for name in ("black", "female", "y")}
    return found | {"v_prev_full": rng.uniform(0.3, 0.7, 20)}


def log_density(v, d):
    beta = v["beta"]
    prior = norm.logpdf(beta, 0, 100).sum()
    prior += sum(norm.logpdf(v[g], 0, v[f"sigma_{g}"]).sum() for g in GROUPS)
    eta = beta[0] + beta[1] * d["black"] + beta[2] * d["female"] + beta[3] * d["v_prev_full"]
    eta = eta + beta[4] * d["female"] * d["black"]
    eta = eta + sum(v[g][d[column] - 1] for g, (column, _) in GROUPS.items())
    return prior + log_expit(np.where(d["y"] == 1, eta, -eta)).sum()
