"""Distribution functions that are integrals, against arbitrary precision and a series."""

from math import inf, isnan, nan, pi

import mpmath
import numpy as np
import pytest
import torch
from nacre.runtime.dist.skew_phi import skew_phi
from nacre.runtime.dist.von_mises_phi import von_mises_phi, von_mises_phi_by_concentration
from scipy import special

# --- skew normal ------------------------------------------------------------------------------


def test_values_of_the_skew_normal_are_owens():
    rng = np.random.default_rng(0)
    skew = rng.normal(size=5_000) * 10 ** rng.uniform(-2, 3, 5_000)
    z = rng.normal(size=5_000) * rng.choice([0.01, 0.1, 1, 5], 5_000)
    expected = special.ndtr(z) - 2 * special.owens_t(z, skew)
    actual = skew_phi(torch.tensor(z), torch.tensor(skew))
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize(
    ("z", "skew"), [(-2.0, 3.0), (-5.0, 0.5), (-0.4, 13.0), (-1.5, 6.0), (-9.0, -2.0), (-0.1, 90.0)]
)
def test_tails_of_the_skew_normal_keep_their_digits(z, skew):
    with mpmath.workdps(60):
        ends = [-60, z - 5, z - 2, z - 1, z - 0.3, z - 0.1, z - 0.03, z]
        expected = mpmath.quad(lambda t: 2 * mpmath.npdf(t) * mpmath.ncdf(skew * t), ends)
    assert skew_phi(z, skew).item() == pytest.approx(float(expected), rel=1e-12)


def test_slopes_of_the_skew_normal():
    z = torch.linspace(-3, 3, 13, dtype=torch.float64).requires_grad_()
    for skew in (-30.0, -1.2, 0.0, 0.4, 5.0):
        a = torch.tensor(skew, dtype=torch.float64).requires_grad_()
        torch.autograd.gradcheck(skew_phi, (z, a), atol=1e-6)


def test_ends_of_the_skew_normal():
    assert skew_phi(torch.tensor([-inf, inf]), 2.0).tolist() == [0.0, 1.0]
    assert isnan(skew_phi(nan, 1.0).item())


# --- von Mises --------------------------------------------------------------------------------


@pytest.mark.parametrize("kappa", [1e-3, 0.7, 12.0, 400.0])
def test_values_on_the_circle_are_those_of_the_series(kappa):
    angle = np.linspace(-9, 9, 301)
    j = np.arange(1, 400)[:, None]
    weights = special.ive(j, kappa) / special.ive(0, kappa)
    series = 0.5 + angle / (2 * pi) + (weights * np.sin(j * angle) / (j * pi)).sum(0)
    np.testing.assert_allclose(von_mises_phi(torch.tensor(angle), kappa), series, atol=1e-13)


@pytest.mark.parametrize(
    ("angle", "kappa"), [(-0.02, 3e4), (-0.5, 90.0), (-2.5, 8.0), (-3.0, 0.2), (-1e-3, 1e5)]
)
def test_tails_on_the_circle_keep_their_digits(angle, kappa):
    with mpmath.workdps(40):
        scale = mpmath.besseli(0, kappa)
        mean = mpmath.besseli(1, kappa) / scale
        width = kappa**-0.5
        ends = [-mpmath.pi, *(angle - w * width for w in (40, 10, 3, 1, 0.3)), angle]
        ends = [e for e in ends if e >= -mpmath.pi]

        def density(t):
            return mpmath.exp(kappa * mpmath.cos(t)) / (2 * mpmath.pi * scale)

        value = mpmath.quad(density, ends)
        slope = mpmath.quad(lambda t: density(t) * (mpmath.cos(t) - mean), ends)
    assert von_mises_phi(angle, kappa).item() == pytest.approx(float(value), rel=1e-12)
    by = von_mises_phi_by_concentration(angle, kappa).item()
    assert by == pytest.approx(float(slope), rel=1e-9)


def test_slopes_on_the_circle():
    angle = torch.linspace(-5, 5, 11, dtype=torch.float64).requires_grad_()
    kappa = torch.tensor([[0.3], [4.0]], dtype=torch.float64).requires_grad_()
    torch.autograd.gradcheck(von_mises_phi, (angle, kappa), atol=1e-6)
