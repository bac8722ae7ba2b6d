"""Scores by centred school and IQ (`kidscore_interaction_c`)."""

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
    hs, iq = (d[k] - d[k].mean() for k in ("mom_hs", "mom_iq"))
    beta = v["beta"]
    line = np.column_stack([np.ones(6), hs, iq, hs * iq]) @ beta
    return norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
