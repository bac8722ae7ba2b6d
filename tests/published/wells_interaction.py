"""Distance, arsenic and both (`wells_interaction_model`)."""

import numpy as np
import published_data
from scipy.special import log_expit

data = published_data.wells


def log_density(v, d):
    dist, ars = d["dist"] / 100, d["arsenic"]
    X = np.column_stack([dist, ars, dist * ars])
    line = v["alpha"] + X @ v["beta"]
    return log_expit(np.where(d["switched"] == 1, line, -line)).sum()
