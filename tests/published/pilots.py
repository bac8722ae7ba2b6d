"""Two crossed effects (`pilots`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    return {
        "N": 12,
        "n_groups": 3,
        "n_scenarios": 4,
        "group_id": np.tile([1, 2, 3], 4),
        "scenario_id": np.repeat([1, 2, 3, 4], 3),
        "y": rng.uniform(0, 1, 12),
    }


def log_density(v, d):
    prior = norm.logpdf(v["mu_a"]) + norm.logpdf(v["mu_b"])
    prior += norm.logpdf(v["a"], 10 * v["mu_a"], v["sigma_a"]).sum()
    prior += norm.logpdf(v["b"], 10 * v["mu_b"], v["sigma_b"]).sum()
    mean = v["a"][d["group_id"] - 1] + v["b"][d["scenario_id"] - 1]
    return prior + norm.logpdf(d["y"], mean, v["sigma_y"]).sum()
