"""A rating scale with a latent regression (`grsm_latent_reg_irt`)."""

import numpy as np
from scipy.stats import lognorm, norm, t


def data(rng):
    W = np.column_stack([np.ones(5), [0, 1, 1, 0, 1], rng.normal(3, 2, 5)])
    ii, jj = (a.reshape(-1) for a in np.meshgrid([1, 2, 3, 4], [1, 2, 3, 4, 5]))
    return {
        "I": 4, "J": 5, "N": 20, "K": 3, "ii": ii, "jj": jj,
        "y": np.append(rng.integers(0, 4, 19), 3), "W": W,
    }  # fmt: skip


def log_density(v, d):
    beta = np.append(v["beta_free"], -v["beta_free"].sum())
    kappa = np.append(v["kappa_free"], -v["kappa_free"].sum())
    total = lognorm.logpdf(v["alpha"], 1, scale=np.exp(1)).sum()
    total += norm.logpdf(beta, 0, 3).sum() + norm.logpdf(kappa, 0, 3).sum()
    rest = d["W"][:, 1:]  # every covariate but the intercept is scaled
    W = np.column_stack([d["W"][:, 0], (rest - rest.mean(0)) / (2 * rest.std(0, ddof=1))])
    total += norm.logpdf(v["theta"], W @ v["lambda_adj"], 1).sum()
    total += t.logpdf(v["lambda_adj"], 3).sum()
    for i, j, y in zip(d["ii"] - 1, d["jj"] - 1, d["y"], strict=True):
        ease = v["theta"][j] * v["alpha"][i] - beta[i]
        weight = [np.exp(g * ease - kappa[:g].sum()) for g in range(d["y"].max() + 1)]
        total += np.log(weight[y] / sum(weight))
    return total
