"""The catalogue that every law over the distribution families runs through."""

from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest
import torch
from nacre.compiler.types import SupportName
from nacre.compiler.families import FAMILIES, Family, Form
from reference_densities import FROZEN


@dataclass(frozen=True)
class Case:
    """A family in one form, at one setting of its parameters.

    Attributes:
        params: numbers, or nested lists for vectors and matrices.
        points: where the density is looked at; all inside the support.
        edges: ends of the support at which the density is finite but has no slope.
    """

    family: str
    form: str
    params: tuple
    points: tuple
    edges: tuple = ()

    @property
    def row(self) -> Family:
        return FAMILIES[self.family]

    @property
    def form_row(self) -> Form:
        return self.row.form(self.form)

    @property
    def module(self) -> ModuleType:
        return import_module(f"nacre.runtime.dist.{self.row.module}")

    @property
    def suffix(self) -> str:
        return f"_{self.form}" if self.form else ""

    @property
    def frozen(self):
        """Scipy's distribution."""
        return FROZEN[self.family, self.form](*self.params)

    @property
    def discrete(self) -> bool:
        return self.row.support.is_discrete

    def log_prob(self, *args):
        return getattr(self.module, f"log_prob{self.suffix}")(*args)

    def sample(self, *args, **named):
        if self.row.event == 2 and not any(p.event for p in self.form_row.params):
            named["shape"] = (*named["shape"], *np.shape(self.points[0]))  # it says how large
        return getattr(self.module, f"sample{self.suffix}")(*args, **named)

    def tensors(self, dtype=torch.float64):
        return tuple(torch.tensor(p, dtype=dtype) for p in self.params)

    def x(self, dtype=torch.float64):
        return torch.tensor(np.array(self.points), dtype=dtype)


COVARIANCE = [[2.0, 0.6, -0.3], [0.6, 1.0, 0.2], [-0.3, 0.2, 0.5]]
PRECISION = np.linalg.inv(COVARIANCE).tolist()
FACTOR = np.linalg.cholesky(COVARIANCE).tolist()
CORRELATION = [[1.0, 0.5, -0.2], [0.5, 1.0, 0.3], [-0.2, 0.3, 1.0]]
CORRELATIONS = (np.eye(3).tolist(), CORRELATION, [[1.0, -0.9, 0], [-0.9, 1, 0.1], [0, 0.1, 1]])
FACTORS = tuple(np.linalg.cholesky(r).tolist() for r in CORRELATIONS)
MATRICES = (COVARIANCE, np.diag([3.0, 0.1, 1.0]).tolist(), CORRELATION)
REALS = (-30.0, -2.5, -0.1, 0.0, 0.4, 1.0, 3.0, 40.0)
POSITIVES = (1e-6, 0.03, 0.5, 1.0, 2.7, 9.0, 60.0)
UNITS = (1e-7, 0.02, 0.4, 0.5, 0.93, 0.9999)
COUNTS = (0, 1, 2, 5, 11, 40)
SIMPLICES = ((0.2, 0.3, 0.5), (0.01, 0.98, 0.01), (1e-6, 0.5 - 1e-6, 0.5))
COMPOSITIONS = ((0, 7, 0), (2, 4, 1), (1, 1, 5))
VECTORS = ((0.0, 0.0, 0.0), (1.0, -2.0, 0.5), (-3.0, 4.0, 1.0))

CASES = {
    "normal": Case("Normal", "", (0.3, 1.7), REALS),
    "normal-narrow": Case("Normal", "", (-0.1, 1e-3), (-0.101, -0.1, -0.0995)),
    "skewnormal": Case("SkewNormal", "", (0.3, 1.7, 2.5), REALS[1:]),
    "skewnormal-left": Case("SkewNormal", "", (0.3, 1.7, -0.6), REALS),
    "asymmetriclaplace": Case("AsymmetricLaplace", "", (0.3, 1.7, 0.6), REALS),
    "exgaussian": Case("ExGaussian", "", (0.3, 1.7, 0.4), REALS[1:]),
    "exgaussian-short": Case("ExGaussian", "", (-1.0, 0.5, 3.0), (-2.5, -1.1, 0.0, 0.4, 3.0)),
    "moyal": Case("Moyal", "", (0.3, 1.7), (-5.0, *REALS[1:])),
    "vonmises": Case("VonMises", "", (0.3, 1.7), (-3.1, -0.4, 0.3, 1.0, 2.9)),
    "vonmises-narrow": Case("VonMises", "", (-2.0, 300.0), (-2.2, -2.03, -2.0, -1.9)),
    "gev": Case("GeneralizedExtremeValue", "", (0.3, 1.7, 0.2), (-3.0, *REALS[1:])),
    "gev-negative": Case("GeneralizedExtremeValue", "", (0.3, 1.7, -0.3), (-4.0, -0.1, 1.0, 3.0)),
    "gev-gumbel": Case("GeneralizedExtremeValue", "", (0.3, 1.7, 0.0), (-5.0, *REALS[1:])),
    "generalizedpareto": Case(
        "GeneralizedPareto", "", (0.3, 1.7, 0.2), (0.4, 1.0, 3.0, 40.0), (0.3,)
    ),
    "generalizedpareto-negative": Case(
        "GeneralizedPareto", "", (0.3, 1.7, -0.3), (0.4, 1.0, 3.0, 5.0), (0.3,)
    ),
    "generalizedpareto-exponential": Case(
        "GeneralizedPareto", "", (0.3, 1.7, 0.0), (0.4, 1.0, 3.0, 40.0), (0.3,)
    ),
    "normal-precision": Case("Normal", "precision", (0.3, 2.5), (-5.0, -0.1, 0.3, 1.0, 3.0)),
    "cauchy": Case("Cauchy", "", (0.3, 1.7), (*REALS, 1e6)),
    "student-1": Case("StudentT", "", (1.0, 0.0, 1.0), REALS),
    "student-4": Case("StudentT", "", (4.5, -0.4, 0.6), REALS),
    "laplace": Case("Laplace", "", (0.3, 1.7), REALS),
    "logistic": Case("Logistic", "", (0.3, 0.02), REALS),
    "logistic-wide": Case("Logistic", "", (-1.0, 2.0), REALS),
    "gumbel": Case("Gumbel", "", (0.3, 1.7), (-5.0, *REALS[1:])),
    "lognormal": Case("LogNormal", "", (0.2, 0.7), POSITIVES),
    "halfnormal": Case("HalfNormal", "", (2.5,), POSITIVES, (0.0,)),
    "halfcauchy": Case("HalfCauchy", "", (2.5,), (*POSITIVES, 1e7), (0.0,)),
    "halfstudent": Case("HalfStudentT", "", (3.0, 2.5), POSITIVES, (0.0,)),
    "exponential": Case("Exponential", "", (0.4,), POSITIVES, (0.0,)),
    "gamma": Case("Gamma", "", (2.5, 0.7), POSITIVES),
    "gamma-flat": Case("Gamma", "", (1.0, 2.0), POSITIVES, (0.0,)),
    "gamma-small": Case("Gamma", "", (0.05, 2.0), POSITIVES),
    "gamma-large": Case("Gamma", "", (300.0, 20.0), (12.0, 15.0, 18.5)),
    "exponential-scale": Case("Exponential", "scale", (2.5,), POSITIVES, (0.0,)),
    "gamma-scale": Case("Gamma", "scale", (2.5, 0.7), POSITIVES),
    "gamma-mean": Case("Gamma", "mean", (2.0, 1.5), POSITIVES),
    "chisquared": Case("ChiSquared", "", (3.0,), POSITIVES),
    "inversegamma": Case("InverseGamma", "", (3.5, 2.0), POSITIVES[1:]),
    "inversegamma-mean": Case("InverseGamma", "mean", (2.0, 1.5), POSITIVES[1:]),
    "weibull": Case("Weibull", "", (1.8, 2.0), POSITIVES),
    "weibull-steep": Case("Weibull", "", (0.6, 0.3), POSITIVES),
    "inversegaussian": Case("InverseGaussian", "", (1.4, 2.3), (0.05, *POSITIVES[2:])),
    "inversegaussian-wide": Case("InverseGaussian", "", (3.0, 0.2), (0.05, *POSITIVES[2:])),
    "frechet": Case("Frechet", "", (2.6, 0.8), (0.1, *POSITIVES[2:])),
    "rayleigh": Case("Rayleigh", "", (1.7,), POSITIVES[:-1]),
    "loglogistic": Case("LogLogistic", "", (2.6, 0.8), POSITIVES),
    "scaledinversechisquared": Case("ScaledInverseChiSquared", "", (5.0, 0.8), POSITIVES[1:]),
    "kumaraswamy": Case("Kumaraswamy", "", (2.0, 3.5), UNITS),
    "kumaraswamy-horns": Case("Kumaraswamy", "", (0.6, 0.8), UNITS),
    "triangular": Case("Triangular", "", (-1.5, 0.5, 2.0), (-1.4, -0.2, 1.0, 1.9), (0.5,)),
    "triangular-falling": Case(
        "Triangular", "", (-1.5, -1.5, 2.0), (-1.4, -0.2, 1.0, 1.9), (-1.5,)
    ),
    "loguniform": Case("LogUniform", "", (0.2, 40.0), (0.3, 1.0, 3.0, 39.0), (0.2, 40.0)),
    "uniform": Case("Uniform", "", (-1.5, 2.0), (-1.4, -0.2, 1.0, 1.9), (-1.5, 2.0)),
    "beta": Case("Beta", "", (2.0, 3.5), UNITS),
    "beta-flat": Case("Beta", "", (1.0, 1.0), UNITS, (0.0, 1.0)),
    "beta-horns": Case("Beta", "", (0.3, 0.1), UNITS),
    "beta-mean": Case("Beta", "mean", (0.3, 7.0), UNITS),
    "beta-sd": Case("Beta", "sd", (0.6, 0.2), UNITS),
    "logitnormal": Case("LogitNormal", "", (0.4, 1.3), UNITS),
    "pareto": Case("Pareto", "", (1.5, 2.6), (1.6, 2.0, 3.3, 40.0), (1.5,)),
    "bernoulli": Case("Bernoulli", "", (0.3,), (0, 1)),
    "bernoulli-logit": Case("Bernoulli", "logit", (-1.2,), (0, 1)),
    "binomial": Case("Binomial", "", (12.0, 0.3), (0, 1, 5, 12)),
    "binomial-sure": Case("Binomial", "", (4.0, 1.0), (4,)),
    "binomial-logit": Case("Binomial", "logit", (12.0, -1.2), (0, 1, 5, 12)),
    "betabinomial": Case("BetaBinomial", "", (12.0, 0.7, 1.9), (0, 1, 5, 12)),
    "poisson": Case("Poisson", "", (3.4,), COUNTS),
    "poisson-zero": Case("Poisson", "", (0.0,), (0,)),
    "poisson-large": Case("Poisson", "", (5e5,), (499_000, 500_000, 501_500)),
    "poisson-log": Case("Poisson", "log", (1.3,), COUNTS),
    "negativebinomial": Case("NegativeBinomial", "", (3.4, 1.6), COUNTS),
    "negativebinomial-log": Case("NegativeBinomial", "log", (1.3, 0.8), COUNTS),
    "negativebinomial-p": Case("NegativeBinomial", "p", (2.3, 0.4), COUNTS),
    "geometric": Case("Geometric", "", (0.3,), COUNTS),
    "geometric-logit": Case("Geometric", "logit", (-1.2,), COUNTS),
    "discreteuniform": Case("DiscreteUniform", "", (-2.0, 8.0), (-2, -1, 0, 3, 8)),
    "hypergeometric": Case("HyperGeometric", "", (20.0, 7.0, 12.0), (0, 1, 3, 7)),
    "hypergeometric-full": Case("HyperGeometric", "", (12.0, 9.0, 6.0), (3, 4, 6)),
    "orderedlogistic": Case("OrderedLogistic", "", (0.4, [-0.5, 1.3]), (0, 1, 2)),
    "orderedlogistic-far": Case("OrderedLogistic", "", (30.0, [-0.5, 1.3]), (0, 1, 2)),
    "orderedprobit": Case("OrderedProbit", "", (0.4, [-0.5, 1.3]), (0, 1, 2)),
    "orderedprobit-left": Case("OrderedProbit", "", (-6.0, [-0.5, 1.3]), (0, 1, 2)),
    "orderedprobit-right": Case("OrderedProbit", "", (7.0, [-0.5, 1.3]), (0, 1, 2)),
    "categorical": Case("Categorical", "", ([0.2, 0.5, 0.3],), (0, 1, 2)),
    "categorical-logit": Case("Categorical", "logit", ([0.2, -1.5, 30.0],), (0, 1, 2)),
    "dirichlet": Case("Dirichlet", "", ([0.7, 2.0, 5.0],), SIMPLICES),
    "dirichlet-flat": Case("Dirichlet", "", ([1.0, 1.0, 1.0],), SIMPLICES, ((0.0, 0.4, 0.6),)),
    "multinomial": Case("Multinomial", "", (7.0, [0.2, 0.5, 0.3]), COMPOSITIONS),
    "multinomial-logit": Case("Multinomial", "logit", (7.0, [0.2, -1.5, 1.0]), COMPOSITIONS),
    "dirichletmultinomial": Case("DirichletMultinomial", "", (7.0, [0.7, 2.0, 5.0]), COMPOSITIONS),
    "mvstudentt-cov": Case("MvStudentT", "cov", (4.5, [0.1, -0.2, 0.3], COVARIANCE), VECTORS),
    "mvstudentt-chol": Case("MvStudentT", "chol", (4.5, [0.1, -0.2, 0.3], FACTOR), VECTORS),
    "mvnormal-cov": Case("MvNormal", "cov", ([0.1, -0.2, 0.3], COVARIANCE), VECTORS),
    "mvnormal-precision": Case("MvNormal", "precision", ([0.1, -0.2, 0.3], PRECISION), VECTORS),
    "lkj": Case("LKJ", "", (2.5,), CORRELATIONS),
    "lkj-flat": Case("LKJ", "", (1.0,), CORRELATIONS),
    "lkj-horns": Case("LKJ", "", (0.3,), CORRELATIONS),
    "lkjcholesky": Case("LKJCholesky", "", (2.5,), FACTORS),
    "lkjcholesky-flat": Case("LKJCholesky", "", (1.0,), FACTORS),
    "wishart": Case("Wishart", "", (4.5, COVARIANCE), MATRICES),
    "inversewishart": Case("InverseWishart", "", (4.5, COVARIANCE), MATRICES),
    "mvnormal-chol": Case("MvNormal", "chol", ([0.1, -0.2, 0.3], FACTOR), VECTORS),
}

SCALAR = {k: c for k, c in CASES.items() if c.row.event == 0}
NUMBERS = {k: c for k, c in SCALAR.items() if c.row.support is not SupportName.INDEX}
CONTINUOUS = {k: c for k, c in NUMBERS.items() if not c.discrete}
DISCRETE = {k: c for k, c in NUMBERS.items() if c.discrete}


def over(cases):
    """One test per case."""
    return pytest.mark.parametrize("case", cases.values(), ids=cases.keys())
