"""A trend with bends, and seasons that add and multiply (`prophet`)."""

import numpy as np
from scipy.stats import halfnorm, laplace, norm


def data(rng):
    return {
        "T": 9,
        "K": 3,
        "S": 2,
        "t": np.linspace(0, 1, 9),
        "y": rng.normal(size=9),
        "t_change": np.array([0.25, 0.6]),
        "X": rng.normal(size=(9, 3)),
        "sigmas": np.array([10.0, 10.0, 1.0]),
        "tau": 0.05,
        "s_a": np.array([1.0, 0.0, 1.0]),
        "s_m": np.array([0.0, 1.0, 0.0]),
    }


def log_density(v, d):
    t, bends, X, beta = d["t"], d["t_change"], d["X"], v["beta"]
    A = np.array([[float(at >= bend) for bend in bends] for at in t])
    trend = (v["k"] + A @ v["delta"]) * t + v["m"] + A @ (-bends * v["delta"])
    mean = trend * (1 + X @ (beta * d["s_m"])) + X @ (beta * d["s_a"])
    prior = norm.logpdf(v["k"], 0, 5) + norm.logpdf(v["m"], 0, 5)
    prior += laplace.logpdf(v["delta"], 0, d["tau"]).sum() + norm.logpdf(beta, 0, d["sigmas"]).sum()
    prior += halfnorm.logpdf(v["sigma_obs"], 0, 0.5)
    return prior + norm.logpdf(d["y"], mean, v["sigma_obs"]).sum()
