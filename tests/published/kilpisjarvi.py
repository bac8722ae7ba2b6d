"""A line whose priors come with the data (`kilpisjarvi`)."""

import numpy as np
from scipy.stats import norm


def data(rng):
    return {
        "N": 6, "x": np.arange(1952.0, 1958.0), "y": rng.normal(9, 1, 6), "xpred": 2016.0,
        "pmualpha": 9.3, "psalpha": 100.0, "pmubeta": 0.0, "psbeta": 0.03,
    }  # fmt: skip


def log_density(v, d):
    total = norm.logpdf(v["alpha"], d["pmualpha"], d["psalpha"])
    total += norm.logpdf(v["beta"], d["pmubeta"], d["psbeta"])
    return total + norm.logpdf(d["y"], v["alpha"] + v["beta"] * d["x"], v["sigma"]).sum()
