"""Two-parameter item response with a latent regression (`2pl_latent_reg_irt`)."""

import numpy as np
from scipy.special import log_expit
from scipy.stats import lognorm, norm, t


def data(rng):
    W = np.column_stack([np.ones(5), [0, 1, 1, 0, 1], rng.normal(3, 2, 5)])
    pairs = [(i, j) for j in range(1, 6) for i in range(1, 5) if (i + j) % 4]  # not all are asked
    ii, jj = np.array(pairs).T
    return {
        "I": 4, "J": 5, "N": len(ii), "K": 3, "ii": ii, "jj": jj,
        "y": rng.integers(0, 2, len(ii)), "W": W,
    }  # fmt: skip


def adjusted(W):
    """All columns but the first, centred and divided by two standard deviations."""
    rest = W[:, 1:]
    return np.column_stack([W[:, 0], (rest - rest.mean(0)) / (2 * rest.std(0, ddof=1))])


def log_density(v, d):
    beta = np.append(v["beta_free"], -v["beta_free"].sum())
    total = lognorm.logpdf(v["alpha"], 1, scale=np.exp(1)).sum() + norm.logpdf(beta, 0, 3).sum()
    total += t.logpdf(v["lambda_adj"], 3).sum()
    total += norm.logpdf(v["theta"], adjusted(d["W"]) @ v["lambda_adj"], 1).sum()
    eta = v["alpha"][d["ii"] - 1] * v["theta"][d["jj"] - 1] - beta[d["ii"] - 1]
    return total + log_expit(np.where(d["y"] == 1, eta, -eta)).sum()
