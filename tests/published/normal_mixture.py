"""Two normal distributions with an unknown share (`normal_mixture`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    return {"N": 8, "y": np.append(rng.normal(-2, 1, 4), rng.normal(3, 1, 4))}


def log_density(v, d):
    first, second = norm.pdf(d["y"], v["mu"][0]), norm.pdf(d["y"], v["mu"][1])
    mixed = np.log(v["theta"] * first + (1 - v["theta"]) * second).sum()
    return norm.logpdf(v["mu"], 0, 10).sum() + mixed
