"""Intercepts of counties, non-centred, beside uranium and floor.

The model is `radon_hierarchical_intercept_noncentered`.
"""

import numpy as np
import published_data
from scipy.stats import halfnorm, norm

data = published_data.houses


def log_density(v, d):
    total = sum(halfnorm.logpdf(v[k]) for k in ("sigma_y", "sigma_alpha"))
    total += norm.logpdf(v["mu_alpha"], 0, 10).sum()
    total += norm.logpdf(v["beta"], 0, 10).sum()
    total += norm.logpdf(v["alpha_raw"]).sum()
    alpha = v["mu_alpha"] + v["sigma_alpha"] * v["alpha_raw"]
    at = d["county_idx"] - 1  # county 5 has no house
    mean = alpha[at] + np.column_stack([d["log_uppm"], d["floor_measure"]]) @ v["beta"]
    return total + norm.logpdf(d["log_radon"], mean, v["sigma_y"]).sum()
