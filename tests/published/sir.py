"""An epidemic that spreads through the water (`sir`)."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.stats import cauchy, norm, poisson

TOLERANCE = 1e-7  # of the solvers: 1e-10 a step


def solution(beta, gamma, xi, delta, d):
    def slope(t, y):
        s, i, _, b = y
        new = beta * b / (1e6 + b) * s
        return [-new, new - gamma * i, gamma * i, xi * i - delta * b]

    y0 = d["y0"]
    tight = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-12}
    return solve_ivp(slope, (0.0, d["t"][-1]), y0, t_eval=d["t"], **tight).y.T


def data(rng):
    d = {"N_t": 6, "t": np.arange(1.0, 7.0) / 2}
    d["y0"] = np.array([1000.0, 5.0, 0.0, 2e5])
    y = solution(1.0, 0.5, 2.0, 1.0, d)
    lost = -np.diff(np.append(d["y0"][0], y[:, 0]))
    d["stoi_hat"] = rng.poisson(lost)
    d["B_hat"] = y[:, 3] * np.exp(0.15 * rng.normal(size=6))
    return d


def log_density(v, d):
    scales = {"beta": 2.5, "gamma": 1.0, "xi": 25.0, "delta": 1.0}
    total = sum(cauchy.logpdf(v[k], 0, s) + np.log(2) for k, s in scales.items())
    y = solution(v["beta"], v["gamma"], v["xi"], v["delta"], d)
    lost = -np.diff(np.append(d["y0"][0], y[:, 0]))
    total += poisson.logpmf(d["stoi_hat"], lost).sum()
    return total + norm.logpdf(np.log(d["B_hat"]), np.log(y[:, 3]), 0.15).sum()
