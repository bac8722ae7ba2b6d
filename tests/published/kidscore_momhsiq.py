"""Scores by school and IQ (`kidscore_momhsiq`)."""

import published_data
from scipy.stats import halfcauchy, norm

data = published_data.kids


def log_density(v, d):
    beta = v["beta"]
    line = beta[0] + beta[1] * d["mom_hs"] + beta[2] * d["mom_iq"]
    return (
        halfcauchy.logpdf(v["sigma"], 0, 2.5) + norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
    )
