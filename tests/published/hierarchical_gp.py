"""Gaussian processes over years for regions and states (`hierarchical_gp`)."""

import numpy as np
from scipy.stats import dirichlet, gamma, norm, weibull_min


def data(rng):
    home = np.array([1, 1, 2, 3, 2])
    votes = [(i, t) for i in range(5) for t in range(4)]
    state = np.array([i + 1 for i, _ in votes])
    return {
        "N": 20, "N_states": 5, "N_regions": 3, "N_years_obs": 4, "N_years": 6,
        "state_region_ind": home, "state_ind": state, "region_ind": home[state - 1],
        "year_ind": np.array([t + 1 for _, t in votes]), "y": rng.uniform(0.3, 0.7, 20),
    }  # fmt: skip


def factor(years, long, long_length, short, short_length):
    cov = 1e-6 * np.eye(years)
    for s in range(years):
        for t in range(years):
            for var, length in ((long, long_length), (short, short_length)):
                cov[s, t] += var * np.exp(-((s - t) ** 2) / (2 * length**2))
    return np.linalg.cholesky(cov)


def log_density(v, d):
    var = 17 * v["prop_var"] * v["tot_var"]
    total = gamma.logpdf(v["tot_var"], 3, scale=1 / 3) + norm.logpdf(v["mu"], 0.5, 0.5)
    total += dirichlet.logpdf(v["prop_var"] / v["prop_var"].sum(), np.full(17, 2.0))
    for kind in ("region", "state"):
        total += weibull_min.logpdf(v[f"length_GP_{kind}_long"], 30, scale=8)
        total += weibull_min.logpdf(v[f"length_GP_{kind}_short"], 30, scale=3)
        total += norm.logpdf(v[f"GP_{kind}_std"]).sum() + norm.logpdf(v[f"{kind}_std"]).sum()
    total += norm.logpdf(v["year_std"]).sum()
    T = d["N_years"]
    region = factor(T, var[12], v["length_GP_region_long"], var[14], v["length_GP_region_short"])
    state = factor(T, var[13], v["length_GP_state_long"], var[15], v["length_GP_state_short"])
    region, state = region @ v["GP_region_std"], state @ v["GP_state_std"]
    for n in range(d["N"]):
        t, r, i = d["year_ind"][n] - 1, d["region_ind"][n] - 1, d["state_ind"][n] - 1
        own = d["state_region_ind"][i] - 1
        mean = v["mu"] + np.sqrt(var[0]) * v["year_std"][t] + np.sqrt(var[1]) * v["region_std"][r]
        mean += np.sqrt(var[2 + own]) * v["state_std"][i] + region[t, r] + state[t, i]
        total += norm.logpdf(d["y"][n], mean, np.sqrt(var[16]))
    return total
