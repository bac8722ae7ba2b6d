"""Log earnings against standardised height, by sex (`logearn_interaction_z`)."""

import numpy as np
import published_data
from scipy.stats import norm

data = published_data.earnings


def log_density(v, d):
    h, male = d["height"].astype(float), d["male"]
    z = (h - h.mean()) / h.std(ddof=1)
    beta = v["beta"]
    line = np.where(male, beta[0] + beta[2] + (beta[1] + beta[3]) * z, beta[0] + beta[1] * z)
    return norm.logpdf(np.log(d["earn"]), line, v["sigma"]).sum()
