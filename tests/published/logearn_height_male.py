"""Log earnings against height and sex (`logearn_height_male`)."""

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
    beta = v["beta"]
    line = np.column_stack([np.ones(7), d["height"], d["male"]]) @ beta
    return norm.logpdf(np.log(d["earn"]), line, v["sigma"]).sum()
