"""Scores by centred school and IQ (`kidscore_interaction_c`)."""

import numpy as np
import published_data
from scipy.stats import norm

data = published_data.kids


def log_density(v, d):
    hs, iq = (d[k] - d[k].mean() for k in ("mom_hs", "mom_iq"))
    beta = v["beta"]
    line = np.column_stack([np.ones(6), hs, iq, hs * iq]) @ beta
    return norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
