"""Capture-recapture with a response to being caught (`Mb_model`)."""

import numpy as np


def data(rng):
    y = rng.binomial(1, 0.4, (8, 4))
    y[5:] = 0
    return {"M": 8, "T": 4, "y": y}


def log_density(v, d):
    y, total = d["y"], 0.0
    for row in y:
        term, before = np.log(v["omega"]), 0
        for seen in row:
            p = v["c"] if before else v["p"]
            term += np.log(p if seen else 1 - p)
            before = seen
        total += term if row.any() else np.logaddexp(term, np.log1p(-v["omega"]))
    return total
