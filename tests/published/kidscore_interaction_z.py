"""Standardised predictors and their product (`kidscore_interaction_z`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    return {
        "N": 8, "kid_score": rng.normal(87, 20, 8), "mom_iq": rng.normal(100, 15, 8),
        "mom_hs": np.array([1, 0, 1, 1, 0, 1, 1, 0]),
    }  # fmt: skip


def log_density(v, d):
    hs, iq = d["mom_hs"], d["mom_iq"]
    hs = (hs - hs.mean()) / (2 * hs.std(ddof=1))
    iq = (iq - iq.mean()) / (2 * iq.std(ddof=1))
    X = np.column_stack([np.ones(d["N"]), hs, iq, hs * iq])
    return norm.logpdf(d["kid_score"], X @ v["beta"], v["sigma"]).sum()
