"""Mean and spread as splines (`accel_splines`)."""

import numpy as np
from scipy.stats import norm, t


def data(rng):
    return {
        "N": 9, "Ks": 1, "knots_1": 4, "Ks_sigma": 2, "knots_sigma_1": 3,
        "Y": rng.normal(-10, 20, 9), "Xs": rng.normal(size=(9, 1)),
        "Zs_1_1": rng.normal(size=(9, 4)), "Xs_sigma": rng.normal(size=(9, 2)),
        "Zs_sigma_1_1": rng.normal(size=(9, 3)),
    }  # fmt: skip


def log_density(v, d):
    total = t.logpdf(v["Intercept"], 3, -13, 36) + t.logpdf(v["Intercept_sigma"], 3, 0, 10)
    line = {"": v["Intercept"], "_sigma": v["Intercept_sigma"]}
    for part in line:
        sd, z = v[f"sds{part}_1_1"], v[f"zs{part}_1_1"]
        total += t.logpdf(sd, 3, 0, 36) - t.logsf(0, 3, 0, 36) + norm.logpdf(z).sum()
        line[part] = line[part] + d[f"Xs{part}"] @ v[f"bs{part}"] + d[f"Zs{part}_1_1"] @ (sd * z)
    return total + norm.logpdf(d["Y"], line[""], np.exp(line["_sigma"])).sum()
