"""Partial credit with ragged steps and a latent regression (`gpcm_latent_reg_irt`)."""

import numpy as np
from scipy.stats import lognorm, norm, t


def data(rng):
    W = np.column_stack([np.ones(5), [0, 1, 1, 0, 1], rng.normal(3, 2, 5)])
    ii, jj = (a.reshape(-1) for a in np.meshgrid([1, 2, 3, 4], [1, 2, 3, 4, 5]))
    most = np.array([2, 1, 3, 1])  # the highest grade of each item
    y = rng.integers(0, most[ii - 1] + 1)
    y[jj == 5] = most
    return {"I": 4, "J": 5, "N": 20, "K": 3, "ii": ii, "jj": jj, "y": y, "W": W}


def log_density(v, d):
    beta = np.append(v["beta_free"], -v["beta_free"].sum())
    total = lognorm.logpdf(v["alpha"], 1, scale=np.exp(1)).sum() + norm.logpdf(beta, 0, 3).sum()
    rest = d["W"][:, 1:]  # every covariate but the intercept is scaled
    W = np.column_stack([d["W"][:, 0], (rest - rest.mean(0)) / (2 * rest.std(0, ddof=1))])
    total += norm.logpdf(v["theta"], W @ v["lambda_adj"], 1).sum()
    total += t.logpdf(v["lambda_adj"], 3).sum()
    steps = [d["y"][d["ii"] == i].max() for i in range(1, d["I"] + 1)]
    of_item = np.split(beta, np.cumsum(steps)[:-1])
    for i, j, y in zip(d["ii"] - 1, d["jj"] - 1, d["y"], strict=True):
        ease = v["theta"][j] * v["alpha"][i]
        weight = [np.exp(g * ease - of_item[i][:g].sum()) for g in range(steps[i] + 1)]
        total += np.log(weight[y] / sum(weight))
    return total
