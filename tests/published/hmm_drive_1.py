"""Two hidden states, normal measurements (`hmm_drive_1`)."""

import itertools

import numpy as np
from scipy.special import logsumexp
from scipy.stats import dirichlet, norm


def data(rng):
    u, v = rng.normal(1, 2, (2, 5))
    return {"N": 5, "u": u, "v": v, "alpha": np.array([[4, 2], [2, 4]]), "tau": 0.8, "rho": 1.3}


def log_density(v, d):
    total = sum(dirichlet.logpdf(row, a) for row, a in zip(v["theta"], d["alpha"], strict=True))
    total += norm.logpdf([v["phi"], v["lambda"]], [0, 3], 1).sum()
    seen = norm.logpdf(d["u"][:, None], v["phi"], d["tau"])
    seen = seen + norm.logpdf(d["v"][:, None], v["lambda"], d["rho"])
    paths = [
        sum(seen[t, state] for t, state in enumerate(path))
        + sum(np.log(v["theta"][a, b]) for a, b in itertools.pairwise(path))
        for path in itertools.product(range(2), repeat=d["N"])
    ]
    return total + logsumexp(paths)
