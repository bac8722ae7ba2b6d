"""The stopping rule on losses whose truth is known."""

import pytest
import torch
from nacre.runtime.infer.history import History
from nacre.runtime.infer.result import Settings
from nacre.runtime.infer.stopping import Plateau, flat_since, held

F64 = torch.float64
STEPS = 10_240


def stops_at(losses):
    """The step at which a run with these losses would begin to cool, or None."""
    rule, since = Plateau(), None
    for step in range(128, losses.shape[0] + 1, 128):
        since = flat_since(rule, losses[:step], since)
        if held(rule, step, since):
            return step
    return None


def loss(shape, noise, seed, restarts=1):
    rng = torch.Generator().manual_seed(seed)
    step = torch.arange(1, STEPS + 1, dtype=F64)[:, None]
    return shape(step) + noise * torch.randn(STEPS, restarts, generator=rng, dtype=F64)


IMPROVING = {
    "steadily": (lambda t: 1000 - 0.02 * t, 2.0),
    "under heavy noise": (lambda t: 5000 - 0.2 * t, 50.0),
    "exponentially, slowly": (lambda t: 1000 * torch.exp(-t / 4000), 1.0),
    "without noise": (lambda t: -1e-3 * t, 0.0),
}


@pytest.mark.parametrize("case", IMPROVING.values(), ids=IMPROVING.keys())
@pytest.mark.parametrize("seed", range(5))
def test_a_falling_loss_goes_on(case, seed):
    assert stops_at(loss(*case, seed)) is None


FLAT = {
    "from the start": (lambda t: 0 * t, 1.0, 3000),
    "exactly": (lambda t: 0 * t, 0.0, 3000),
    "after a fast fall": (lambda t: 1000 * torch.exp(-t / 100), 1.0, 5000),
    "rising": (lambda t: 1e-3 * t, 0.1, 3000),
}


@pytest.mark.parametrize("case", FLAT.values(), ids=FLAT.keys())
@pytest.mark.parametrize("seed", range(5))
def test_a_flat_loss_ends(case, seed):
    *how, latest = case
    stopped = stops_at(loss(*how, seed))
    assert stopped is not None
    assert 1024 < stopped <= latest


def test_a_lucky_block_is_not_a_plateau():
    """One block is flat, then the fall goes on: a plateau must hold for a whole horizon."""
    losses = loss(lambda t: 1000 - 0.05 * t, 0.5, 0)
    losses[3000:3256] = losses[2744:3000]
    assert stops_at(losses) is None


def test_every_restart_must_be_flat():
    flat, falling = loss(lambda t: 0 * t, 1.0, 1), loss(lambda t: 1000 - 0.05 * t, 1.0, 2)
    assert stops_at(torch.cat([flat, falling], 1)) is None


def test_a_restart_that_was_given_up_does_not_count():
    flat, dead = loss(lambda t: 0 * t, 1.0, 1), torch.full((STEPS, 1), torch.nan, dtype=F64)
    assert stops_at(torch.cat([flat, dead], 1)) is not None


def test_skipped_steps_do_not_hide_a_plateau():
    losses = loss(lambda t: 0 * t, 1.0, 1)
    losses[::7] = torch.nan
    assert stops_at(losses) is not None


def history(**settings):
    return History(Settings(**settings), torch.zeros(1, 2, dtype=F64))


def walk(past, losses):
    step, rates = 0, []
    while block := past.rates(step):
        rates += block
        step += len(block)
        past.add(step, losses[step - len(block) : step], torch.zeros(0, 1, 2, dtype=F64))
    return rates


def test_a_plateau_brings_the_end_forward_and_cools():
    past = history(steps=STEPS, rate=0.1, cooldown=0.5, stop=Plateau())
    rates = walk(past, loss(lambda t: 0 * t, 1.0, 1))
    assert past.plateau
    assert len(rates) < 4000
    assert rates[0] == 0.1
    assert rates[-1] < 0.001
    assert rates == sorted(rates, reverse=True)


def test_without_a_plateau_cooling_ends_with_the_last_step():
    past = history(steps=3000, rate=0.1, cooldown=0.5, stop=Plateau())
    rates = walk(past, loss(lambda t: 1000 - 0.05 * t, 1.0, 1))
    assert len(rates) == 3000
    assert rates[1990] == 0.1
    assert rates[-1] < 0.001
    assert past.improving(3000) is True


def test_a_run_without_rule_or_cooling_runs_all_steps_at_its_rate():
    rates = walk(history(steps=300, rate=0.1), loss(lambda t: 0 * t, 1.0, 1))
    assert rates == [0.1] * 300
