"""Log densities with gradients, written by hand, whose posteriors are known."""

import csv
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from torch import Tensor

SHARED = Path(__file__).parents[3] / "shared"
F64 = torch.float64


@dataclass(frozen=True)
class Known:
    """A posterior: its density in unconstrained space, and the answers in the model's space."""

    log_density: Callable[[Tensor], tuple[Tensor, Tensor]]
    names: tuple[str, ...]
    constrain: Callable[[Tensor], Tensor]
    mean: Tensor
    sd: Tensor


def _column(values) -> Tensor:
    return torch.tensor([float(v) for v in values], dtype=F64)


def gaussian(sds=(1.0, 0.5, 2.0), correlation=0.5) -> Known:
    sd = _column(sds)
    n = len(sds)
    correlations = torch.full((n, n), correlation, dtype=F64)
    correlations.fill_diagonal_(1.0)
    mean = torch.arange(1, n + 1, dtype=F64) * sd
    precision = torch.linalg.inv(correlations) / sd / sd[:, None]

    def log_density(x):
        pulled = (x - mean) @ precision
        return -0.5 * ((x - mean) * pulled).sum(-1), -pulled

    return Known(log_density, tuple(f"x{i}" for i in range(n)), lambda x: x, mean, sd)


def widely_scaled() -> Known:
    return gaussian((1e-3, 0.1, 1.0, 30.0, 1e4), 0.95)


def radon() -> Known:
    reference = SHARED / "data" / "radon_reference.json"
    if not reference.exists():
        pytest.skip("radon_reference.json is not here")
    rows = list(csv.DictReader((SHARED / "data" / "radon.csv").open()))
    counties = list(dict.fromkeys(row["county"] for row in rows))
    county = torch.tensor([counties.index(row["county"]) for row in rows])
    floor = _column(row["floor"] for row in rows)
    y = _column(row["log_radon"] for row in rows)
    houses, groups = len(rows), len(counties)

    def log_density(x):
        mu, log_tau, beta, log_sigma, alpha = x.split([1, 1, 1, 1, groups], -1)
        tau2, sigma2 = (2 * log_tau).exp(), (2 * log_sigma).exp()
        away = alpha - mu
        rest = y - alpha[..., county] - beta * floor
        spread, misfit = away.square().sum(-1, True) / tau2, rest.square().sum(-1, True) / sigma2
        value = (
            -0.005 * (mu**2 + beta**2) - 0.5 * (tau2 + sigma2 + spread + misfit)
            + (1 - groups) * log_tau + (1 - houses) * log_sigma
        )  # fmt: skip
        score = rest / sigma2
        to_alpha = torch.zeros_like(alpha).index_add(-1, county, score) - away / tau2
        gradient = [
            away.sum(-1, True) / tau2 - mu / 100,
            1 - groups - tau2 + spread,
            (score * floor).sum(-1, True) - beta / 100,
            1 - houses - sigma2 + misfit,
            to_alpha,
        ]
        return value[..., 0], torch.cat(gradient, -1)

    def constrain(x):
        return torch.cat(
            [x[..., :1], x[..., 1:2].exp(), x[..., 2:3], x[..., 3:4].exp(), x[..., 4:]], -1
        )

    answers = json.loads(reference.read_text())["parameters"]
    named = ["mu", "tau", "beta", "sigma", *(f"alpha[{name}]" for name in counties)]
    return Known(
        log_density, tuple(named), constrain,
        _column(answers[n]["mean"] for n in named), _column(answers[n]["sd"] for n in named),
    )  # fmt: skip


def _posteriordb(folder: str, names: list[str]) -> tuple[dict, Tensor, Tensor]:
    where = SHARED / "posteriordb" / folder
    if not where.exists():
        pytest.skip(f"{folder} is not here")
    answers = json.loads((where / "reference.json").read_text())["parameters"]
    means, sds = (_column(answers[n][key] for n in names) for key in ("mean", "sd"))
    return json.loads((where / "data.json").read_text()), means, sds


def earnings() -> Known:
    """Flat priors; posterior sds differ by 1e2, correlations near 1."""
    names = ["beta[1]", "beta[2]", "beta[3]", "beta[4]", "sigma"]
    data, mean, sd = _posteriordb("earnings-logearn_interaction", names)
    height, male = _column(data["height"]), _column(data["male"])
    x = torch.stack([torch.ones_like(height), height, male, height * male], -1)
    y = _column(data["earn"]).log()

    def log_density(position):
        beta, log_sigma = position[..., :4], position[..., 4:]
        rest = (y - beta @ x.T) * (-log_sigma).exp()
        misfit = rest.square().sum(-1, True)
        value = (1 - len(y)) * log_sigma - 0.5 * misfit
        gradient = [(rest * (-log_sigma).exp()) @ x, 1 - len(y) + misfit]
        return value[..., 0], torch.cat(gradient, -1)

    def constrain(position):
        return torch.cat([position[..., :4], position[..., 4:].exp()], -1)

    return Known(log_density, tuple(names), constrain, mean, sd)


def eight_schools() -> Known:
    """Non-centred; the half-Cauchy scale has a tail that no Gaussian on the log scale has."""
    names = [*(f"theta[{j}]" for j in range(1, 9)), "mu", "tau"]
    data, mean, sd = _posteriordb("eight_schools-eight_schools_noncentered", names)
    y, s = _column(data["y"]), _column(data["sigma"])

    def log_density(x):
        z, mu, log_tau = x.split([8, 1, 1], -1)
        tau = log_tau.exp()
        ratio = (tau / 5).square()
        rest = (y - mu - tau * z) / s
        prior = 0.5 * (z.square().sum(-1, True) + (mu / 5).square()) + ratio.log1p() - log_tau
        score = rest / s
        gradient = [
            tau * score - z,
            score.sum(-1, True) - mu / 25,
            tau * (score * z).sum(-1, True) + 1 - 2 * ratio / (1 + ratio),
        ]
        value = -prior - 0.5 * rest.square().sum(-1, True)
        return value[..., 0], torch.cat(gradient, -1)

    def constrain(x):
        z, mu, log_tau = x.split([8, 1, 1], -1)
        return torch.cat([mu + log_tau.exp() * z, mu, log_tau.exp()], -1)

    return Known(log_density, tuple(names), constrain, mean, sd)


def logistic() -> Known:
    """Two slopes on a grid, uncentred and badly scaled; answers by quadrature."""
    rng = torch.Generator().manual_seed(3)
    x = torch.randn(150, 2, generator=rng, dtype=F64) * _column([1.0, 30.0]) + _column([1.0, 0.0])
    p = torch.sigmoid(x @ _column([0.7, -0.04]))
    y = (torch.rand(150, generator=rng, dtype=F64) < p).to(F64)

    def log_density(b):
        eta = b @ x.T
        value = (y * eta - torch.nn.functional.softplus(eta)).sum(-1) - 0.5 * (b / 2).square().sum(
            -1
        )
        return value, (y - torch.sigmoid(eta)) @ x - b / 4

    first, second = (
        torch.linspace(-1, 2.5, 100, dtype=F64),
        torch.linspace(-0.15, 0.07, 100, dtype=F64),
    )
    grid = torch.cartesian_prod(first, second)
    weight = torch.softmax(log_density(grid)[0], 0)[:, None]
    mean = (weight * grid).sum(0)
    sd = (weight * (grid - mean).square()).sum(0).sqrt()
    return Known(log_density, ("b1", "b2"), lambda b: b, mean, sd)


def funnel() -> Known:
    """A centred hierarchy of four groups without data: density unbounded, no mode."""

    def log_density(x):
        log_tau, a = x[..., :1], x[..., 1:]
        scaled = a.square() * (-2 * log_tau).exp()
        value = -0.5 * log_tau.square() / 100 - 4 * log_tau - 0.5 * scaled.sum(-1, True)
        gradient = [-log_tau / 100 - 4 + scaled.sum(-1, True), -a * (-2 * log_tau).exp()]
        return value[..., 0], torch.cat(gradient, -1)

    nan = torch.full((5,), math.nan)
    return Known(log_density, ("log tau", "a1", "a2", "a3", "a4"), lambda x: x, nan, nan)


KNOWN = {
    "gaussian": gaussian,
    "widely scaled": widely_scaled,
    "radon": radon,
    "earnings": earnings,
    "eight schools": eight_schools,
    "logistic": logistic,
    "funnel": funnel,
}


@pytest.fixture
def known(request) -> Known:
    """The posterior named by an indirect parameter."""
    return KNOWN[request.param]()


@pytest.fixture
def normal() -> Known:
    return gaussian()


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def seeded():
    return lambda seed=0: torch.Generator().manual_seed(seed)
