"""Solutions that diverge are given up early, and no other one is."""

import pytest
import torch
from nacre.runtime.ode import escape, steps
from nacre.runtime.ode.dormand_prince import Explicit
from nacre.runtime.ode.method import Tolerance
from nacre.runtime.ode.radau import Implicit
from nacre.runtime.ode.watched import Strain

TOLERANCE = Tolerance(1e-6, 1e-9, 10_000)


def solved(slope, start, times, *, stiff=False):
    """States at the times, ``(m, times)``, and the attempts of the slowest system."""
    y = torch.as_tensor(start, dtype=torch.float64)[:, None]
    t0 = torch.zeros(len(y), dtype=torch.float64)
    at = torch.as_tensor(times, dtype=torch.float64).expand(len(y), -1)

    def pull(t, y, adjoint):
        with torch.enable_grad():
            y = y.detach().requires_grad_()
            return torch.autograd.grad((slope(t, y) * adjoint).sum(), y)

    method = Implicit(slope, pull, TOLERANCE) if stiff else Explicit(slope, TOLERANCE)
    strain = Strain(method)
    course = steps.run(method, slope, y, t0, at, TOLERANCE, keep=False, watch=strain.see)
    assert not course.unfinished.any()
    return course.values[..., 0], int(torch.as_tensor(strain.steps).max())


def without_looking(monkeypatch, *args, **kwargs):
    with monkeypatch.context() as patch:
        patch.setattr(steps, "EVERY", 10**9)
        return solved(*args, **kwargs)


K = torch.tensor([0.01, 0.15, 0.19, 0.21, 0.5, 1.9, 2.1, 40.0], dtype=torch.float64)[:, None]


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("stiff", [False, True])
def test_a_blow_up_is_found_early_and_changes_nothing_else(monkeypatch, sign, stiff):
    def slope(t, y):
        return sign * K * y**2

    start = [sign] * len(K)
    found, attempts = solved(slope, start, [0.5, 5.0], stiff=stiff)
    exact = sign / (1 - K * torch.tensor([0.5, 5.0]))
    reached = K * torch.tensor([0.5, 5.0]) < 1
    assert torch.equal(found.isfinite(), reached)
    torch.testing.assert_close(found[reached], exact[reached], rtol=1e-4, atol=0)
    slow, all_attempts = without_looking(monkeypatch, slope, start, [0.5, 5.0], stiff=stiff)
    assert torch.equal(found[reached], slow[reached])
    assert slow[~reached].isnan().all()
    assert attempts < 0.4 * all_attempts


@pytest.mark.parametrize(
    ("slope", "start", "last"),
    [
        (lambda t, y: y**2 * (1 - y / 1e8), 1.0, 1e8),
        (lambda t, y: 40 * y, 1.0, None),  # large, and no faster than that
        (lambda t, y: y**2 * torch.exp(-40 * t)[..., None], 39.9, None),  # dies down in time
        (lambda t, y: -(y**3) * 1e4, 5.0, None),  # towards a rest
        (lambda t, y: y**1.1 - y**1.2 / 1e9, 1e-3, None),
    ],
)
def test_what_levels_off_is_left_alone(monkeypatch, slope, start, last):
    found, attempts = solved(slope, [start], [2.0, 5.0], stiff=True)
    slow, all_attempts = without_looking(monkeypatch, slope, [start], [2.0, 5.0], stiff=True)
    assert found.isfinite().all()
    assert torch.equal(found, slow)
    assert attempts == all_attempts
    if last is not None:
        assert found[0, -1] == pytest.approx(last, rel=1e-3)


def test_nothing_is_proved_of_several_states_or_of_a_great_many_systems():
    h, earlier, left = torch.full((3, 8192), 1e-9).unbind()
    left = left * 1e9
    for y, looked in (
        (torch.ones(8, 1), True),
        (torch.ones(8, 2), False),
        (torch.ones(8192, 1), False),
    ):
        m = len(y)
        short = escape.worth_a_look(h[:m] / 4, earlier[:m], left[:m], y)
        assert bool(short.all()) is looked
        assert bool(short.any()) is looked


def test_a_state_at_zero_is_not_on_its_way():
    t = torch.zeros(1, dtype=torch.float64)
    y = torch.zeros(1, 1, dtype=torch.float64)
    assert not escape.escapes(lambda t, y: 1 + y**2, t, y, t + 100).any()
