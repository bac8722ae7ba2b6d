import subprocess
import sys

import pytest
import torch
from nacre.runtime.infer.optimise import (
    Adam,
    UnknownOptimiserError,
    best_kernel,
    known_optimisers,
    make_optimiser,
    plain_kernel,
    without_compiler,
)

F64 = torch.float64


def gradients(rng, shape=(3, 5), steps=40):
    return torch.randn(steps, *shape, generator=rng, dtype=F64)


@pytest.mark.parametrize("kernel", [plain_kernel, best_kernel()], ids=["plain", "fused"])
def test_adam_is_torchs_adam(kernel, seeded):
    """Both kernels against the library's own class, with rates that change every step."""
    rates = torch.linspace(0.1, 0.01, 40).tolist()
    mine, theirs = torch.ones(3, 5, dtype=F64), torch.nn.Parameter(torch.ones(3, 5, dtype=F64))
    adam = Adam(mine, kernel=kernel)
    oracle = torch.optim.Adam([theirs], maximize=True)
    for rate, gradient in zip(rates, gradients(seeded()), strict=True):
        adam.step(gradient.clone(), rate)
        theirs.grad = gradient.clone()
        oracle.param_groups[0]["lr"] = rate
        oracle.step()
    torch.testing.assert_close(mine, theirs.detach(), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("name", known_optimisers())
def test_every_optimiser_ascends(name, seeded):
    params = torch.ones(2, 3, dtype=F64)
    optimiser = make_optimiser(name, params)
    before = params.clone()
    for _ in range(3):
        optimiser.step(torch.ones(2, 3, dtype=F64), 0.1)
    assert (params > before).all()


@pytest.mark.parametrize("name", known_optimisers())
def test_a_saved_state_continues_the_same_way(name, seeded):
    first = torch.ones(2, 3, dtype=F64)
    optimiser = make_optimiser(name, first)
    steps = gradients(seeded(), (2, 3), 20)
    for gradient in steps[:10]:
        optimiser.step(gradient.clone(), 0.1)
    second = first.clone()
    other = make_optimiser(name, second)
    other.load(optimiser.state())
    for gradient in steps[10:]:
        optimiser.step(gradient.clone(), 0.1)
        other.step(gradient.clone(), 0.1)
    torch.testing.assert_close(first, second, rtol=0, atol=0)


@pytest.mark.parametrize("name", sorted(set(known_optimisers()) - {"adam"}))
def test_without_the_compiler_the_steps_are_torchs(name, seeded):
    make = next(v for n, v in vars(torch.optim).items() if n.lower() == name)
    ours, theirs = (torch.nn.Parameter(torch.ones(3, dtype=F64)) for _ in range(2))
    plain, decorated = without_compiler(make)([ours], lr=0.1), make([theirs], lr=0.1)
    for gradient in gradients(seeded(), (3,), 10):
        ours.grad, theirs.grad = gradient.clone(), gradient.clone()
        with torch.no_grad():
            plain.step()
        decorated.step()
    assert torch.equal(ours, theirs)


_ALL_STEP = """
import sys, torch
from nacre.runtime.infer.map import _lbfgs_row
from nacre.runtime.infer.optimise import known_optimisers, make_optimiser
with torch.inference_mode():
    for name in known_optimisers():
        make_optimiser(name, torch.ones(1, 2)).step(torch.ones(1, 2), 0.1)
with torch.no_grad():
    _lbfgs_row(lambda x: (-x.square().sum(), -2 * x), torch.ones(2), 3)
sys.exit("torch._dynamo" in sys.modules)
"""


def test_no_optimiser_loads_the_compiler():
    """It takes seconds to import, and nothing here is compiled."""
    assert subprocess.run([sys.executable, "-c", _ALL_STEP], check=False).returncode == 0


@pytest.mark.parametrize("name", ["adam", "adamw", "sgd"])
def test_a_row_moves_alone(name, seeded):
    params, alone = torch.ones(3, 4, dtype=F64), torch.ones(1, 4, dtype=F64)
    three, one = make_optimiser(name, params), make_optimiser(name, alone)
    for number, gradient in enumerate(gradients(seeded(), (3, 4), 10)):
        if number % 2:
            three.step(gradient.clone(), 0.1)
        else:
            three.step_row(1, gradient[1].clone(), 0.1)
        one.step(gradient[1:2].clone(), 0.1)
    torch.testing.assert_close(params[1], alone[0], rtol=1e-12, atol=1e-12)


def test_options_reach_the_optimiser():
    params = torch.ones(1, 1, dtype=F64)
    optimiser = make_optimiser("SGD", params, {"momentum": 0.5})
    for _ in range(2):
        optimiser.step(torch.ones(1, 1, dtype=F64), 1.0)
    assert params.item() == 1.0 + 1.0 + 1.5


@pytest.mark.parametrize("name", ["adan", "lbfgs", "optimizer", ""])
def test_an_unknown_name_lists_the_known(name):
    with pytest.raises(UnknownOptimiserError) as caught:
        make_optimiser(name, torch.ones(1, 1))
    assert "adamw" in caught.value.known
    assert caught.value.name == name
