"""Effects of schools, drawn around their mean (`eight_schools_centered`)."""

import numpy as np
from scipy.stats import halfcauchy, norm


def data(rng):
    return {"J": 5, "y": rng.normal(5, 10, 5).round(), "sigma": np.array([15, 10, 16, 11, 9])}


def log_density(v, d):
    total = norm.logpdf(v["mu"], 0, 5) + halfcauchy.logpdf(v["tau"], 0, 5)
    total += norm.logpdf(v["theta"], v["mu"], v["tau"]).sum()
    return total + norm.logpdf(d["y"], v["theta"], d["sigma"]).sum()
