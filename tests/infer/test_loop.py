"""The loop: seeds, resumption, interruption, and what happens to steps that go wrong."""

import math

import pytest
import torch
from nacre.runtime.infer.autoguide import Kind
from nacre.runtime.infer.automatic import Posterior, fit_guide
from nacre.runtime.infer.outcome import InferenceError, Outcome, Stop
from nacre.runtime.infer.result import Settings
from nacre.runtime.infer.stopping import Plateau
from nacre.runtime.infer.svi import fit

F64 = torch.float64


class Hill:
    """Noisy climb of a parabola; what goes wrong at which call is the test's to say."""

    def __init__(self, trouble=lambda call, value, gradient: (value, gradient)):
        self.n, self.names = 2, ("a", "b")
        self.calls = 0
        self._trouble = trouble

    def initial(self, rngs):
        return torch.full((len(rngs), 2), 3.0, dtype=F64)

    def memory(self, restarts):
        return torch.zeros((restarts, 1), dtype=F64)

    def draw_noise(self, steps, rngs):
        return torch.stack(
            [torch.randn(steps, 2, generator=rng, dtype=F64) for rng in rngs]
        ).unbind(1)

    def value_and_gradient(self, params, noise, memory, shared):
        self.calls += 1
        impure = torch.rand(1, generator=shared, dtype=F64)
        value, gradient = -0.5 * params.square().sum(-1) + impure, -params + 0.1 * noise
        value, gradient = self._trouble(self.calls, value, gradient)
        return value, gradient, memory + 1

    def draws(self, params, count, rngs):
        noise = torch.stack([torch.randn(count, generator=rng, dtype=F64) for rng in rngs])
        return -0.5 * params.square().sum(-1, keepdim=True) + 0.01 * noise


STEPS = Settings(steps=640, rate=0.05, elbo_draws=64)


def same(one, other):
    torch.testing.assert_close(one.params, other.params, rtol=0, atol=0)
    torch.testing.assert_close(one.losses, other.losses, rtol=0, atol=0, equal_nan=True)
    torch.testing.assert_close(one.elbo, other.elbo, rtol=0, atol=0)
    torch.testing.assert_close(one.trace, other.trace, rtol=0, atol=0)


def test_the_same_seed_gives_the_same_run(seeded):
    same(fit(Hill(), STEPS, rng=seeded(4)), fit(Hill(), STEPS, rng=seeded(4)))


def test_another_seed_gives_another_run(seeded):
    one, other = fit(Hill(), STEPS, rng=seeded(4)), fit(Hill(), STEPS, rng=seeded(5))
    assert not torch.equal(one.params, other.params)


def test_the_first_restart_does_not_know_the_others(normal, seeded):
    posterior = Posterior(normal.log_density, normal.names)
    one, four = (
        fit_guide(posterior, Kind.FULL_RANK, rng=seeded(2), settings=STEPS, restarts=r)
        for r in (1, 4)
    )
    torch.testing.assert_close(one.run.losses[:, 0], four.run.losses[:, 0], rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(one.run.elbo[0], four.run.elbo[0], rtol=1e-9, atol=1e-9)
    assert not torch.allclose(four.run.losses[:, 0], four.run.losses[:, 1])


class Interrupt:
    """A progress callback that interrupts after so many steps, once."""

    def __init__(self, at):
        self.at = at

    def __call__(self, progress):
        if progress.step == self.at:
            raise KeyboardInterrupt


OPTIMISERS = ["adam", "adamw", "rmsprop", "sgd", "adagrad"]


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("restarts", [1, 3])
def test_an_interrupted_run_resumes_exactly(optimiser, restarts, seeded):
    settings = STEPS._replace(
        optimiser=optimiser, trace_every=100, cooldown=0.3, stop=Plateau(window=64)
    )
    whole = fit(Hill(), settings, rng=seeded(), restarts=restarts)
    part = fit(Hill(), settings, rng=seeded(), restarts=restarts, progress=Interrupt(256))
    assert part.outcome is Outcome.INTERRUPTED
    assert part.losses.shape[0] == 256
    rest = fit(Hill(), settings, rng=seeded(99), restarts=restarts, resume=part.state)
    same(whole, rest)


def test_an_interruption_inside_a_block_loses_the_block_and_nothing_else(seeded):
    def press(call, value, gradient):
        if call == 200:
            raise KeyboardInterrupt
        return value, gradient

    part = fit(Hill(press), STEPS, rng=seeded())
    assert part.stop is Stop.INTERRUPTED
    assert part.losses.shape[0] == 128
    same(fit(Hill(), STEPS, rng=seeded()), fit(Hill(), STEPS, rng=seeded(), resume=part.state))


def test_a_fit_with_a_guide_resumes_exactly(normal, seeded):
    posterior = Posterior(normal.log_density, normal.names)
    whole = fit_guide(posterior, Kind.FULL_RANK, rng=seeded(), settings=STEPS)
    part = fit_guide(
        posterior, Kind.FULL_RANK, rng=seeded(), settings=STEPS, progress=Interrupt(384)
    )
    rest = fit_guide(posterior, Kind.FULL_RANK, rng=seeded(7), settings=STEPS, resume=part.state)
    same(whole.run, rest.run)
    torch.testing.assert_close(whole.guide.factor, rest.guide.factor, rtol=0, atol=0)


BAD = {
    "value nan": lambda value, gradient: (value * math.nan, gradient),
    "value -inf": lambda value, gradient: (value - math.inf, gradient),
    "gradient nan": lambda value, gradient: (value, gradient * math.nan),
    "gradient huge": lambda value, gradient: (value, gradient * 1e200),
}


@pytest.mark.parametrize("harm", BAD.values(), ids=BAD.keys())
def test_a_bad_step_is_skipped_named_and_harmless(harm, seeded):
    asked = []

    def diagnose(params, noise, restart):
        asked.append((params.clone(), restart))
        return "sigma ~ HalfNormal(0)"

    def trouble(call, value, gradient):
        # The careful replay of the block makes the same call again, 128 calls later.
        return harm(value, gradient) if call in (200, 328) else (value, gradient)

    found = fit(Hill(trouble), STEPS, rng=seeded(), diagnose=diagnose)
    assert found.skipped.tolist() == [1]
    assert found.losses.isnan().nonzero().flatten().tolist() == [199, 0]
    assert found.first_bad == (199, 0, "sigma ~ HalfNormal(0)")
    assert len(asked) == 1
    assert found.params.abs().max() < 0.5
    assert found.outcome is Outcome.OK
    assert bool(found.state["params"].isfinite().all())


def test_a_bad_step_of_one_restart_leaves_the_others_alone(seeded):
    def trouble(call, value, gradient):
        spoilt = value.clone()
        if call in (200, 328):
            spoilt[1] = math.nan
        return spoilt, gradient

    good = fit(Hill(), STEPS, rng=seeded(), restarts=3)
    hurt = fit(Hill(trouble), STEPS, rng=seeded(), restarts=3)
    assert hurt.skipped.tolist() == [0, 1, 0]
    torch.testing.assert_close(hurt.params[[0, 2]], good.params[[0, 2]], rtol=1e-12, atol=1e-14)
    assert not torch.equal(hurt.params[1], good.params[1])


def test_a_run_with_a_skipped_step_resumes_exactly(seeded):
    def spoil(call, value, gradient):
        return (value * math.nan, gradient) if value.item() > -0.9 else (value, gradient)

    whole = fit(Hill(spoil), STEPS, rng=seeded())
    assert 0 < whole.skipped.item() < 640
    part = fit(Hill(spoil), STEPS, rng=seeded(), progress=Interrupt(256))
    same(whole, fit(Hill(spoil), STEPS, rng=seeded(), resume=part.state))


def test_a_density_that_is_never_finite_gives_up_and_keeps_the_start(seeded):
    found = fit(
        Hill(lambda call, value, gradient: (value * math.nan, gradient)),
        STEPS._replace(steps=10_000), rng=seeded(),
    )  # fmt: skip
    assert found.outcome is Outcome.NONFINITE
    assert found.losses.shape[0] < 2000
    assert found.params.tolist() == [[3.0, 3.0]]
    with pytest.raises(InferenceError, match="last good state"):
        found.or_raise()


def test_one_hopeless_restart_does_not_stop_the_rest(seeded):
    def trouble(call, value, gradient):
        return torch.stack([value[0] * math.nan, value[1]]), gradient

    found = fit(Hill(trouble), STEPS._replace(steps=2560), rng=seeded(), restarts=2)
    assert found.outcome is Outcome.OK
    assert found.best == 1
    assert found.elbo[0] == -math.inf
    assert found.params[1].abs().max() < 0.5


def test_a_loss_that_blows_up_is_taken_back(seeded):
    """Finite throughout, but each step triples the parameters once they leave the origin."""

    class Cliff(Hill):
        def value_and_gradient(self, params, noise, memory, shared):
            value, gradient, memory = super().value_and_gradient(params, noise, memory, shared)
            rate_is_high = self.calls in range(300, 384)
            return value, (-gradient * 1e3 if rate_is_high else gradient), memory

    settings = STEPS._replace(optimiser="sgd", steps=1280)
    found = fit(Cliff(), settings, rng=seeded())
    assert found.losses.max() > 1e3
    assert found.params.abs().max() < 0.5
    assert float(found.state["scale"]) == 0.5


def test_nothing_finite_to_start_from_is_said_before_the_run(seeded):
    def nowhere(x):
        return x.sum(-1) * math.nan, x

    with pytest.raises(InferenceError, match="any starting point") as caught:
        fit_guide(Posterior(nowhere, ("a",)), Kind.FULL_RANK, rng=seeded())
    assert caught.value.outcome is Outcome.NONFINITE_START


def test_the_diagnosis_gets_the_offending_position(seeded):
    seen = []

    def half(x):
        value = -0.5 * x.square().sum(-1)
        return torch.where(x[..., 0] > 1.5, math.nan, value), -x

    posterior = Posterior(half, ("a",), diagnose=lambda x: str(seen.append(x)))
    found = fit_guide(
        posterior, Kind.MEAN_FIELD, rng=seeded(), settling=None, settings=STEPS, particles=1
    )
    assert found.run.skipped.item() > 0
    assert found.outcome is Outcome.NO_BOUND
    assert len(seen) == 2  # at the first bad step, and at a draw of the finished guide
    assert found.run.fault == "None"
    assert seen[0].item() > 1.5


def test_the_trace_holds_every_kth_state(seeded):
    found = fit(Hill(), STEPS._replace(steps=300, trace_every=30), rng=seeded())
    assert found.trace.shape == (10, 1, 2)
    torch.testing.assert_close(found.trace[-1], found.params)


def test_results_can_be_differentiated_through(seeded):
    found = fit(Hill(), STEPS, rng=seeded())
    (found.params.clone().requires_grad_() * found.losses[0]).sum().backward()


def test_progress_tells_what_is_left(seeded):
    told = []
    fit(Hill(), STEPS, rng=seeded(), progress=told.append)
    assert [report.step for report in told] == [128, 256, 384, 512, 640]
    assert {report.steps for report in told} == {640}
    assert told[-1].loss < told[0].loss
