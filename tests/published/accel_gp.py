"""Mean and spread as Gaussian processes in a Hilbert-space basis (`accel_gp`)."""

import numpy as np
from scipy.stats import invgamma, norm, t


def data(rng):
    return {
        "N": 9, "NBgp_1": 4, "NBgp_sigma_1": 3, "Y": rng.normal(-10, 20, 9),
        "Xgp_1": rng.normal(size=(9, 4)), "Xgp_sigma_1": rng.normal(size=(9, 3)),
        "slambda_1": np.array([[1.0], [2.1], [3.1], [4.2]]),
        "slambda_sigma_1": np.array([[0.9], [2.0], [2.9]]),
    }  # fmt: skip


def process(X, frequency, sd, length, z):
    spectrum = sd**2 * np.sqrt(2 * np.pi) * length * np.exp(-0.5 * length**2 * frequency**2)
    return X @ np.diag(np.sqrt(spectrum)) @ z


def log_density(v, d):
    total = t.logpdf(v["Intercept"], 3, -13, 36) + t.logpdf(v["Intercept_sigma"], 3, 0, 10)
    predicted = []
    for part in ("", "_sigma"):
        sd, length, z = (v[f"{name}{part}_1"] for name in ("sdgp", "lscale", "zgp"))
        total += t.logpdf(sd, 3, 0, 36) - t.logsf(0, 3, 0, 36)
        total += invgamma.logpdf(length, 1.124909, scale=0.0177) + norm.logpdf(z).sum()
        frequency = d[f"slambda{part}_1"][:, 0]
        predicted.append(process(d[f"Xgp{part}_1"], frequency, sd, length, z))
    mu, log_sigma = v["Intercept"] + predicted[0], v["Intercept_sigma"] + predicted[1]
    return total + norm.logpdf(d["Y"], mu, np.exp(log_sigma)).sum()
