"""Laws of restricted draws: inside the ends, and distributed as the family is there."""

from math import inf

import pytest
import torch
from nacre.runtime.dist import restricted
from scipy import stats

from .cases import CASES, NUMBERS, Case, over
from .test_draws import LEVEL, N, distribution_function, rng

ORDINARY = {
    k: c
    for k, c in NUMBERS.items()
    if c.family != "Delta"
    and k not in ("binomial-sure", "poisson-zero", "poisson-large", "hypergeometric-full")
}
CONTINUOUS = {
    k: c for k, c in ORDINARY.items() if not c.discrete and k not in ("gamma-small", "beta-horns")
}


def quantiles(case, *levels):
    if case.family == "LogitNormal":
        return [
            float(1 / (1 + 2.718281828459045**-q)) for q in stats.norm(*case.params).ppf(levels)
        ]
    return case.frozen.ppf(levels)


@pytest.mark.parametrize(
    ("from_", "to"), [(0.3, 0.6), (None, 0.4), (0.7, None), (0.02, 0.03)], ids=str
)
@over(CONTINUOUS)
def test_draws_between_two_ends_follow_the_family_there(case, from_, to):
    low, high = (None if q is None else quantiles(case, q)[0] for q in (from_, to))
    x = case.sample(*case.tensors(), low=low, high=high, shape=(N // 8,), rng=rng())
    assert low is None or (x >= low).all()
    assert high is None or (x <= high).all()
    whole = distribution_function(case)
    below, up_to = 0.0 if low is None else whole(low), 1.0 if high is None else whole(high)
    assert stats.kstest(x.numpy(), lambda v: (whole(v) - below) / (up_to - below)).pvalue > LEVEL


@over({k: c for k, c in ORDINARY.items() if c.discrete and c.family != "Bernoulli"})
def test_counts_between_two_ends_follow_the_family_there(case):
    x = case.sample(*case.tensors(), low=1, high=6, shape=(N,), rng=rng()).numpy()
    assert x.min() == 1
    assert x.max() <= 6
    mass = case.log_prob(torch.arange(1, 7), *case.tensors()).exp().numpy()
    seen = [(x == v).sum() for v in range(1, 7)]
    assert stats.chisquare(seen, N * mass / mass.sum()).pvalue > LEVEL


@pytest.mark.parametrize(
    ("family", "params", "frozen", "low", "high"),
    [
        ("StudentT", (5.0, 0.0, 1.0), stats.t(5), 0.0, 1.0),
        ("StudentT", (5.0, 0.0, 1.0), stats.t(5), 3.0, inf),
        ("Normal", (0.0, 1.0), stats.norm(), -30.0, -20.0),
        ("Gamma", (2.0, 3.0), stats.gamma(2.0, scale=1 / 3), 5.0, inf),
    ],
)
def test_levels_are_inverted_in_few_evaluations(family, params, frozen, low, high):
    module, counted = Case(family, "", params, ()).module, []

    def cdf(x):
        counted.append(x)
        return module.cdf(x, *params)

    ends = (torch.full((500,), end, dtype=torch.float64) for end in (low, high))
    x = restricted._invert(cdf, *ends, rng())
    assert len(counted) < 32
    levels = frozen.cdf(low) + torch.rand(500, generator=rng(), dtype=torch.float64).numpy() * (
        frozen.cdf(high) - frozen.cdf(low)
    )
    assert x.numpy() == pytest.approx(frozen.ppf(levels), rel=1e-9)


@pytest.mark.parametrize("spread", [1e-3, 1.0])
def test_draws_again_and_inversion_are_mixed_without_a_trace(spread):
    """Some elements are likely to be inside, and some nearly never; each has its own parameters."""
    loc = torch.tensor([0.0, 1.0, 2.5, -3.0], dtype=torch.float64)
    x = CASES["normal"].sample(loc, 1.0, low=0.0, high=spread, shape=(4_000, 4), rng=rng())
    for i, at in enumerate(loc.tolist()):
        whole = stats.truncnorm(-at, spread - at, at, 1.0)
        assert stats.kstest(x[:, i].numpy(), whole.cdf).pvalue > LEVEL


def test_every_element_has_its_own_ends():
    low = torch.tensor([-inf, 0.0, 1.0], dtype=torch.float64)
    x = CASES["normal"].sample(0.0, 1.0, low=low, high=low + 2, shape=(500, 3), rng=rng())
    assert (x[:, 1:] >= low[1:]).all()
    assert (x[:, 1:] <= low[1:] + 2).all()
    assert x[:, 0].isfinite().logical_not().all()  # nothing lies between -inf and -inf


def test_parameters_called_low_and_high_are_not_the_ends():
    case = CASES["uniform"]
    x = case.sample(-1.5, 2.0, low=0.5, shape=(2_000,), rng=rng())
    assert 0.5 <= x.min() < 0.51
    assert 1.99 < x.max() <= 2.0


def test_where_floating_point_has_no_mass_the_draw_is_nan():
    x = CASES["normal"].sample(0.0, 1.0, low=40.0, shape=(3,), rng=rng())
    assert x.isnan().all()


def test_rejection_gives_up_with_nan():
    x = CASES["poisson"].sample(1e-3, low=40.0, shape=(3,), rng=rng())
    assert x.isnan().all()


@over(CONTINUOUS)
def test_float32_stays_float32(case):
    low = quantiles(case, 0.4)[0]
    x = case.sample(*case.tensors(torch.float32), low=low, shape=(50,), rng=rng())
    assert x.dtype == torch.float32
    assert (x >= torch.tensor(low, dtype=torch.float32)).all()
