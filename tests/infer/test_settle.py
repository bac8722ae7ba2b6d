import pytest
import torch
from nacre.runtime.infer.noise import streams
from nacre.runtime.infer.settle import Settling, settle
from nacre.runtime.infer.starting import starting_points


def start(known, rng, restarts=1, **settings):
    rngs = streams(rng, restarts)
    centre = starting_points(known.log_density, len(known.names), rngs, dtype=torch.float64)
    return settle(known.log_density, centre, rngs, Settling(**settings))


@pytest.mark.parametrize("known", ["gaussian", "widely scaled"], indirect=True)
@pytest.mark.parametrize("seed", range(3))
def test_a_gaussian_is_found_exactly_whatever_its_scales(known, seed, seeded):
    found = start(known, seeded(seed))
    torch.testing.assert_close(
        (found.centre[0] - known.mean) / known.sd, torch.zeros_like(known.sd), atol=1e-5, rtol=0
    )
    torch.testing.assert_close(found.factor[0].norm(dim=-1), known.sd, rtol=1e-5, atol=0)
    assert found.rounds < 40


@pytest.mark.parametrize("known", ["earnings", "logistic", "radon"], indirect=True)
@pytest.mark.parametrize("seed", range(2))
def test_the_centre_is_near_the_mean(known, seed, seeded):
    found = start(known, seeded(seed))
    error = (known.constrain(found.centre[0]) - known.mean) / known.sd
    assert error.abs().max() < 0.6


def test_a_funnel_without_mode_does_not_run_away(seeded):
    from_here = torch.tensor([[0.5, 1.0, -1.0, 0.5, 0.2]], dtype=torch.float64)

    def funnel(x):
        log_tau, a = x[..., :1], x[..., 1:]
        scaled = a.square() * (-2 * log_tau).exp()
        value = -0.5 * log_tau.square() - 4 * log_tau - 0.5 * scaled.sum(-1, True)
        slope = torch.cat([-log_tau - 4 + scaled.sum(-1, True), -a * (-2 * log_tau).exp()], -1)
        return value[..., 0], slope

    found = settle(funnel, from_here, streams(seeded(), 1))
    assert found.centre.isfinite().all()
    # The margin of log tau is standard normal; its mode at -inf is three nats per unit away.
    assert found.centre[0, 0].abs() < 3.0


def test_a_restart_alone_equals_the_first_of_four(normal, seeded):
    one, four = start(normal, seeded(5)), start(normal, seeded(5), restarts=4)
    torch.testing.assert_close(one.centre[0], four.centre[0], rtol=1e-9, atol=1e-9)


def test_chunked_calls_change_nothing(normal, seeded):
    whole, split = start(normal, seeded(5)), start(normal, seeded(5), rows=7)
    torch.testing.assert_close(whole.factor, split.factor, rtol=1e-9, atol=1e-12)
