"""A nonlinear growth curve (`dugongs_model`)."""

from scipy.stats import gamma, norm


def data(rng):
    x = rng.uniform(1, 30, 9)
    return {"N": 9, "x": x, "Y": 2.6 - 0.9 * 0.86**x + 0.1 * rng.normal(size=9)}


def log_density(v, d):
    prior = norm.logpdf(v["alpha"], 0, 1000) + norm.logpdf(v["beta"], 0, 1000)
    prior += gamma.logpdf(v["tau"], 0.0001, scale=10_000)
    mean = v["alpha"] - v["beta"] * v["lambda"] ** d["x"]
    return prior + norm.logpdf(d["Y"], mean, v["tau"] ** -0.5).sum()
