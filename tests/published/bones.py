"""Grades in numbers that differ, some of them missing (`bones_model`)."""

import numpy as np
from scipy.special import expit
from scipy.stats import norm

NCAT = np.array([2, 3, 5, 4])


def data(rng):
    gamma = np.full((4, 4), -1.0)
    for row, n in zip(gamma, NCAT, strict=True):
        row[: n - 1] = np.sort(rng.normal(2, 2, n - 1))
    grade = np.array([rng.integers(1, n + 1, 5) for n in NCAT]).T
    grade[[0, 2, 4], [1, 1, 3]] = -1
    grade[1] = NCAT  # the highest grades
    return {
        "nChild": 5,
        "nInd": 4,
        "gamma": gamma,
        "delta": rng.uniform(0.5, 2, 4),
        "ncat": NCAT,
        "grade": grade,
    }


def log_density(v, d):
    total = norm.logpdf(v["theta"], 0, 36).sum()
    for theta, grades in zip(v["theta"], d["grade"], strict=True):
        for j, grade in enumerate(grades):
            above = expit(d["delta"][j] * (theta - d["gamma"][j, : d["ncat"][j] - 1]))
            p = -np.diff(np.concatenate([[1], above, [0]]))
            total += np.log(p[grade - 1]) if grade != -1 else 0
    return total
