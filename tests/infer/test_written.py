"""Guides from the model file: batching, and baselines that leave the gradient unbiased."""

import itertools

import pytest
import torch
from nacre.runtime.infer.result import Settings
from nacre.runtime.infer.svi import fit
from nacre.runtime.infer.written import Baseline, Noise, Written

F64 = torch.float64


class Coin:
    """q(heads) = sigmoid(theta); log p is 1.3 for heads and -0.4 for tails, unnormalised."""

    n_params, n_normal, n_uniform = 1, 0, 1
    score_sites = ("heads",)
    initial = torch.tensor([0.3], dtype=F64)
    spread = None
    numbers = 1

    def elbo_and_gradient(self, params, normal, uniform, baseline, rng):
        q = torch.sigmoid(params)
        heads = (uniform < q).to(F64)
        log_q = torch.where(heads > 0, q.log(), (1 - q).log())
        reward = 1.7 * heads - 0.4 - log_q
        return reward[..., 0], (reward - baseline) * (heads - q), reward


def exact_gradient(theta):
    theta = theta.clone().requires_grad_()
    q = torch.sigmoid(theta)
    bound = q * (1.3 - q.log()) + (1 - q) * (-0.4 - (1 - q).log())
    return torch.autograd.grad(bound.sum(), theta)[0]


def expected_gradient(objective, particles, theta, memory, rng):
    """The mean over all outcomes of all particles, each weighted by its probability."""
    q = torch.sigmoid(theta)[0, 0]
    total = torch.zeros_like(theta)
    for outcome in itertools.product([0.0, 1.0], repeat=particles):
        heads = torch.tensor(outcome, dtype=F64)
        # A uniform below q is heads: 0 always is, 1 never.
        uniform = (1 - heads)[None, :, None] if particles > 1 else (1 - heads)[None]
        noise = Noise(torch.empty((*uniform.shape[:-1], 0), dtype=F64), uniform)
        _, gradient, _ = objective.value_and_gradient(theta, noise, memory, rng)
        total += gradient * torch.where(heads > 0, q, 1 - q).prod()
    return total


THETA = torch.tensor([[0.7]], dtype=F64)


@pytest.mark.parametrize("particles", [1, 2, 3])
@pytest.mark.parametrize("seen", [0.0, 5.0, -2.0])
def test_an_average_of_earlier_rewards_is_unbiased(particles, seen, seeded):
    memory = torch.tensor([[seen, 1.0]], dtype=F64)
    objective = Written(Coin(), ("theta",), particles=particles)
    found = expected_gradient(objective, particles, THETA, memory, seeded())
    torch.testing.assert_close(found, exact_gradient(THETA), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("particles", [2, 3])
def test_the_other_particles_are_an_unbiased_baseline(particles, seeded):
    objective = Written(Coin(), ("theta",), particles=particles, baseline=Baseline.OTHERS)
    found = expected_gradient(objective, particles, THETA, objective.memory(1), seeded())
    torch.testing.assert_close(found, exact_gradient(THETA), rtol=1e-12, atol=1e-12)


def test_a_particle_has_no_others_when_it_is_alone():
    with pytest.raises(ValueError, match="at least two particles"):
        Written(Coin(), ("theta",), baseline=Baseline.OTHERS)


@pytest.mark.parametrize(
    ("particles", "baseline"), [(1, Baseline.AVERAGE), (4, Baseline.AVERAGE), (4, Baseline.OTHERS)]
)
def test_both_find_the_posterior(particles, baseline, seeded):
    objective = Written(Coin(), ("theta",), particles=particles, baseline=baseline)
    settings = Settings(steps=2000, rate=0.05, cooldown=1.0)
    found = fit(objective, settings, rng=seeded(), restarts=2)
    torch.testing.assert_close(found.params, torch.full((2, 1), 1.7, dtype=F64), atol=0.1, rtol=0)


def test_the_average_lowers_the_variance(seeded):
    objective = Written(Coin(), ("theta",))
    rng = seeded()

    def variance(memory):
        draws = objective.draw_noise(400, [rng])
        grads = [objective.value_and_gradient(THETA, n, memory, rng)[1] for n in draws]
        return torch.cat(grads).var()

    remembered = objective.memory(1)
    for noise in objective.draw_noise(100, [rng]):
        *_, remembered = objective.value_and_gradient(THETA, noise, remembered, rng)
    assert variance(remembered) < 0.3 * variance(objective.memory(1))


class Scale:
    """weight ~ Normal(8.5, 1); 9.5 ~ Normal(weight, 0.75); guide Normal(a, exp(s))."""

    n_params, n_normal, n_uniform = 2, 1, 0
    score_sites = ()
    initial = torch.tensor([8.5, 0.0], dtype=F64)
    spread = None
    numbers = 1

    def elbo_and_gradient(self, params, normal, uniform, baseline, rng):
        a, s = params[..., :1], params[..., 1:]
        wide = s.exp() * normal
        prior, rest = a + wide - 8.5, (9.5 - a - wide) / 0.5625
        value = -0.5 * prior.square() - 0.28125 * rest.square() + s + 0.5 * normal.square()
        slope = rest - prior
        return value[..., 0], torch.cat([slope, slope * wide + 1], -1), params[..., :0]


def test_the_tutorials_scale(seeded):
    settings = Settings(steps=2500, rate=0.003)
    found = fit(Written(Scale(), ("a", "log b")), settings, rng=seeded())
    assert found.losses.shape == (2500, 1)
    torch.testing.assert_close(
        torch.stack([found.params[0, 0], found.params[0, 1].exp()]),
        torch.tensor([9.14, 0.6], dtype=F64), atol=0.1, rtol=0,
    )  # fmt: skip


def test_particles_average(seeded):
    params = torch.tensor([[9.0, -0.3], [8.0, 0.1]], dtype=F64)
    objective = Written(Scale(), ("a", "log b"), particles=5)
    noise = objective.draw_noise(1, [seeded(1), seeded(2)])[0]
    value, gradient, _ = objective.value_and_gradient(params, noise, objective.memory(2), seeded())
    single = [
        Scale().elbo_and_gradient(params, noise.normal[:, p], noise.uniform[:, p], None, None)
        for p in range(5)
    ]
    torch.testing.assert_close(value, torch.stack([s[0] for s in single]).mean(0))
    torch.testing.assert_close(gradient, torch.stack([s[1] for s in single]).mean(0))
