"""K normal components (`normal_mixture_k`)."""

import numpy as np
from scipy.special import logsumexp
from scipy.stats import norm


def data(rng):
    return {"K": 3, "N": 10, "y": 3 * rng.normal(size=10)}


def log_density(v, d):
    terms = np.log(v["theta"]) + norm.logpdf(d["y"][:, None], v["mu"], v["sigma"])
    return norm.logpdf(v["mu"], 0, 10).sum() + logsumexp(terms, axis=1).sum()
