"""Logistic regression with a regularised horseshoe (`logistic_regression_rhs`)."""

import numpy as np
from scipy.special import log_expit
from scipy.stats import invgamma, norm, t


def data(rng):
    return {
        "n": 12,
        "d": 4,
        "y": rng.integers(0, 2, 12),
        "x": rng.normal(size=(12, 4)),
        "scale_icept": 10.0,
        "scale_global": 0.02,
        "nu_global": 1.0,
        "nu_local": 1.0,
        "slab_scale": 2.0,
        "slab_df": 4.0,
    }


def log_density(v, d):
    half = 0.5 * d["slab_df"]
    prior = norm.logpdf(v["z"]).sum() + t.logpdf(v["lambda"], d["nu_local"]).sum()
    prior += t.logpdf(v["tau"], d["nu_global"], 0, 2 * d["scale_global"])
    prior += invgamma.logpdf(v["caux"], half, scale=half)
    prior += norm.logpdf(v["beta0"], 0, d["scale_icept"])
    c2, l2 = d["slab_scale"] ** 2 * v["caux"], v["lambda"] ** 2
    beta = v["z"] * np.sqrt(c2 * l2 / (c2 + v["tau"] ** 2 * l2)) * v["tau"]
    eta = v["beta0"] + d["x"] @ beta
    return prior + log_expit(np.where(d["y"] == 1, eta, -eta)).sum()
