"""Two hidden states, exponential measurements (`hmm_drive_0`)."""

import itertools

import numpy as np
from scipy.special import logsumexp
from scipy.stats import dirichlet, expon, norm


def data(rng):
    return {
        "N": 6,
        "u": rng.exponential(1, 6),
        "v": rng.exponential(0.5, 6),
        "alpha": np.array([[4, 2], [2, 4]]),
    }


def log_density(v, d):
    total = sum(dirichlet.logpdf(row, a) for row, a in zip(v["theta"], d["alpha"], strict=True))
    total += norm.logpdf([v["phi"], v["lambda"]], [0, 3], 1).sum()
    seen = expon.logpdf(d["u"][:, None], scale=1 / v["phi"])
    seen = seen + expon.logpdf(d["v"][:, None], scale=1 / v["lambda"])
    paths = [
        sum(seen[t, state] for t, state in enumerate(path))
        + sum(np.log(v["theta"][a, b]) for a, b in itertools.pairwise(path))
        for path in itertools.product(range(2), repeat=d["N"])
    ]
    return total + logsumexp(paths)
