"""Capture-recapture with occasions that differ (`Mt_model`)."""

import numpy as np


def data(rng):
    y = rng.binomial(1, 0.5, (7, 4))
    y[4:] = 0
    return {"M": 7, "T": 4, "y": y}


def log_density(v, d):
    total, p = 0.0, v["p"]
    for row in d["y"]:
        there = np.log(v["omega"]) + np.log(np.where(row == 1, p, 1 - p)).sum()
        total += there if row.any() else np.logaddexp(there, np.log1p(-v["omega"]))
    return total
