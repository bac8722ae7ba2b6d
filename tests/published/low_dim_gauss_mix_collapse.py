"""Two normal distributions that nothing tells apart (`low_dim_gauss_mix_collapse`)."""

import numpy as np
from scipy.stats import beta, halfnorm, norm


def data(rng):
    return {"N": 12, "y": np.append(rng.normal(-2, 0.5, 5), rng.normal(3, 1, 7))}


def log_density(v, d):
    total = norm.logpdf(v["mu"], 0, 2).sum() + halfnorm.logpdf(v["sigma"], 0, 2).sum()
    total += beta.logpdf(v["theta"], 5, 5)
    first, second = norm.pdf(d["y"][None], v["mu"][:, None], v["sigma"][:, None])
    return total + np.log(v["theta"] * first + (1 - v["theta"]) * second).sum()
