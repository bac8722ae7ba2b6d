"""Dogs with factors of their own, which go together (`dogs_nonhierarchical`)."""

import numpy as np
from scipy.special import expit
from scipy.stats import halfnorm, logistic, norm


def data(rng):
    y = rng.integers(0, 2, (4, 5))
    y[:, 0] = 1  # the first trial has probability 1
    return {"n_dogs": 4, "n_trials": 5, "y": y}


def log_density(v, d):
    factor = v["L_logit_ab"]
    total = logistic.logpdf(v["mu_logit_ab"]).sum() + halfnorm.logpdf(v["sigma_logit_ab"]).sum()
    total += norm.logpdf(v["z"]).sum() + np.log(1 - factor[1, 0] ** 2)  # (1 - r^2)^(2 - 1)
    ab = expit(v["mu_logit_ab"] + v["z"] @ np.diag(v["sigma_logit_ab"]) @ factor)
    for (a, b), row in zip(ab, d["y"], strict=True):
        p = 1.0
        for shocked in row:
            total += np.log(p if shocked else 1 - p)
            p *= a if shocked else b
    return total
