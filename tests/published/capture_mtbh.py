"""Capture-recapture by occasion, animal and history (`Mtbh_model`)."""

import numpy as np
from scipy.special import log_expit, logit
from scipy.stats import norm


def data(rng):
    y = rng.binomial(1, 0.4, (7, 3))
    y[5:] = 0
    return {"M": 7, "T": 3, "y": y}


def log_density(v, d):
    y = d["y"]
    before = np.hstack([np.zeros((len(y), 1)), y[:, :-1]])
    eta = logit(v["mean_p"]) + (v["sigma"] * v["eps_raw"])[:, None] + v["gamma"] * before
    there = np.log(v["omega"]) + log_expit(np.where(y == 1, eta, -eta)).sum(1)
    absent = np.where(y.any(1), -np.inf, np.log1p(-v["omega"]))
    prior = norm.logpdf(v["gamma"], 0, 10) + norm.logpdf(v["eps_raw"]).sum()
    return prior + np.logaddexp(there, absent).sum()
