"""Log weights against log volume and area (`logmesquite_logva`)."""

import numpy as np
import published_data
from scipy.stats import norm

data = published_data.mesquite


def log_density(v, d):
    a, b, c = (np.log(d[k]) for k in ("diam1", "diam2", "canopy_height"))
    volume, area = a + b + c, a + b
    X = np.column_stack([np.ones(10), volume, area, d["group"]])
    return norm.logpdf(np.log(d["weight"]), X @ v["beta"], v["sigma"]).sum()
