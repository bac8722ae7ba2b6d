"""Models whose statements follow from each other, thousands in a row.

Depth of a model is not depth of a text: no pass may recurse over it, nor take a time that grows
faster than the model does. Where formulas have to be written out, there is a limit, and a message.
"""

import ast
import time

import numpy as np
import pytest
import torch
from nacre.compiler import driver
from nacre.compiler.draw.dot import dot
from nacre.compiler.draw.picture import picture
from nacre.compiler.facts import facts
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.parse import parse
from nacre.grammar.show import show
from nacre.grammar.source import Source
from nacre.runtime.model import Model
from programs import graph_of, program_of

LONG = 3_000
LONGEST = 60.0  # seconds of processor time; a quadratic pass would take many minutes


def chain(first: str, step: str, last: str, n: int) -> str:
    """A statement, ``n`` that each follow from the one before, and what reads the last of them."""
    steps = (step.replace("NEW", str(k)).replace("OLD", str(k - 1)) for k in range(1, n + 1))
    return "\n".join([first, *steps, last.replace("END", str(n))])


SEEN = "y ~ Normal(aEND, 1)\nobserve y = 1"
ROWS = "y[i in r] ~ Normal(aEND[i], 1)\nobserve y = [1, 2, 3]"
# first statement, the next one, what reads the last
SHAPES = {
    "definitions": ("a0 ~ Normal(0, 1)", "aNEW = 0.5 * aOLD + 1", SEEN),
    "links": ("a0 ~ Normal(0, 1)", "aNEW = tanh(aOLD) + aOLD", SEEN),
    "positive definitions": ("a0 ~ HalfNormal(1)", "aNEW = aOLD + 1", "y ~ Normal(0, aEND)"),
    "definitions of data": ("data a0: real", "aNEW = aOLD + 1", SEEN),
    "defaults": ("data a0: real = 1", "data aNEW: real = aOLD", SEEN),
    "latents": ("a0 ~ Normal(0, 1)", "aNEW ~ Normal(aOLD, 1)", SEEN),
    "supports": ("a0 ~ Uniform(0, 1)", "aNEW ~ Uniform(0, aOLD + 1)", SEEN),
    "calls": ("def f(x) = x + 1\na0 ~ Normal(0, 1)", "aNEW = f(aOLD)", SEEN),
    "families": ("dim r = 1..3\na0[i in r] ~ Normal(0, 1)", "aNEW[i in r] = aOLD[i] + 1", ROWS),
    "whole arrays": ("dim r = 1..3\na0[i in r] ~ Normal(0, 1)", "aNEW[r] = cumsum(aOLD)", ROWS),
    "gathers": (
        "dim r = 1..3\ndata g[r]: r\na0[i in r] ~ Normal(0, 1)",
        "aNEW[i in r] = aOLD[g[i]]",
        ROWS,
    ),
    "recurrences": (
        "dim r = 1..3\nu ~ Normal(0, 1)\na0[i in r] = u",
        "aNEW[1] = u\naNEW[i in 2..3] = aOLD[i - 1] + aNEW[i - 1]",
        ROWS,
    ),
    "a guide": (
        "x ~ Normal(0, 1)\ny ~ Normal(x, 1)\nobserve y = 1\nguide {\nparam a0: real",
        "aNEW = 0.5 * aOLD + 1",
        "x ~ Normal(aEND, 1)\n}",
    ),
    "observations of what was computed": (
        "a0 = 1\nb0 ~ Normal(0, 1)\nobserve b0 = a0",
        "aNEW = aOLD + 1\nbNEW ~ Normal(bOLD, 1)\nobserve bNEW = aNEW",
        "",
    ),
    "factors": ("a0 ~ Normal(0, 1)", "aNEW = aOLD + 1\nfactor fNEW = aNEW", ""),
}


def front_end(text: str) -> str:
    """All that a command does with a model before there are data; the code."""
    source = Source("deep.ppl", text)
    formatted = show(source)
    assert parse(Source("deep.ppl", formatted)) == parse(source)
    graph = driver.graph_of(driver.front(source))
    assert facts(graph).as_json() is not None
    assert dot((picture(graph),))
    cut = driver.marginalised(driver.pruned(graph))
    return driver.emit(graph, header="", cut=cut, guides=tuple(graph.guides)).module.text


def assert_done(text: str) -> None:
    start = time.process_time()
    assert ast.parse(front_end(text))
    assert time.process_time() - start < LONGEST


@pytest.mark.parametrize("parts", SHAPES.values(), ids=SHAPES.keys())
def test_hundreds_in_a_row(parts):
    assert_done(chain(*parts, 400))


@pytest.mark.slow
@pytest.mark.parametrize("parts", SHAPES.values(), ids=SHAPES.keys())
def test_thousands_in_a_row(parts):
    assert_done(chain(*parts, LONG))


def test_a_scenario_of_thousands():
    given = "\n".join(f"observe a{k} = 1" if k % 2 else f"do a{k} = 1" for k in range(LONG))
    text = chain("a0 ~ Normal(0, 1)", "aNEW ~ Normal(aOLD, 1)", SEEN, LONG)
    graph = graph_of(f"{text}\nscenario s {{\n{given}\n}}")
    assert len(driver.in_scenario(graph, "s").nodes) >= LONG


def test_functions_that_call_each_other_are_refused():
    text = chain("def f0(x) = x + 1", "def fNEW(x) = fOLD(x) + 1", "b = fEND(1)", LONG)
    with pytest.raises(Rejected, match="becomes too large a formula"):
        graph_of(text)


# --- discrete variables -------------------------------------------------------------------------

DISCRETE = {
    "a chain of coins": ("z0 ~ Bernoulli(0.5)", "zNEW ~ Bernoulli(0.2 + 0.5 * zOLD)"),
    "a chain of labels": (
        "dim k = {a, b}\np[k] = [0.5, 0.5]\nq[k] = [0.2, 0.8]\nz0 ~ Categorical(p)",
        "zNEW ~ Categorical(if zOLD == a then p else q)",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("parts", DISCRETE.values(), ids=DISCRETE.keys())
def test_hundreds_of_discrete_variables(parts):
    assert_done(chain(*parts, "y ~ Normal(if zEND == z0 then 1 else 2, 1)\nobserve y = 1", 400))


def test_a_network_of_coins_is_summed_out_exactly():
    """Sixty coins in a row: the evidence is that of a Markov chain of two states."""
    n = 60
    text = chain(
        "data x: real\nz0 ~ Bernoulli(0.5)",
        "zNEW ~ Bernoulli(0.2 + 0.5 * zOLD)",
        "x ~ Normal(zEND, 1)",
        n,
    )
    fit = Model.compile(text).fit({"x": 0.7})
    move = np.array([[0.8, 0.2], [0.3, 0.7]])
    state = np.array([0.5, 0.5]) @ np.linalg.matrix_power(move, n)
    density = np.exp(-0.5 * (0.7 - np.arange(2.0)) ** 2) / np.sqrt(2 * np.pi)
    log_evidence = float(np.log(state @ density))
    assert fit.judgement.facts["log_evidence"] == pytest.approx(log_evidence, abs=1e-9)
    last = fit.state_probabilities()[f"z{n}"]
    np.testing.assert_allclose(last, state * density / (state @ density), atol=1e-9)


@pytest.mark.parametrize("n", [100, LONG])
def test_states_read_through_definitions(n):
    """What fits is right; what is too long to be written out is refused, at the statement."""
    text = chain(
        "data x: real\nm ~ Normal(0, 1)\nz ~ Bernoulli(0.5)\na0 = z",
        "aNEW = 0.9 * aOLD + 1",
        "x ~ Normal(aEND + m, 1)",
        n,
    )
    graph = graph_of(text)
    if n == LONG:
        with pytest.raises(Rejected, match="too large a formula") as refused:
            driver.marginalised(driver.pruned(graph))
        assert refused.value.diagnostics[0].code == "Q640"
        return
    cut = driver.marginalised(driver.pruned(graph))
    program = program_of(graph, {"x": 1.0}, cut=cut)
    found, slope = program.log_density_and_gradient(torch.tensor([[0.3]], dtype=torch.float64))
    means = [0.0, 1.0]
    for _ in range(n):
        means = [0.9 * a + 1 for a in means]
    each = torch.tensor(means, dtype=torch.float64) + 0.3
    normal = torch.distributions.Normal(each, 1.0)
    expected = torch.logsumexp(normal.log_prob(torch.tensor(1.0)) + np.log(0.5), 0)
    expected = expected + torch.distributions.Normal(0.0, 1.0).log_prob(torch.tensor(0.3))
    assert float(found) == pytest.approx(float(expected), rel=1e-7)
    weights = torch.softmax(normal.log_prob(torch.tensor(1.0)), 0)
    assert float(slope) == pytest.approx(float(-(weights * (each - 1)).sum() - 0.3), rel=1e-7)


def test_definitions_of_states_that_double_are_refused():
    """Each reads the one before twice: a page of text would become more than fits in memory."""
    text = chain("z ~ Bernoulli(0.5)\na0 = z", "aNEW = aOLD * (1 + aOLD)", SEEN, 40)
    start = time.process_time()
    with pytest.raises(Rejected, match="too large a formula"):
        driver.marginalised(driver.pruned(graph_of(text)))
    assert time.process_time() - start < LONGEST


def test_what_is_drawn_given_states_is_not_written_out():
    """Its long formula stands in its own density alone, however often it is read."""
    mean, reads = " + ".join(["z[i] * 2"] * 90), " + ".join(["z[i] * w[i]"] * 90)
    text = (
        "dim row\ndata y[row]: real\nz[i in row] ~ Bernoulli(0.3)\n"
        f"w[i in row] ~ Normal({mean}, 1)\ny[i in row] ~ Normal({reads}, 1)"
    )
    cut = driver.marginalised(driver.pruned(graph_of(text)))
    assert set(cut.graph.nodes) == {"z", "w", "y"}


def test_definitions_in_an_ode_that_double_are_refused():
    steps = "\n".join(f"a{k} = a{k - 1} * (1 + a{k - 1})" for k in range(1, 60))
    text = f"dim d = 1..2\node t[i in d] = i from 0 {{\na0 = u\n{steps}\nu' = a59 from 1\n}}"
    with pytest.raises(Rejected, match="too large a formula"):
        graph_of(text)
