"""ARMA(1, 1) (`arma11`)."""

from scipy.stats import halfcauchy, norm


def data(rng):
    return {"T": 9, "y": rng.normal(size=9)}


def log_density(v, d):
    mu, phi, theta, sigma = v["mu"], v["phi"], v["theta"], v["sigma"]
    total = norm.logpdf(mu, 0, 10) + norm.logpdf(phi, 0, 2) + norm.logpdf(theta, 0, 2)
    total += halfcauchy.logpdf(sigma, 0, 2.5)
    before, error = mu, 0.0
    for y in d["y"]:
        error = y - (mu + phi * before + theta * error)
        before = y
        total += norm.logpdf(error, 0, sigma)
    return total
