"""Scores by school (`kidscore_momhs`)."""

import published_data
from scipy.stats import halfcauchy, norm

data = published_data.kids


def log_density(v, d):
    beta = v["beta"]
    line = beta[0] + beta[1] * d["mom_hs"]
    return (
        halfcauchy.logpdf(v["sigma"], 0, 2.5) + norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
    )
