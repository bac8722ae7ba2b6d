"""Inputs that weigh the state which is left (`iohmm_reg`)."""

import numpy as np
from scipy.special import softmax
from scipy.stats import halfnorm, norm


def data(rng):
    return {"T": 6, "K": 3, "M": 2, "y": rng.normal(size=6), "u": rng.normal(size=(6, 2))}


def log_density(v, d):
    prior = norm.logpdf([v["w"], v["b"]], 0, 5).sum() + halfnorm.logpdf(v["sigma"], 0, 3).sum()
    leaving = softmax(d["u"] @ v["w"].T, axis=1)
    seen = norm.pdf(d["y"][:, None], d["u"] @ v["b"].T, v["sigma"])
    weight = v["pi1"] * seen[0]
    for t in range(1, d["T"]):
        weight = (weight @ leaving[t]) * seen[t]
    return prior + np.log(weight.sum())
