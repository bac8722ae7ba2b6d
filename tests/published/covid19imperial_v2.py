"""Infections that renew themselves, and deaths in windows of days (`covid19imperial_v2`)."""

import numpy as np
from scipy.stats import expon, gamma, halfnorm, nbinom, norm

DAYS, COUNTRIES = 12, 2


def data(rng):
    deaths = rng.integers(0, 9, (DAYS, COUNTRIES))
    deaths[10:, 0] = deaths[9:, 1] = -1
    weights = rng.uniform(0.5, 1, DAYS)
    return {
        "M": COUNTRIES,
        "P": 3,
        "N0": 3,
        "N2": DAYS,
        "N": np.array([10, 9]),
        "EpidemicStart": np.array([4, 5]),
        "deaths": deaths,
        "f": rng.uniform(0.01, 0.2, (DAYS, COUNTRIES)),
        "X": rng.integers(0, 2, (COUNTRIES, DAYS, 3)),
        "pop": np.array([500.0, 900.0]),
        "SI": weights / weights.sum(),
    }


def expected_deaths(v, d, m):
    """Deaths that are expected each day, from infections that are counted day by day."""
    alpha = v["alpha_hier"] - np.log(1.05) / 6
    infected, deaths = [], []
    for i in range(DAYS):
        if i < d["N0"]:
            infected.append(v["y"][m])
        else:
            reproduction = v["mu"][m] * np.exp(-d["X"][m, i] @ alpha)
            left = (d["pop"][m] - sum(infected)) / d["pop"][m]
            infectious = sum(infected[j] * d["SI"][i - j - 1] for j in range(i))
            infected.append(left * reproduction * infectious)
        dying = sum(infected[j] * d["f"][i - j - 1, m] for j in range(i))
        deaths.append(v["ifr_noise"][m] * dying if i else 1e-15 * infected[0])
    return np.array(deaths)


def log_density(v, d):
    total = expon.logpdf(v["tau"], scale=1 / 0.03) + expon.logpdf(v["y"], scale=v["tau"]).sum()
    total += halfnorm.logpdf(v["phi"], 0, 5) + halfnorm.logpdf(v["kappa"], 0, 0.5)
    total += norm.logpdf(v["mu"], 3.28, v["kappa"]).sum()
    total += gamma.logpdf(v["alpha_hier"], 0.1667).sum() + norm.logpdf(v["ifr_noise"], 1, 0.1).sum()
    for m in range(COUNTRIES):
        window = slice(d["EpidemicStart"][m] - 1, d["N"][m])
        mean = expected_deaths(v, d, m)[window]
        phi = v["phi"]
        total += nbinom.logpmf(d["deaths"][window, m], phi, phi / (phi + mean)).sum()
    return total
