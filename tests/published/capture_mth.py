"""Capture-recapture with occasions and animals that differ (`Mth_model`)."""

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm


def data(rng):
    y = rng.binomial(1, 0.5, (6, 3))
    y[4:] = 0
    return {"M": 6, "T": 3, "y": y}


def log_density(v, d):
    p = expit(logit(v["mean_p"]) + v["sigma"] * v["eps_raw"][:, None])
    there = v["omega"] * np.where(d["y"] == 1, p, 1 - p).prod(axis=1)
    missed = np.where(d["y"].any(axis=1), 0, 1 - v["omega"])
    return norm.logpdf(v["eps_raw"]).sum() + np.log(there + missed).sum()
