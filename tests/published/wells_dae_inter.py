"""Three centred predictors and their pairs (`wells_dae_inter_model`)."""

import numpy as np
import published_data
from scipy.special import log_expit

data = published_data.wells


def log_density(v, d):
    dist = (d["dist"] - d["dist"].mean()) / 100
    ars = d["arsenic"] - d["arsenic"].mean()
    educ = (d["educ"] - d["educ"].mean()) / 4
    X = np.column_stack([dist, ars, educ, dist * ars, dist * educ, ars * educ])
    line = v["alpha"] + X @ v["beta"]
    return log_expit(np.where(d["switched"] == 1, line, -line)).sum()
