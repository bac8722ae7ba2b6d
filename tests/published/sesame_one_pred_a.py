"""A line with flat priors (`sesame_one_pred_a`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    return {
        "N": 6, "encouraged": np.array([1, 0, 1, 0, 1, 1]),
        "watched": np.array([1, 0, 0, 1, 1, 1]),
    }  # fmt: skip


def log_density(v, d):
    X = np.column_stack([np.ones(d["N"]), d["encouraged"]])
    return norm.logpdf(d["watched"], X @ v["beta"], v["sigma"]).sum()
