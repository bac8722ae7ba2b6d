"""Differential equations under ``torch.compile``, in one graph: they are one operation of it."""

import pytest
import torch
from programs import graph_of, program_of
from test_odes import MODELS, TIGHT, data_for
from torch import library

NAMES = ["two states, times computed", "plates with times of their own", "labels as times"]


def prepared(name, options=", rtol = 1e-7"):
    text = MODELS[name].replace(TIGHT, options)
    program = program_of(graph_of(text), data_for(text))
    rng = torch.Generator().manual_seed(6)
    return program, 0.3 * torch.randn(2, program.n, generator=rng, dtype=torch.float64)


def captured(function, backend="aot_eager"):
    torch._dynamo.reset()
    return torch.compile(function, fullgraph=True, backend=backend)


@pytest.mark.parametrize("options", [", rtol = 1e-7", ", method = stiff"])
@pytest.mark.parametrize("name", NAMES)
def test_the_gradient_is_one_graph(name, options):
    """The emitted reverse mode, for a batch and mapped over one."""
    program, at = prepared(name, options)
    expected = program.log_density_and_gradient(at)
    function = program._functions["log_density_and_gradient"]
    found = captured(function)(at, program._bound)
    torch.testing.assert_close(found, expected, rtol=1e-11, atol=1e-11)
    mapped = captured(torch.func.vmap(lambda x: function(x, program._bound)))
    torch.testing.assert_close(mapped(at), expected, rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", NAMES)
def test_autograd_through_the_graph(name):
    program, at = prepared(name)
    expected = program.log_density_and_gradient(at)
    at.requires_grad_()

    def density(x):
        values, jacobian = program._functions["constrain"](x, program._bound)
        return program._functions["log_density"](values, program._bound) + jacobian

    found = captured(density)(at)
    (slope,) = torch.autograd.grad(found.sum(), at)
    torch.testing.assert_close((found.detach(), slope), expected, rtol=1e-10, atol=1e-10)


def test_what_torch_asks_of_an_operation():
    """Its shapes without numbers, its derivative, and that it changes nothing that it is given."""
    program, _ = prepared(NAMES[0])
    scope = program._functions["log_density"].__globals__
    start = torch.tensor([1.0, 2.0]).double().requires_grad_()
    times = torch.tensor([0.5, 1.0, 1.5]).double()
    fixed = [torch.tensor([0.5, 0.7]).double(), torch.tensor([1.0, 0.9]).double()]
    operands = [start, torch.tensor(0.0).double(), times, *fixed]
    data = [x for x in program._bound.values() if isinstance(x, torch.Tensor)]
    names = " ".join(n for n, x in program._bound.items() if isinstance(x, torch.Tensor))
    functions = f"{scope['__name__']} slope_u_v pull_u_v"
    rest = (names, functions, [1, 0, 1, 0, 0], 1e-8, 1e-9, 1000, False)
    library.opcheck(torch.ops.nacre.ode_values.default, (operands, data, *rest))


@pytest.mark.slow
def test_compiled_to_machine_code():
    program, at = prepared(NAMES[0])
    found = captured(program._functions["log_density_and_gradient"], "inductor")(at, program._bound)
    torch.testing.assert_close(found, program.log_density_and_gradient(at), rtol=1e-11, atol=1e-11)
