"""Log odds without an intercept, slopes with known signs (`dogs_log`)."""

from scipy.special import log_expit


def data(rng):
    return {"n_dogs": 3, "n_trials": 6, "y": rng.integers(0, 2, (3, 6))}


def log_density(v, d):
    total, (escaped, shocked) = 0.0, v["beta"]
    for row in d["y"]:
        for t, y in enumerate(row):
            shocks = row[:t].sum()
            eta = escaped * (t - shocks) + shocked * shocks
            total += log_expit(eta if y else -eta)
    return total
