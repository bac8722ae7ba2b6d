"""Growth of insurance losses (`losscurve_sislob`)."""

import numpy as np
from scipy.stats import lognorm, norm


def data(rng):
    cohort = np.array([1, 1, 1, 2, 2, 3])
    return {
        "growthmodel_id": 2,
        "n_data": 6,
        "n_time": 3,
        "n_cohort": 3,
        "cohort_id": cohort,
        "t_idx": np.array([1, 2, 3, 1, 2, 1]),
        "t_value": np.array([1.0, 2.0, 3.0]),
        "premium": np.array([10.0, 12.0, 14.0]),
        "loss": rng.uniform(2, 9, 6),
    }


def log_density(v, d):
    prior = norm.logpdf(v["mu_LR"], 0, 0.5) + lognorm.logpdf(v["sd_LR"], 0.5)
    prior += lognorm.logpdf(v["LR"], v["sd_LR"], scale=np.exp(v["mu_LR"])).sum()
    prior += lognorm.logpdf(v["loss_sd"], 0.7)
    prior += lognorm.logpdf(v["omega"], 0.5) + lognorm.logpdf(v["theta"], 0.5)
    power = d["t_value"] ** v["omega"]
    growth = power / (power + v["theta"] ** v["omega"])
    at = d["cohort_id"] - 1
    mean = v["LR"][at] * d["premium"][at] * growth[d["t_idx"] - 1]
    return prior + norm.logpdf(d["loss"], mean, v["loss_sd"] * d["premium"][at]).sum()
