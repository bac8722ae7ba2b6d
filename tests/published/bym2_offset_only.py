"""A map of counts: unstructured and spatial effects (`bym2_offset_only`)."""

import numpy as np
from scipy.stats import beta, halfnorm, norm, poisson


def data(rng):
    return {
        "N": 6, "N_edges": 7, "node1": np.array([1, 1, 2, 2, 3, 4, 5]),
        "node2": np.array([2, 3, 3, 4, 5, 5, 6]), "y": rng.poisson(4, 6),
        "E": rng.uniform(1, 5, 6), "scaling_factor": 0.6,
    }  # fmt: skip


def log_density(v, d):
    total = norm.logpdf(v["beta0"]) + halfnorm.logpdf(v["sigma"]) + beta.logpdf(v["rho"], 0.5, 0.5)
    total += norm.logpdf(v["theta"]).sum()
    phi, N = v["phi"], d["N"]
    precision = np.zeros((N, N))  # the Laplacian of the graph
    for a, b in zip(d["node1"] - 1, d["node2"] - 1, strict=True):
        precision[[a, b], [a, b]] += 1
        precision[[a, b], [b, a]] -= 1
    total += -0.5 * phi @ precision @ phi + norm.logpdf(phi.sum(), 0, 0.001 * N)
    spread = np.sqrt(1 - v["rho"]) * v["theta"] + np.sqrt(v["rho"] / d["scaling_factor"]) * phi
    rate = d["E"] * np.exp(v["beta0"] + v["sigma"] * spread)
    return total + poisson.logpmf(d["y"], rate).sum()
