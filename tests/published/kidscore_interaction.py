"""Scores by school, IQ and both (`kidscore_interaction`)."""

import numpy as np
import published_data
from scipy.stats import halfcauchy, norm

data = published_data.kids


def log_density(v, d):
    hs, iq = d["mom_hs"], d["mom_iq"]
    beta = v["beta"]
    line = np.column_stack([np.ones(6), hs, iq, hs * iq]) @ beta
    return (
        halfcauchy.logpdf(v["sigma"], 0, 2.5) + norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
    )
