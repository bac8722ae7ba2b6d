"""Centred covariates with their interaction, flat priors (`wells_interaction_c_model`)."""

import numpy as np
from scipy.special import log_expit


def data(rng):
    return {
        "N": 15,
        "switched": rng.integers(0, 2, 15),
        "dist": rng.uniform(0, 300, 15),
        "arsenic": rng.uniform(0.5, 9, 15),
    }


def log_density(v, d):
    far = (d["dist"] - d["dist"].mean()) / 100
    worse = d["arsenic"] - d["arsenic"].mean()
    eta = v["alpha"] + np.stack([far, worse, far * worse], 1) @ v["beta"]
    return log_expit(np.where(d["switched"] == 1, eta, -eta)).sum()
