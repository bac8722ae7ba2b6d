"""Log earnings against standardised height, by sex (`logearn_interaction_z`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    return {
        "N": 7,
        "earn": rng.uniform(1e3, 5e4, 7).round(),
        "height": rng.integers(58, 77, 7),
        "male": np.array([0, 1, 1, 0, 1, 0, 0]),
    }


def log_density(v, d):
    h, male = d["height"].astype(float), d["male"]
    z = (h - h.mean()) / h.std(ddof=1)
    beta = v["beta"]
    line = np.where(male, beta[0] + beta[2] + (beta[1] + beta[3]) * z, beta[0] + beta[1] * z)
    return norm.logpdf(np.log(d["earn"]), line, v["sigma"]).sum()
