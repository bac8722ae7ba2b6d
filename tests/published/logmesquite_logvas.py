"""Log weights against volume, area, shape and more (`logmesquite_logvas`)."""

import numpy as np
import published_data
from scipy.stats import norm

data = published_data.mesquite


def log_density(v, d):
    keys = ("diam1", "diam2", "canopy_height", "total_height", "density")
    a, b, c, height, density = (np.log(d[k]) for k in keys)
    volume, area = a + b + c, a + b
    X = np.column_stack([np.ones(10), volume, area, a - b, height, density, d["group"]])
    return norm.logpdf(np.log(d["weight"]), X @ v["beta"], v["sigma"]).sum()
