"""Distance in hundreds of metres (`wells_dist100_model`)."""

import numpy as np
from scipy.special import log_expit


def data(rng):
    return {
        "N": 9,
        "switched": rng.integers(0, 2, 9),
        "dist": rng.uniform(5, 90, 9),
        "arsenic": rng.uniform(0.5, 4, 9).round(2),
        "assoc": rng.integers(0, 2, 9),
        "educ": rng.integers(0, 13, 9),
    }


def log_density(v, d):
    X = np.column_stack([d["dist"] / 100])
    line = v["alpha"] + X @ v["beta"]
    return log_expit(np.where(d["switched"] == 1, line, -line)).sum()
