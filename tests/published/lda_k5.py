"""Five topics, with priors from the data (`ldaK5`)."""

import numpy as np
from scipy.special import gammaln


def data(rng):
    return {
        "V": 6,
        "M": 3,
        "N": 17,
        "w": rng.integers(1, 7, 17),
        "doc": np.repeat([1, 2, 3], [6, 4, 7]),
        "alpha": np.array([0.5, 1.0, 2.0, 1.5, 3.0]),
        "beta": np.array([0.1, 1, 2, 0.7, 1, 1.3]),
    }


def dirichlet(p, a):
    return gammaln(a.sum()) - gammaln(a).sum() + ((a - 1) * np.log(p)).sum()


def log_density(v, d):
    total = sum(dirichlet(p, d["alpha"]) for p in v["theta"])
    total += sum(dirichlet(p, d["beta"]) for p in v["phi"])
    for w, doc in zip(d["w"] - 1, d["doc"] - 1, strict=True):
        total += np.log(sum(v["theta"][doc, k] * v["phi"][k, w] for k in range(5)))
    return total
