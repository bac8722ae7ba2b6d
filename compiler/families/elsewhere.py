"""What other systems call our families, for those who come from there."""

from collections.abc import Mapping

_CALLED: Mapping[str, str] = {
    # our way to write it: their names, in lower case and without underscores
    "AsymmetricLaplace": "laplaceasymmetric skewdoubleexponential",
    "Bernoulli": "bern flip coin",
    "Bernoulli(logit = …)": "bernoullilogit",
    "Beta(mean = …, concentration = …)": "betaproportion",
    "BetaBinomial": "betabinom",
    "Binomial": "binom",
    "Binomial(n, logit = …)": "binomiallogit",
    "Categorical": "cat discrete onehotcategorical",
    "Categorical(logit = …)": "categoricallogit",
    "ChiSquared": "chi2 chisq chisquare",
    "Delta": "dirac diracdelta pointmass deterministic constant",
    "Exponential": "exp expon dexp",
    "ExGaussian": "expmodnormal exponnorm exponentiallymodifiedgaussian emg",
    "Flat": "improper improperuniform",
    "Frechet": "invweibull inverseweibull",
    "Gamma": "gam dgamma",
    "GeneralizedExtremeValue": "gev genextreme",
    "GeneralizedPareto": "gpd genpareto",
    "Geometric": "geom",
    "Gumbel": "gumbelr extremevalue",
    "HalfNormal": "halfnorm halfgaussian foldednormal",
    "HalfStudentT": "halft",
    "InverseGamma": "invgamma invgam",
    "InverseGaussian": "wald invgauss invgaussian",
    "Laplace": "doubleexponential doubleexp ddexp",
    "LogLogistic": "fisk",
    "LogUniform": "reciprocal jeffreys",
    "LogNormal": "lognorm lnorm dlnorm",
    "MvNormal": "multivariatenormal multinormal mvn mvgaussian multivariategaussian dmnorm",
    "MvNormal(loc, chol = …)": "multinormalcholesky",
    "NegativeBinomial": "negbinomial negbin nbinom nb negbinomial2 gammapoisson",
    "NegativeBinomial(log = …, phi)": "negbinomial2log",
    "Hurdle(p, Poisson(rate))": "hurdlepoisson",
    "Mixture(k in part)(w[k], …)": "mixturesamefamily normalmixture mixturegeneral",
    "Normal(loc, scale) on (low, high)": "truncated truncatednormal truncnorm tnormal",
    "ZeroInflated(p, Poisson(rate))": "zeroinflatedpoisson zip",
    "ZeroInflated(p, Binomial(n, q))": "zeroinflatedbinomial",
    "ZeroInflated(p, NegativeBinomial(mu, phi))": "zeroinflatednegativebinomial zinb",
    "Normal": "gaussian norm gauss n dnorm stdnormal",
    "Poisson": "pois dpois",
    "Poisson(log = …)": "poissonlog",
    "ScaledInverseChiSquared": "scaledinvchisquare scaledinvchisquared scaledinvchi2",
    "SkewNormal": "skewnorm",
    "StudentT": "t student studentst dt",
    "Triangular": "triang triangle",
    "Uniform": "unif rectangular dunif",
    "VonMises": "vonmisesline circularnormal",
    "Weibull": "weibullmin dweib",
}

ELSEWHERE: Mapping[str, str] = {
    theirs: ours for ours, names in _CALLED.items() for theirs in names.split()
}
"""Their names as `known_as` reads them, and how the family is written here."""


def known_as(name: str) -> str | None:
    """How a family of another system is written here: ``neg_binomial_2``, ``Wald``."""
    return ELSEWHERE.get(name.lower().replace("_", ""))
