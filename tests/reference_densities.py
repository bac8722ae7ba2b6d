"""Densities for the reference evaluator: scipy's, one draw at a time, no code of ours.

A density takes the value and the arguments in the order of the family's row. Families without a
function in scipy are written out from their definition.
"""

from collections.abc import Callable, Mapping
from math import inf, log

import numpy as np
from scipy import special, stats

Density = Callable[..., float]
Frozen = Callable[..., object]


class _HalfT(stats.rv_continuous):
    """Absolute values of Student's t."""

    def _logpdf(self, x, df):
        return log(2) + stats.t.logpdf(x, df)

    def _cdf(self, x, df):
        return 2 * stats.t.cdf(x, df) - 1

    def _sf(self, x, df):
        return 2 * stats.t.sf(x, df)

    def _ppf(self, q, df):
        return stats.t.ppf(0.5 + 0.5 * q, df)


class _Kumaraswamy(stats.rv_continuous):
    """From its definition."""

    def _pdf(self, x, a, b):
        return a * b * x ** (a - 1) * (1 - x**a) ** (b - 1)

    def _cdf(self, x, a, b):
        return 1 - (1 - x**a) ** b

    def _sf(self, x, a, b):
        return (1 - x**a) ** b

    def _ppf(self, q, a, b):
        return (1 - (1 - q) ** (1 / b)) ** (1 / a)


class _Angle(stats.rv_continuous):
    """The von Mises distribution between -pi and pi; scipy's turns its support with its centre."""

    def _argcheck(self, loc_, concentration):
        return concentration > 0

    def _logpdf(self, x, loc_, concentration):
        return stats.vonmises.logpdf(x, concentration, loc=loc_)

    def _cdf(self, x, loc_, concentration):
        return self._up_to(x - loc_, concentration) - self._up_to(-np.pi - loc_, concentration)

    def _up_to(self, angle, concentration):
        """By its Fourier series: scipy's function is an approximation from 50 on."""
        angle, kappa = np.broadcast_arrays(angle, concentration)
        total = 0.5 + angle / (2 * np.pi)
        for j in range(1, 1 + int(40 + 12 * np.sqrt(kappa.max()))):
            weight = special.ive(j, kappa) / special.ive(0, kappa)
            total = total + weight * np.sin(j * angle) / (j * np.pi)
        return total


_half_t = _HalfT(a=0.0, name="half_t")
_kumaraswamy = _Kumaraswamy(a=0.0, b=1.0, name="kumaraswamy")
_angle = _Angle(a=-np.pi, b=np.pi, name="angle")


def _logit_normal(x, loc, scale):
    return stats.norm.logpdf(special.logit(x), loc, scale) - log(x) - log(1 - x)


def _categorical(x, p):
    return log(p[int(x)])


def _ordered(family, x, eta, cutpoints):
    """The probability of an interval, from the tail in which it is small."""
    low, high = np.concatenate([[-inf], cutpoints, [inf]])[int(x) : int(x) + 2] - eta
    tail = family.cdf if high < 0 or low == -inf else family.sf
    return log(abs(tail(high) - tail(low)))


def _dirichlet(x, concentration):
    return stats.dirichlet.logpdf(x / np.sum(x), concentration)


def _mv_normal(x, loc, cov):
    return stats.multivariate_normal.logpdf(x, loc, cov)


def _lkj(x, eta):
    """Lewandowski, Kurowicka & Joe (2009), equation 16: a product of beta functions."""
    d = len(x)
    log_norm = 0.0
    for k in range(1, d):
        a = eta + (d - k - 1) / 2
        log_norm += (2 * eta - 2 + d - k) * (d - k) * log(2) + (d - k) * special.betaln(a, a)
    return (eta - 1) * np.linalg.slogdet(x)[1] - log_norm


def _lkj_cholesky(x, eta):
    """By the change of variables: d R / d L below the diagonal has this determinant."""
    d = len(x)
    rows, columns = np.tril_indices(d, -1)
    slopes = np.zeros((len(rows), len(rows)))
    for n, (i, j) in enumerate(zip(rows, columns, strict=True)):
        turned = np.zeros((d, d))  # L[i, j] moves, and L[i, i] so that the row keeps its length
        turned[i, j], turned[i, i] = 1.0, -x[i, j] / x[i, i]
        slopes[:, n] = (turned @ x.T + x @ turned.T)[rows, columns]
    return _lkj(x @ x.T, eta) + np.linalg.slogdet(slopes)[1]


# Scipy's distribution, given the arguments: density, mass and cdf come from it.
FROZEN: Mapping[tuple[str, str], Frozen] = {
    ("Normal", ""): lambda loc, scale: stats.norm(loc, scale),
    ("SkewNormal", ""): lambda loc, scale, skew: stats.skewnorm(skew, loc, scale),
    ("AsymmetricLaplace", ""): lambda loc, scale, k: stats.laplace_asymmetric(k, loc, scale),
    ("ExGaussian", ""): lambda loc, scale, rate: stats.exponnorm(1 / (rate * scale), loc, scale),
    ("Moyal", ""): lambda loc, scale: stats.moyal(loc, scale),
    ("VonMises", ""): lambda loc, concentration: _angle(loc, concentration),
    ("GeneralizedExtremeValue", ""): lambda loc, scale, k: stats.genextreme(-k, loc, scale),
    ("GeneralizedPareto", ""): lambda loc, scale, k: stats.genpareto(k, loc, scale),
    ("InverseGaussian", ""): lambda mu, shape: stats.invgauss(mu / shape, scale=shape),
    ("Frechet", ""): lambda shape, scale: stats.invweibull(shape, scale=scale),
    ("Rayleigh", ""): lambda scale: stats.rayleigh(scale=scale),
    ("LogLogistic", ""): lambda shape, scale: stats.fisk(shape, scale=scale),
    ("ScaledInverseChiSquared", ""): lambda df, s: stats.invgamma(df / 2, scale=df * s**2 / 2),
    ("Kumaraswamy", ""): lambda a, b: _kumaraswamy(a, b),
    ("Triangular", ""): lambda low, mode, high: stats.triang(
        (mode - low) / (high - low), low, high - low
    ),
    ("LogUniform", ""): lambda low, high: stats.loguniform(low, high),
    ("Normal", "precision"): lambda loc, precision: stats.norm(loc, precision**-0.5),
    ("Exponential", "scale"): lambda scale: stats.expon(scale=scale),
    ("Gamma", "scale"): lambda shape, scale: stats.gamma(shape, scale=scale),
    ("Gamma", "mean"): lambda mean, sd: stats.gamma((mean / sd) ** 2, scale=sd**2 / mean),
    ("InverseGamma", "mean"): lambda mean, sd: stats.invgamma(
        2 + (mean / sd) ** 2, scale=mean * (1 + (mean / sd) ** 2)
    ),
    ("Beta", "mean"): lambda mean, size: stats.beta(mean * size, (1 - mean) * size),
    ("Beta", "sd"): lambda mean, sd: stats.beta(
        mean**2 * (1 - mean) / sd**2 - mean, mean * (1 - mean) ** 2 / sd**2 - (1 - mean)
    ),
    ("NegativeBinomial", "p"): lambda n, p: stats.nbinom(n, p),
    ("Cauchy", ""): lambda loc, scale: stats.cauchy(loc, scale),
    ("StudentT", ""): lambda df, loc, scale: stats.t(df, loc, scale),
    ("Laplace", ""): lambda loc, scale: stats.laplace(loc, scale),
    ("Logistic", ""): lambda loc, scale: stats.logistic(loc, scale),
    ("Gumbel", ""): lambda loc, scale: stats.gumbel_r(loc, scale),
    ("LogNormal", ""): lambda loc, scale: stats.lognorm(scale, scale=np.exp(loc)),
    ("HalfNormal", ""): lambda scale: stats.halfnorm(scale=scale),
    ("HalfCauchy", ""): lambda scale: stats.halfcauchy(scale=scale),
    ("HalfStudentT", ""): lambda df, scale: _half_t(df, scale=scale),
    ("Exponential", ""): lambda rate: stats.expon(scale=1 / rate),
    ("Gamma", ""): lambda shape, rate: stats.gamma(shape, scale=1 / rate),
    ("ChiSquared", ""): lambda df: stats.chi2(df),
    ("InverseGamma", ""): lambda shape, scale: stats.invgamma(shape, scale=scale),
    ("Weibull", ""): lambda shape, scale: stats.weibull_min(shape, scale=scale),
    ("Uniform", ""): lambda low, high: stats.uniform(low, high - low),
    ("Beta", ""): lambda a, b: stats.beta(a, b),
    ("Pareto", ""): lambda minimum, shape: stats.pareto(shape, scale=minimum),
    ("Bernoulli", ""): lambda p: stats.bernoulli(p),
    ("Bernoulli", "logit"): lambda logit: stats.bernoulli(special.expit(logit)),
    ("Binomial", ""): lambda n, p: stats.binom(n, p),
    ("Binomial", "logit"): lambda n, logit: stats.binom(n, special.expit(logit)),
    ("BetaBinomial", ""): lambda n, a, b: stats.betabinom(n, a, b),
    ("Poisson", ""): lambda rate: stats.poisson(rate),
    ("Poisson", "log"): lambda log_rate: stats.poisson(np.exp(log_rate)),
    ("NegativeBinomial", ""): lambda mu, phi: stats.nbinom(phi, phi / (mu + phi)),
    ("NegativeBinomial", "log"): lambda m, phi: stats.nbinom(phi, phi / (np.exp(m) + phi)),
    ("DiscreteUniform", ""): lambda low, high: stats.randint(int(low), int(high) + 1),
    ("HyperGeometric", ""): lambda N, k, n: stats.hypergeom(int(N), int(k), int(n)),
    ("Geometric", ""): lambda p: stats.geom(p, loc=-1),
    ("Geometric", "logit"): lambda logit: stats.geom(special.expit(logit), loc=-1),
}

# Families that scipy has no distribution for, or only one of whole vectors.
WRITTEN_OUT: Mapping[tuple[str, str], Density] = {
    ("Flat", ""): lambda x: 0.0,
    ("Delta", ""): lambda x, value: 0.0 if x == value else -inf,
    ("LogitNormal", ""): _logit_normal,
    ("Categorical", ""): _categorical,
    ("Categorical", "logit"): lambda x, logit: special.log_softmax(logit)[int(x)],
    ("OrderedLogistic", ""): lambda x, eta, cuts: _ordered(stats.logistic, x, eta, cuts),
    ("OrderedProbit", ""): lambda x, eta, cuts: _ordered(stats.norm, x, eta, cuts),
    ("Multinomial", ""): lambda x, n, p: stats.multinomial.logpmf(x, int(n), p),
    ("Multinomial", "logit"): lambda x, n, logit: stats.multinomial.logpmf(
        x, int(n), special.softmax(logit)
    ),
    ("DirichletMultinomial", ""): lambda x, n, a: stats.dirichlet_multinomial.logpmf(
        np.asarray(x, int), a, int(n)
    ),
    ("MvStudentT", "cov"): lambda x, df, loc, cov: stats.multivariate_t.logpdf(x, loc, cov, df),
    ("MvStudentT", "chol"): lambda x, df, loc, chol: stats.multivariate_t.logpdf(
        x, loc, np.tril(chol) @ np.tril(chol).T, df
    ),
    ("Dirichlet", ""): _dirichlet,
    ("MvNormal", "cov"): _mv_normal,
    ("LKJ", ""): lambda x, eta: _lkj(np.asarray(x), eta),
    ("LKJCholesky", ""): lambda x, eta: _lkj_cholesky(np.asarray(x), eta),
    ("Wishart", ""): lambda x, df, scale: stats.wishart.logpdf(x, df, scale),
    ("InverseWishart", ""): lambda x, df, scale: stats.invwishart.logpdf(x, df, scale),
    ("MvNormal", "precision"): lambda x, loc, p: _mv_normal(x, loc, np.linalg.inv(p)),
    ("MvNormal", "chol"): lambda x, loc, chol: _mv_normal(x, loc, np.tril(chol) @ np.tril(chol).T),
}


def log_density(family: str, form: str, x, args) -> float:
    """Log density, or log mass, of one draw ``x``."""
    if (written := WRITTEN_OUT.get((family, form))) is not None:
        return float(written(x, *args))
    frozen = FROZEN[family, form](*args)
    return float(frozen.logpmf(x) if hasattr(frozen.dist, "pmf") else frozen.logpdf(x))


def log_mass_between(family: str, form: str, low: float, high: float, args) -> float:
    """Logarithm of the probability of ``low < x <= high``, in the tail where it is accurate."""
    if (family, form) == ("LogitNormal", ""):
        return log_mass_between("Normal", "", *special.logit([low, high]), args)
    if (family, form) == ("Delta", ""):
        return 0.0 if low < args[0] <= high else -inf
    frozen = FROZEN[family, form](*args)
    if frozen.cdf(low) < 0.5:
        return log(frozen.cdf(high) - frozen.cdf(low))
    return log(frozen.sf(low) - frozen.sf(high))


def evaluate(fn: str, name: tuple[str, str], x: float, args, ends) -> float:
    """``logpdf``, ``cdf``, ``logcdf`` or ``logsf`` of a family of numbers, at any number.

    Args:
        ends: between which it is restricted, both included; None where it is not.
    """
    family, form = name
    if (name in WRITTEN_OUT or family == "Delta") and fn == "logpdf" and ends is None:
        return log_density(family, form, x, args)
    frozen = FROZEN[name](*args)
    whole = hasattr(frozen.dist, "pmf")
    low, high = ends or (-inf, inf)
    under = low - 1 if whole else low  # an end belongs to the numbers that are left
    mass = frozen.cdf(high) - frozen.cdf(under)
    with np.errstate(divide="ignore"):
        if fn == "logpdf":
            inside = low <= x <= high
            density = frozen.logpmf(x) if whole else frozen.logpdf(x)
            return float(density - np.log(mass)) if inside else -inf
        up_to = np.clip(frozen.cdf(min(x, high)) - frozen.cdf(under), 0.0, mass) / mass
        if fn == "cdf":
            return float(up_to)
        if fn == "logcdf":
            return float(frozen.logcdf(x)) if ends is None else float(np.log(up_to))
        return float(frozen.logsf(x)) if ends is None else float(np.log1p(-up_to))
