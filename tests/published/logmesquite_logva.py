"""Log weights against log volume and area (`logmesquite_logva`)."""

import numpy as np
from scipy.stats import norm

NAMES = ("diam1", "diam2", "canopy_height", "total_height", "density", "group")


def data(rng):
    sizes = {name: rng.uniform(0.5, 4, 10).round(2) for name in NAMES[:4]}
    weight = rng.uniform(60, 4000, 10).round(1)
    return sizes | {
        "N": 10,
        "weight": weight,
        "density": rng.integers(1, 4, 10),
        "group": rng.integers(0, 2, 10),
    }


def log_density(v, d):
    a, b, c = (np.log(d[k]) for k in ("diam1", "diam2", "canopy_height"))
    volume, area = a + b + c, a + b
    X = np.column_stack([np.ones(10), volume, area, d["group"]])
    return norm.logpdf(np.log(d["weight"]), X @ v["beta"], v["sigma"]).sum()
