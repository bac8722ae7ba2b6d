"""Scores by school and IQ, centred at round numbers (`kidscore_interaction_c2`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    return {
        "N": 6,
        "kid_score": rng.integers(20, 145, 6),
        "mom_iq": rng.normal(100, 15, 6),
        "mom_hs": np.array([1, 1, 0, 1, 0, 1]),
    }


def log_density(v, d):
    hs, iq = d["mom_hs"] - 0.5, d["mom_iq"] - 100
    beta = v["beta"]
    line = np.column_stack([np.ones(6), hs, iq, hs * iq]) @ beta
    return norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
