import math

import pytest
import torch
from nacre.runtime.infer.autoguide import Kind, Target, make_guide
from nacre.runtime.infer.automatic import AUTOMATIC, Posterior, fit_guide
from nacre.runtime.infer.settle import Start
from nacre.runtime.infer.stopping import Plateau

F64 = torch.float64
SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 5))]
GAUSSIANS = [Kind.FULL_RANK, Kind.MEAN_FIELD]


def exact_particles(n: int, rng) -> torch.Tensor:
    """Pairs whose mean is zero and whose second moment is the identity, (1, 2n, n).

    For a normal target the path gradient is quadratic in the noise, so its average over these is
    its expectation, without Monte Carlo error.
    """
    turned, _ = torch.linalg.qr(torch.randn(n, n, generator=rng, dtype=F64))
    return math.sqrt(n) * torch.cat([turned, -turned])[None]


def covariance(normal) -> torch.Tensor:
    """Of the fixture: three coordinates correlated by a half."""
    return (0.5 * torch.eye(3, dtype=F64) + 0.5) * normal.sd * normal.sd[:, None]


def skewed_start(n: int, rng) -> Start:
    factor = (
        0.5 * torch.eye(n, dtype=F64) + 0.3 * torch.randn(n, n, generator=rng, dtype=F64).tril()
    )
    return Start(torch.randn(1, n, generator=rng, dtype=F64), factor[None], 1)


def closed_form(known, guide, params):
    """The bound for a normal target: log p at the mean, minus half trace, plus entropy."""
    gaussian = guide.gaussian(params, 0)
    _, slope = known.log_density(torch.eye(len(known.names), dtype=F64))
    _, origin = known.log_density(torch.zeros(1, len(known.names), dtype=F64))
    precision = origin - slope
    trace = (precision * gaussian.covariance).sum()
    diagonal = gaussian.factor if gaussian.factor.ndim == 1 else gaussian.factor.diagonal()
    entropy = diagonal.abs().log().sum() + 0.5 * len(known.names) * (1 + math.log(2 * math.pi))
    return known.log_density(gaussian.mean)[0] - 0.5 * trace + entropy


@pytest.mark.parametrize("kind", GAUSSIANS)
@pytest.mark.parametrize("seed", range(3))
def test_the_gradient_is_unbiased(kind, seed, normal, seeded):
    rng = seeded(seed)
    n = len(normal.names)
    target = Target(normal.log_density, normal.names, skewed_start(n, rng), 2 * n)
    guide = make_guide(kind, target)
    params = 0.4 * torch.randn(1, guide.n, generator=rng, dtype=F64)
    noise = exact_particles(n, rng)
    value, gradient, _ = guide.value_and_gradient(params, noise, guide.memory(1), rng)
    expected = closed_form(normal, guide, params.requires_grad_())
    (slope,) = torch.autograd.grad(expected, params)
    torch.testing.assert_close(value[0], expected.detach(), rtol=1e-10, atol=1e-10)
    torch.testing.assert_close(gradient, slope, rtol=1e-9, atol=1e-9)


def test_the_noise_vanishes_at_an_exact_fit(normal, seeded):
    covariance = (
        torch.diag(normal.sd) @ (0.5 * torch.eye(3, dtype=F64) + 0.5) @ torch.diag(normal.sd)
    )
    start = Start(normal.mean[None], torch.linalg.cholesky(covariance)[None], 1)
    guide = make_guide(Kind.FULL_RANK, Target(normal.log_density, normal.names, start, 1))
    rng = seeded()
    noise = guide.draw_noise(1, [rng])[0]
    params = torch.zeros(1, guide.n, dtype=F64)
    _, gradient, _ = guide.value_and_gradient(params, noise, guide.memory(1), rng)
    assert gradient.abs().max() < 1e-12


def fitted(known, kind, rng, **options):
    options.setdefault("settings", AUTOMATIC)
    return fit_guide(Posterior(known.log_density, known.names), kind, rng=rng, **options)


def test_full_rank_recovers_a_normal_without_a_start(normal, seeded):
    settings = AUTOMATIC._replace(steps=4000, rate=0.1, stop=None)
    fit = fitted(normal, Kind.FULL_RANK, seeded(), settings=settings, settling=None)
    torch.testing.assert_close(fit.guide.mean, normal.mean, atol=1e-3, rtol=0)
    torch.testing.assert_close(fit.guide.covariance, covariance(normal), atol=1e-3, rtol=1e-3)


def test_mean_field_has_the_sds_of_the_precision(normal, seeded):
    fit = fitted(normal, Kind.MEAN_FIELD, seeded())
    precision = (
        torch.linalg.inv(0.5 * torch.eye(3, dtype=F64) + 0.5) / normal.sd / normal.sd[:, None]
    )
    torch.testing.assert_close(fit.guide.sd, precision.diagonal().rsqrt(), rtol=0.03, atol=0)
    torch.testing.assert_close(fit.guide.mean, normal.mean, atol=0.1, rtol=0)


@pytest.mark.parametrize("known", ["radon", "earnings", "eight schools", "logistic"], indirect=True)
@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(s, marks=pytest.mark.slow) for s in range(1, 5))]
)
def test_full_rank_means_are_within_a_quarter_sd(known, seed, seeded):
    fit = fitted(known, Kind.FULL_RANK, seeded(seed))
    draws, _ = fit.guide.draw(20_000, rng=seeded(seed))
    error = (known.constrain(draws).mean(0) - known.mean) / known.sd
    assert error.abs().max() < 0.25
    assert fit.outcome.value == ""


def test_a_gaussian_knows_its_own_density(normal, seeded):
    guide = fitted(normal, Kind.FULL_RANK, seeded(), settings=AUTOMATIC._replace(steps=128)).guide
    draws, log_q = guide.draw(50, rng=seeded())
    oracle = torch.distributions.MultivariateNormal(guide.mean, scale_tril=guide.factor)
    torch.testing.assert_close(log_q, oracle.log_prob(draws))
    torch.testing.assert_close(guide.log_density(draws), log_q)


def test_the_point_guide_climbs_to_the_mode(normal, seeded):
    settings = AUTOMATIC._replace(steps=2000, rate=0.05, stop=Plateau(nats=1e-6))
    fit = fitted(normal, Kind.POINT, seeded(), settings=settings)
    torch.testing.assert_close(fit.guide.mean, normal.mean, atol=1e-3, rtol=0)


def test_names_match_parameters(normal, seeded):
    start = skewed_start(3, seeded())
    target = Target(normal.log_density, normal.names, start)
    assert make_guide(Kind.FULL_RANK, target).names[-1] == "factor x2, x2"
    assert [len(make_guide(kind, target).names) for kind in Kind] == [6, 9, 3]
