"""One hidden layer of ten units (`nn_rbm1bJ10`)."""

import numpy as np
from scipy.special import log_softmax
from scipy.stats import invgamma, norm


def data(rng):
    return {"N": 9, "M": 3, "K": 4, "x": rng.uniform(0, 1, (9, 3)), "y": rng.integers(1, 5, 9)}


def log_density(v, d):
    shrink = {"alpha": (0.05 / d["M"] ** 2) ** 2, "beta": (0.05 / 10**2) ** 2}
    total = norm.logpdf(v["alpha1"]).sum() + norm.logpdf(v["beta1"]).sum()
    for name, s2 in shrink.items():
        variance = v[f"sigma2_{name}"]
        total += invgamma.logpdf(variance, 0.25, scale=0.25 * s2)
        total += norm.logpdf(v[name], 0, np.sqrt(variance)).sum()
    hidden = np.tanh(v["alpha1"] + d["x"] @ v["alpha"])
    values = np.hstack([np.ones((d["N"], 1)), v["beta1"] + hidden @ v["beta"]])
    return total + log_softmax(values, axis=1)[np.arange(d["N"]), d["y"] - 1].sum()
