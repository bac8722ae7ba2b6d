"""Distance and arsenic (`wells_dist100ars_model`)."""

import numpy as np
import published_data
from scipy.special import log_expit

data = published_data.wells


def log_density(v, d):
    X = np.column_stack([d["dist"] / 100, d["arsenic"]])
    line = v["alpha"] + X @ v["beta"]
    return log_expit(np.where(d["switched"] == 1, line, -line)).sum()
