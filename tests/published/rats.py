"""A line for each rat; flat scales (`rats_model`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    rat = np.repeat(np.arange(1, 5), 3)
    x = np.tile([8.0, 15.0, 22.0], 4)
    y = 100 + 6 * x + 5 * rng.normal(size=12)
    return {"N": 4, "Npts": 12, "rat": rat, "x": x, "y": y, "xbar": 15.0}


def log_density(v, d):
    prior = norm.logpdf(v["mu_alpha"], 0, 100) + norm.logpdf(v["mu_beta"], 0, 100)
    prior += norm.logpdf(v["alpha"], v["mu_alpha"], v["sigma_alpha"]).sum()
    prior += norm.logpdf(v["beta"], v["mu_beta"], v["sigma_beta"]).sum()
    at = d["rat"] - 1
    mean = v["alpha"][at] + v["beta"][at] * (d["x"] - d["xbar"])
    return prior + norm.logpdf(d["y"], mean, v["sigma_y"]).sum()
