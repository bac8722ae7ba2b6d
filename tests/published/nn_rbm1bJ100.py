"""One hidden layer of a hundred units (`nn_rbm1bJ100`)."""

import numpy as np
from scipy.special import logsumexp
from scipy.stats import invgamma, norm


def data(rng):
    return {"N": 7, "M": 4, "K": 3, "x": rng.uniform(0, 1, (7, 4)), "y": rng.integers(1, 4, 7)}


def log_density(v, d):
    total = invgamma.logpdf(v["sigma2_alpha"], 0.25, scale=0.25 * (0.05 / 4**2) ** 2)
    total += invgamma.logpdf(v["sigma2_beta"], 0.25, scale=0.25 * (0.05 / 100**2) ** 2)
    total += norm.logpdf(v["alpha"], 0, v["sigma2_alpha"] ** 0.5).sum()
    total += norm.logpdf(v["beta"], 0, v["sigma2_beta"] ** 0.5).sum()
    total += norm.logpdf(v["alpha1"]).sum() + norm.logpdf(v["beta1"]).sum()
    for x, y in zip(d["x"], d["y"], strict=True):
        hidden = np.tanh(v["alpha1"] + x @ v["alpha"])
        score = np.concatenate([[1.0], v["beta1"] + hidden @ v["beta"]])
        total += score[y - 1] - logsumexp(score)
    return total
