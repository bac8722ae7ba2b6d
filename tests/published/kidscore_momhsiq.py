"""Scores by school and IQ (`kidscore_momhsiq`)."""

import numpy as np
from scipy.stats import halfcauchy, norm


def data(rng):
    return {
        "N": 6,
        "kid_score": rng.integers(20, 145, 6),
        "mom_iq": rng.normal(100, 15, 6),
        "mom_hs": np.array([1, 1, 0, 1, 0, 1]),
    }


def log_density(v, d):
    beta = v["beta"]
    line = beta[0] + beta[1] * d["mom_hs"] + beta[2] * d["mom_iq"]
    return (
        halfcauchy.logpdf(v["sigma"], 0, 2.5) + norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
    )
