"""Capture-recapture with animals that differ (`Mh_model`)."""

import numpy as np
from scipy.special import log_expit, logit
from scipy.stats import binom, norm


def data(rng):
    return {"M": 8, "T": 5, "y": np.append(rng.integers(1, 6, 5), [0, 0, 0])}


def log_density(v, d):
    total = norm.logpdf(v["eps_raw"]).sum()
    for y, raw in zip(d["y"], v["eps_raw"], strict=True):
        eta = logit(v["mean_p"]) + v["sigma"] * raw
        ways = binom.logpmf(y, d["T"], 0.5) + d["T"] * np.log(2)
        term = np.log(v["omega"]) + ways + y * log_expit(eta) + (d["T"] - y) * log_expit(-eta)
        total += term if y else np.logaddexp(term, np.log1p(-v["omega"]))
    return total
