"""Poisson regression on a cubic of the year (`GLM_Poisson_model`)."""

import numpy as np
from scipy.stats import poisson


def data(rng):
    year = np.linspace(-1, 1, 8)
    return {"n": 8, "year": year, "C": rng.poisson(np.exp(1 + year))}


def log_density(v, d):
    t = d["year"]
    rate = np.exp(v["alpha"] + v["beta1"] * t + v["beta2"] * t**2 + v["beta3"] * t**3)
    return poisson.logpmf(d["C"], rate).sum()
