"""Two pools of soil carbon with feedback (`soil_incubation`)."""

import numpy as np
from scipy.linalg import expm
from scipy.stats import beta, cauchy, norm

TOLERANCE = 1e-7  # of the solver: 1e-10 a step; the equations are linear and solved exactly here


def evolved(v, d):
    k, share = v["k"], v["share"]
    flow = np.array([[-k[0], share[1] * k[1]], [share[0] * k[0], -k[1]]])
    start = d["totalC_t0"] * np.array([v["gamma"], 1 - v["gamma"]])
    left = [(expm(flow * (t - d["t0"])) @ start).sum() for t in d["ts"]]
    return d["totalC_t0"] - np.array(left)


def data(rng):
    d = {"N_t": 8, "ts": np.linspace(0, 10, 8) + 0.3, "t0": 0.0, "totalC_t0": 7.7}
    truth = {"k": np.array([0.3, 0.05]), "share": np.array([0.2, 0.1]), "gamma": 0.4}
    d["eCO2mean"] = evolved(truth, d) + 0.1 * rng.normal(size=8)
    return d


def log_density(v, d):
    total = (norm.logpdf(v["k"]) + np.log(2)).sum() + (norm.logpdf(v["share"]) + np.log(2)).sum()
    total += beta.logpdf(v["gamma"], 10, 1) + cauchy.logpdf(v["sigma"]) + np.log(2)
    return total + norm.logpdf(d["eCO2mean"], evolved(v, d), v["sigma"]).sum()
