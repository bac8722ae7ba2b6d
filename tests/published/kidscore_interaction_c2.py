"""Scores by school and IQ, centred at round numbers (`kidscore_interaction_c2`)."""

import numpy as np
import published_data
from scipy.stats import norm

data = published_data.kids


def log_density(v, d):
    hs, iq = d["mom_hs"] - 0.5, d["mom_iq"] - 100
    beta = v["beta"]
    line = np.column_stack([np.ones(6), hs, iq, hs * iq]) @ beta
    return norm.logpdf(d["kid_score"], line, v["sigma"]).sum()
