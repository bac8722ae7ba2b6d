"""Absorption at a rate, elimination by enzymes (`one_comp_mm_elim_abs`)."""

import numpy as np
from scipy.integrate import solve_ivp
from scipy.stats import cauchy, lognorm

TOLERANCE = 1e-7  # of the solvers: 1e-10 a step


def solution(k_a, k_m, v_m, d):
    def slope(t, y):
        dose = np.exp(-k_a * t) * d["D"] * k_a / d["V"] if t > 0 else 0.0
        return -v_m / d["V"] * y / (k_m + y) + dose

    tight = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-12}
    times = d["times"]
    return solve_ivp(slope, (d["t0"], times[-1]), [0.0], t_eval=times, **tight).y[0]


def data(rng):
    d = {"N_t": 7, "times": np.linspace(0.5, 12, 7), "t0": 0.0, "V": 2.0, "D": 30.0}
    d["C_hat"] = solution(0.7, 0.4, 1.1, d) * np.exp(0.1 * rng.normal(size=7))
    return d


def log_density(v, d):
    total = sum(cauchy.logpdf(v[k]) + np.log(2) for k in ("k_a", "K_m", "V_m", "sigma"))
    c = solution(v["k_a"], v["K_m"], v["V_m"], d)
    return total + lognorm.logpdf(d["C_hat"], v["sigma"], scale=c).sum()
