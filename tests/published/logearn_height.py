"""Log earnings against height (`logearn_height`)."""

import numpy as np
import published_data
from scipy.stats import norm

data = published_data.earnings


def log_density(v, d):
    beta = v["beta"]
    line = beta[0] + beta[1] * d["height"]
    return norm.logpdf(np.log(d["earn"]), line, v["sigma"]).sum()
