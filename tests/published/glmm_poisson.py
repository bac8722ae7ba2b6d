"""The cubic with an effect of every year (`GLMM_Poisson_model`)."""

import numpy as np
from scipy.stats import norm, poisson


def data(rng):
    year = np.linspace(-1, 1, 8)
    return {"n": 8, "year": year, "C": rng.poisson(np.exp(1 + year))}


def log_density(v, d):
    t = d["year"]
    trend = v["alpha"] + v["beta1"] * t + v["beta2"] * t**2 + v["beta3"] * t**3
    effects = norm.logpdf(v["eps"], 0, v["sigma"]).sum()
    return effects + poisson.logpmf(d["C"], np.exp(trend + v["eps"])).sum()
