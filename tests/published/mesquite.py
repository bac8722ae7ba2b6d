"""Weights are linear in sizes (`mesquite`)."""

import numpy as np
import published_data
from scipy.stats import norm

NAMES = ("diam1", "diam2", "canopy_height", "total_height", "density", "group")

data = published_data.mesquite


def log_density(v, d):
    X = np.column_stack([np.ones(10), *(d[k] for k in NAMES)])
    return norm.logpdf(d["weight"], X @ v["beta"], v["sigma"]).sum()
