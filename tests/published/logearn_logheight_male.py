"""Log earnings against log height (`logearn_logheight_male`)."""

import numpy as np
import published_data
from scipy.stats import norm

data = published_data.earnings


def log_density(v, d):
    beta = v["beta"]
    line = np.column_stack([np.ones(7), np.log(d["height"]), d["male"]]) @ beta
    return norm.logpdf(np.log(d["earn"]), line, v["sigma"]).sum()
