"""Rasch model of answers that come as patterns with running counts (`lsat_model`)."""

import numpy as np
from scipy.special import log_expit
from scipy.stats import halfnorm, norm


def data(rng):
    return {
        "N": 7,
        "R": 4,
        "T": 3,
        "culm": np.array([2, 3, 3, 7]),
        "response": rng.integers(0, 2, (4, 3)),
    }


def log_density(v, d):
    counts = np.diff(d["culm"], prepend=0)
    answers = np.repeat(d["response"], counts, axis=0)
    prior = norm.logpdf(v["alpha"], 0, 100).sum() + norm.logpdf(v["theta"]).sum()
    prior += halfnorm.logpdf(v["beta"], 0, 100)
    eta = v["beta"] * v["theta"][:, None] - v["alpha"][None, :]
    return prior + log_expit(np.where(answers == 1, eta, -eta)).sum()
