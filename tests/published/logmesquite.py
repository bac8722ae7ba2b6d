"""A regression of logarithms on logarithms (`logmesquite`)."""

import numpy as np
from scipy.stats import norm

SIZES = ("diam1", "diam2", "canopy_height", "total_height", "density")


def data(rng):
    sizes = {name: rng.lognormal(0, 0.5, 10) for name in SIZES}
    group = np.array([0.0, 1.0] * 5)
    return {"N": 10, "weight": rng.lognormal(5, 1, 10), "group": group} | sizes


def log_density(v, d):
    X = np.column_stack([np.ones(10), *(np.log(d[name]) for name in SIZES), d["group"]])
    return norm.logpdf(np.log(d["weight"]), X @ v["beta"], v["sigma"]).sum()
