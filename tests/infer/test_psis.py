import math

import numpy as np
import pytest
import torch
from arviz_stats.base import array_stats
from nacre.runtime.infer.psis import fit_pareto, importance
from scipy import stats

F64 = torch.float64


def ratios(kind: str, count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    if kind == "wide guide":
        x = 2 * rng.standard_normal(count)
        return stats.norm.logpdf(x) - stats.norm.logpdf(x, scale=2)
    if kind == "narrow guide":
        x = 0.4 * rng.standard_normal(count)
        return stats.norm.logpdf(x) - stats.norm.logpdf(x, scale=0.4)
    if kind == "heavy target":
        x = rng.standard_normal(count)
        return stats.t.logpdf(x, 3) - stats.norm.logpdf(x)
    return -5000 + 40 * rng.standard_normal(count)  # log ratios far outside the range of exp


@pytest.mark.parametrize("kind", ["wide guide", "narrow guide", "heavy target", "extreme"])
@pytest.mark.parametrize("count", [40, 225, 1000, 4000])
@pytest.mark.parametrize("seed", range(2))
def test_agrees_with_arviz(kind, count, seed):
    log_ratios = ratios(kind, count, seed)
    found = importance(torch.tensor(log_ratios), torch.zeros(count, dtype=F64))
    expected, k_hat = array_stats.psislw(-log_ratios)
    assert found.k_hat == pytest.approx(float(k_hat), abs=1e-9)
    np.testing.assert_allclose(found.weights.numpy(), np.exp(expected), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_recovers_the_shape_of_a_pareto(shape):
    draws = stats.genpareto.rvs(shape, scale=2.0, size=20_000, random_state=1)
    found, scale = fit_pareto(torch.tensor(np.sort(draws)))
    assert found == pytest.approx(shape, abs=0.05)
    assert scale == pytest.approx(2.0, rel=0.05)


def test_an_exact_guide_is_reliable():
    log_q = torch.linspace(-3, 0, 500, dtype=F64)
    found = importance(log_q - 7.0, log_q)
    assert found.reliable
    assert found.k_hat == 0.0
    assert found.effective == pytest.approx(500)


def test_a_narrow_guide_is_not():
    found = importance(torch.tensor(ratios("narrow guide", 4000, 0)), torch.zeros(4000, dtype=F64))
    assert not found.reliable
    assert found.effective < 2000


def test_draws_outside_the_support_get_no_weight():
    log_p = torch.tensor(ratios("wide guide", 1000, 0))
    log_p[::2] = -math.inf
    found = importance(log_p, torch.zeros(1000, dtype=F64))
    assert found.weights[::2].max() == 0.0
    assert found.weights.sum() == pytest.approx(1.0)
    assert math.isfinite(found.k_hat)


def test_a_ratio_that_is_not_a_number_is_not_hidden():
    log_p = torch.tensor(ratios("wide guide", 1000, 0))
    log_p[3] = math.nan
    found = importance(log_p, torch.zeros(1000, dtype=F64))
    assert math.isnan(found.k_hat)
    assert not found.reliable


@pytest.mark.parametrize(
    ("count", "threshold"), [(100, 0.5), (1000, 1 - 1 / 3), (4000, 0.7), (10**6, 0.7)]
)
def test_the_threshold_depends_on_the_draws(count, threshold):
    zeros = torch.zeros(count, dtype=F64)
    assert importance(zeros, zeros).threshold == pytest.approx(threshold, abs=1e-2)


@pytest.mark.parametrize("log_p", [torch.zeros(0), torch.full((5,), -math.inf)])
def test_nothing_to_weigh(log_p):
    with pytest.raises(ValueError, match="at least one draw"):
        importance(log_p, torch.zeros_like(log_p))


@pytest.mark.parametrize("count", [1, 2, 10, 24])
def test_too_few_draws_cannot_be_judged(count):
    log_p = torch.tensor(ratios("wide guide", count, 0)) + torch.arange(count)
    found = importance(log_p, torch.zeros(count, dtype=F64))
    assert not found.reliable or count == 1
