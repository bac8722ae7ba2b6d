"""A level and a season that move (`state_space_stochastic_level_stochastic_seasonal`)."""

from scipy.stats import norm, t


def data(rng):
    y, x, w = rng.normal(size=(3, 16))
    return {"n": 16, "y": y, "x": x, "w": w}


def log_density(v, d):
    season, level, noise = v["sigma"]
    mu, seasonal = v["mu"], v["seasonal"]
    total = t.logpdf(v["sigma"], 4).sum()
    total += sum(norm.logpdf(mu[i], mu[i - 1], level) for i in range(1, d["n"]))
    for i in range(11, d["n"]):
        total += norm.logpdf(seasonal[i], -seasonal[i - 11 : i].sum(), season)
    mean = mu + v["beta"] * d["x"] + v["lambda"] * d["w"] + seasonal
    return total + norm.logpdf(d["y"], mean, noise).sum()
