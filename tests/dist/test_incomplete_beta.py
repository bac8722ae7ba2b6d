"""The incomplete beta function against scipy and against arbitrary precision."""

from math import inf, nan

import mpmath
import numpy as np
import pytest
import torch
from nacre.runtime.dist.incomplete_beta import betainc, betainc_by_a, betainc_by_b
from scipy import special

SIZES = {"tiny": (-6, 0), "small": (-3, 2), "mixed": (-4, 6), "large": (2, 7)}
SOME = [(0.02, 3.0), (0.3, 0.1), (0.5, 40.0), (7.0, 2.5), (90.0, 0.7), (400.0, 300.0)]


def drawn(low, high, n=4000, seed=0):
    """Arguments spread over orders of magnitude, ``x`` both where the mass is and anywhere."""
    rng = np.random.default_rng(seed)
    a, b = 10 ** rng.uniform(low, high, (2, n))
    x = np.where(rng.random(n) < 0.3, rng.random(n), rng.beta(a, b))
    return a, b, x.clip(1e-300, 1 - 1e-15)


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_values_are_scipys(sizes):
    a, b, x = drawn(*sizes)
    actual = betainc(*map(torch.tensor, (a, b, x))).numpy()
    np.testing.assert_allclose(actual, special.betainc(a, b, x), rtol=0, atol=1e-11)


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_tails_keep_their_digits(sizes):
    a, b, x = drawn(*sizes, seed=1)
    expected = special.betainc(a, b, x)
    left = (x * (a + b) <= a) & (expected > 1e-100)
    actual = betainc(*(torch.tensor(v[left]) for v in (a, b, x))).numpy()
    np.testing.assert_allclose(actual, expected[left], rtol=2e-9)


@pytest.mark.parametrize(("a", "b"), SOME, ids=str)
@pytest.mark.parametrize("at", [0.001, 0.2, 0.5, 0.7, 0.999])
def test_slopes_are_those_of_fifty_digits(a, b, at):
    x = float(np.clip(special.betaincinv(a, b, at), 1e-300, 1 - 1e-12))
    with mpmath.workdps(50):

        def value(p, q):
            return mpmath.betainc(p, q, 0, x, regularized=True)

        step = mpmath.mpf(10) ** -15
        by_a = (value(a + step, b) - value(a - step, b)) / (2 * step)
        by_b = (value(a, b + step) - value(a, b - step)) / (2 * step)
    assert betainc_by_a(a, b, x).item() == pytest.approx(float(by_a), rel=1e-9, abs=1e-13)
    assert betainc_by_b(a, b, x).item() == pytest.approx(float(by_b), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("sizes", SIZES.values(), ids=SIZES)
def test_autograd_gives_the_slopes(sizes):
    a, b, x = (torch.tensor(v).requires_grad_() for v in drawn(*sizes, n=500, seed=2))
    by_a, by_b, by_x = torch.autograd.grad(betainc(a, b, x).sum(), (a, b, x))
    with torch.no_grad():  # times the arguments: what a relative change of them does
        torch.testing.assert_close(by_a * a, betainc_by_a(a, b, x) * a, rtol=1e-8, atol=1e-9)
        torch.testing.assert_close(by_b * b, betainc_by_b(a, b, x) * b, rtol=1e-8, atol=1e-9)
        log = (a - 1) * x.log() + (b - 1) * torch.log1p(-x)
        density = torch.exp(log - torch.from_numpy(special.betaln(a.numpy(), b.numpy())))
        torch.testing.assert_close(by_x, density, rtol=1e-6, atol=1e-9)


ENDS = {
    "left": ((2.0, 3.0, 0.0), 0.0),
    "right": ((2.0, 3.0, 1.0), 1.0),
    "beyond": ((2.0, 3.0, 7.5), 1.0),
    "before": ((2.0, 3.0, -0.5), 0.0),
    "infinite": ((2.0, 3.0, inf), 1.0),
    "all at 0": ((0.0, 3.0, 0.4), 1.0),
    "all at 0, at 0": ((0.0, 3.0, 0.0), 1.0),
    "all at 1": ((3.0, 0.0, 0.4), 0.0),
    "all at 1, at 1": ((3.0, 0.0, 1.0), 0.0),
    "no number": ((3.0, nan, 0.3), nan),
}


@pytest.mark.parametrize(("args", "expected"), ENDS.values(), ids=ENDS)
def test_ends(args, expected):
    args = [torch.tensor(v, dtype=torch.float64).requires_grad_() for v in args]
    value = betainc(*args)
    assert value.item() == pytest.approx(expected, nan_ok=True)
    slopes = torch.autograd.grad(value, args, allow_unused=True, materialize_grads=True)
    assert all(s == 0 for s in slopes)
    assert betainc_by_a(*args) == 0 == betainc_by_b(*args)


def test_it_is_its_mirror_image():
    a, b, x = map(torch.tensor, drawn(-2, 4, n=300))
    torch.testing.assert_close(betainc(a, b, 1 - x), 1 - betainc(b, a, 1 - (1 - x)))


def test_it_runs_mapped_and_as_one_graph():
    a, b, x = map(torch.tensor, drawn(-1, 2, n=6))
    expected = betainc(a, b, x)
    torch.testing.assert_close(torch.func.vmap(betainc)(a, b, x), expected)
    traced = torch.compile(betainc, backend="eager", fullgraph=True)
    torch.testing.assert_close(traced(a, b, x), expected)
    slope = torch.func.vmap(torch.func.grad(betainc))(a, b, x)
    torch.testing.assert_close(slope, betainc_by_a(a, b, x))


def test_float32_stays_float32():
    a, b, x = (torch.tensor(v, dtype=torch.float32) for v in drawn(-2, 3, n=200))
    value = betainc(a, b, x)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value.double(), betainc(*(v.double() for v in (a, b, x))),
                               rtol=1e-3, atol=1e-5)  # fmt: skip
