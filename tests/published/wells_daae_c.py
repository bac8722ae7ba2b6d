"""Two centred predictors, both, association and education (`wells_daae_c_model`)."""

import numpy as np
import published_data
from scipy.special import log_expit

data = published_data.wells


def log_density(v, d):
    dist = (d["dist"] - d["dist"].mean()) / 100
    ars = d["arsenic"] - d["arsenic"].mean()
    X = np.column_stack([dist, ars, dist * ars, d["assoc"], d["educ"] / 4])
    line = v["alpha"] + X @ v["beta"]
    return log_expit(np.where(d["switched"] == 1, line, -line)).sum()
