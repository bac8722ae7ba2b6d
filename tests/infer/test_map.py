import math

import pytest
import torch
from nacre.runtime.infer import map as modes
from nacre.runtime.infer.automatic import Posterior
from nacre.runtime.infer.map import Space, find_mode
from nacre.runtime.infer.outcome import InferenceError, Outcome

F64 = torch.float64


def mode_of(known, rng, **options):
    options.setdefault("space", Space.UNCONSTRAINED)
    return find_mode(Posterior(known.log_density, known.names), rng=rng, **options)


@pytest.fixture(params=["newton", "lbfgs"])
def climber(request, monkeypatch):
    if request.param == "lbfgs":
        monkeypatch.setattr(modes, "LARGEST_NEWTON", 0)
    return request.param


@pytest.mark.parametrize("known", ["gaussian", "earnings", "logistic"], indirect=True)
def test_the_gradient_vanishes_at_the_mode(known, climber, seeded):
    found = mode_of(known, seeded(), restarts=3)
    assert found.outcome is Outcome.OK
    _, gradient = known.log_density(found.position[found.best])
    curved = gradient.abs() * known.sd  # nats per posterior sd
    assert curved.max() < 1e-3
    torch.testing.assert_close(
        found.log_density, found.log_density[:1].expand(3), atol=1e-6, rtol=0
    )


@pytest.mark.parametrize("known", ["gaussian", "widely scaled"], indirect=True)
def test_laplace_is_exact_for_a_gaussian(known, seeded):
    found = mode_of(known, seeded())
    assert found.iterations < 10
    laplace = found.laplace
    error = (laplace.mean - known.mean) / known.sd
    torch.testing.assert_close(error, torch.zeros_like(error), atol=1e-6, rtol=0)
    torch.testing.assert_close(laplace.sd, known.sd, rtol=1e-5, atol=0)


def test_an_unbounded_density_is_called_so(climber, seeded):
    """Centred groups without data: the density grows for ever as their scale goes to zero."""
    from_here = torch.tensor([[0.5, 1.0, -1.0, 0.5, 0.2]], dtype=F64)

    def funnel(x):
        log_tau, a = x[..., :1], x[..., 1:]
        scaled = a.square() * (-2 * log_tau).exp()
        slope = torch.cat([-4 + scaled.sum(-1, True), -a * (-2 * log_tau).exp()], -1)
        return (-4 * log_tau - 0.5 * scaled.sum(-1, True))[..., 0], slope

    posterior = Posterior(funnel, ("log tau", "a1", "a2", "a3", "a4"), initial=from_here)
    found = find_mode(posterior, space=Space.UNCONSTRAINED, rng=seeded())
    assert found.outcome is Outcome.UNBOUNDED
    assert found.laplace is None
    with pytest.raises(InferenceError, match="no mode"):
        found.or_raise()


def test_an_edge_is_met_at_the_last_number_that_is_one(seeded):
    """Many coordinates that climb to where the density ends: line searches step over the edge."""

    def edge(x):
        return (x.sqrt() * -1.0).sum(-1), -0.5 / x.sqrt()

    n = modes.LARGEST_NEWTON + 1
    start = torch.ones(1, n, dtype=F64)
    posterior = Posterior(edge, tuple(map(str, range(n))), initial=start)
    found = find_mode(posterior, space=Space.MODEL, rng=seeded())
    assert bool(found.position.isfinite().all())
    assert -n < float(found.log_density) <= 0.0


def test_a_saddle_is_no_mode(seeded):
    """From a saddle point the search goes on to one of the two modes."""

    def two(x):
        u, v = x[..., :1], x[..., 1:]
        value = -0.25 * (u.square() - 1).square() - 0.5 * v.square()
        return value[..., 0], torch.cat([-(u.square() - 1) * u, -v], -1)

    start = torch.tensor([[1e-3, 0.7]], dtype=F64)
    found = find_mode(Posterior(two, ("u", "v"), initial=start), space=Space.MODEL, rng=seeded())
    assert found.outcome is Outcome.OK
    torch.testing.assert_close(
        found.position[0], torch.tensor([1.0, 0.0], dtype=F64), atol=1e-4, rtol=0
    )


def test_there_is_more_than_one_mode(seeded):
    """Gamma(3, rate 2): mode 1 in the model's space, 1.5 on the log scale."""

    def density(jacobian):
        def log_density(x):
            power = 2.0 + jacobian
            return (power * x - 2 * x.exp())[..., 0], power - 2 * x.exp()

        return log_density

    modes_found = [
        find_mode(Posterior(density(jacobian), ("log x",)), space=space, rng=seeded())
        for jacobian, space in ((0, Space.MODEL), (1, Space.UNCONSTRAINED))
    ]
    assert [round(m.position.exp().item(), 6) for m in modes_found] == [1.0, 1.5]
    assert [m.laplace is None for m in modes_found] == [True, False]


def test_the_best_of_several_modes_wins(seeded):
    def log_density(x):
        left, right = -2 * (x + 2).square(), -2 * (x - 2).square() + 1
        value = torch.logaddexp(left, right)
        share = torch.exp(left - value)
        return value[..., 0], -4 * (share * (x + 2) + (1 - share) * (x - 2))

    start = torch.tensor([[-2.2], [2.2], [-1.8]], dtype=F64)
    found = find_mode(
        Posterior(log_density, ("x",), initial=start), space=Space.UNCONSTRAINED, rng=seeded()
    )
    assert found.best == 1
    assert math.isclose(found.position[1].item(), 2.0, abs_tol=1e-3)


def test_too_few_rounds_are_no_mode(known_far, seeded):
    found = find_mode(known_far, space=Space.UNCONSTRAINED, rng=seeded(), iterations=1)
    assert found.outcome is not Outcome.OK


@pytest.fixture
def known_far():
    def quartic(x):
        return -x.square().square().sum(-1), -4 * x**3

    return Posterior(quartic, ("x",), initial=torch.tensor([[3.0]], dtype=F64))


def test_progress_rises(normal, seeded):
    told = []
    posterior = Posterior(normal.log_density, normal.names)
    find_mode(
        posterior, space=Space.MODEL, rng=seeded(), progress=lambda *report: told.append(report)
    )
    assert [number for number, _ in told] == list(range(1, len(told) + 1))
    assert [value for _, value in told] == sorted(value for _, value in told)
