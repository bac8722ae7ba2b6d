"""Two topics, one for every word (`ldaK2`)."""

import numpy as np


def data(rng):
    return {
        "V": 5,
        "M": 3,
        "N": 14,
        "w": rng.integers(1, 6, 14),
        "doc": np.repeat([1, 2, 3], [5, 4, 5]),
    }


def log_density(v, d):
    theta, phi = v["theta"][d["doc"] - 1], v["phi"][:, d["w"] - 1].T
    return np.log((theta * phi).sum(1)).sum()  # both priors are flat
