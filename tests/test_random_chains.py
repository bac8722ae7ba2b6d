"""Random hidden chains against the sum over all paths: density, slope, probabilities, best path."""

from math import inf
from unittest.mock import patch

import pytest
import torch
from enumeration import Both, both, summed
from exploring import exploring
from hypothesis import Phase, given, settings
from nacre.compiler import elimination
from nacre.grammar.diagnostic import Rejected
from nacre.runtime import chains
from random_chains import chain_models
from torch import Tensor

BATCH = 2
SETTINGS = settings(exploring(30), phases=[Phase.explicit, Phase.generate])


@SETTINGS
@given(chain_models())
def test_chains_agree_with_enumeration(model):
    check(model.text, model.data)


@pytest.mark.slow
@settings(SETTINGS, max_examples=300)
@given(chain_models())
def test_many_chains_agree_with_enumeration(model):
    check(model.text, model.data)
    check_other_plans(model.text, model.data)


def check(text, data) -> None:
    """Everything that is computed of the states, in both ways of summing over paths."""
    model = both(text, data)
    position = model.positions(BATCH)
    values, jacobian = model.summed.constrain(position)
    joint = model.log_joint(values, BATCH)
    assert not joint.isnan().any()
    expected = joint.logsumexp(0) + jacobian
    if not joint.isfinite().any():  # the data are impossible
        value, gradient = model.summed.log_density_and_gradient(position)
        assert (value == -inf).all()
        assert gradient.isfinite().all()
        return
    slope = by_autograd(model, position, joint)
    for work in (0, 10**9):
        with patch.object(chains, "PRODUCTS", work):
            value, gradient = model.summed.log_density_and_gradient(position)
        torch.testing.assert_close(value, expected, rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(gradient, slope, rtol=1e-8, atol=1e-8)
    check_states(model, values, joint)


def by_autograd(model: Both, position: Tensor, joint: Tensor) -> Tensor:
    """The slope of the sum over the assignments that are possible."""
    at = position.detach().requires_grad_()
    values, jacobian = model.summed.constrain(at)
    total = model.log_joint(values, BATCH)[joint.isfinite().any(1)].logsumexp(0) + jacobian
    return torch.autograd.grad(total.sum(), at)[0] if model.summed.n else torch.zeros_like(at)


def check_states(model: Both, values, joint: Tensor) -> None:
    """Probabilities of single states, the most probable assignment, and draws."""
    weights = joint.softmax(0)
    found = model.summed.state_probabilities(values, (BATCH,))
    for name, count in model.states.items():
        each = torch.stack([a[name].long() - model.first[name] for a in model.assignments])
        one_hot = torch.nn.functional.one_hot(each, count).double()
        expected = torch.tensordot(weights, one_hot, ([0], [0]))
        torch.testing.assert_close(found[name], expected, rtol=1e-9, atol=1e-9)
    for states in (
        model.summed.most_probable(values, (BATCH,)),
        model.summed.complete(values, (BATCH,), torch.Generator().manual_seed(1)),
    ):
        own = {name: states[name] for name in model.states}
        reached = model.whole.log_density({**values, **own}).expand(BATCH)
        assert reached.isfinite().all()
        assert (reached <= joint.amax(0) + 1e-9).all()
    best = model.summed.most_probable(values, (BATCH,))
    reached = model.whole.log_density({**values, **best}).expand(BATCH)
    torch.testing.assert_close(reached, joint.amax(0), rtol=1e-9, atol=1e-9)


def check_other_plans(text, data) -> None:
    """Coupled chains one after the other, and sizes that are not known when code is generated."""
    first = summed(text, data)
    position = torch.randn(
        BATCH, first.n, generator=torch.Generator().manual_seed(2), dtype=torch.float64
    )
    expected = first.log_density_and_gradient(position)
    with patch.object(elimination, "LARGEST_MATRIX", 1):
        others = [summed(text, data)]
    try:
        others.append(summed(text, data, sized=False))
    except Rejected as refused:  # what is joined has to be counted
        assert [d.code for d in refused.diagnostics] == ["Q621"]
    for other in others:
        found = other.log_density_and_gradient(position)
        torch.testing.assert_close(found[0], expected[0], rtol=1e-9, atol=1e-9)
        torch.testing.assert_close(found[1], expected[1], rtol=1e-8, atol=1e-8)
