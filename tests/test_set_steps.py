"""``do`` and ``condition`` on single steps of recurrences and chains.

What is set is a clause replaced: that element has no other reason, and later ones read its value.
"""

from itertools import product

import nacre
import numpy as np
import pytest
import torch
from agreement import assert_density_and_gradient
from clause_models import CLAUSES
from nacre.compiler import driver
from nacre.compiler.graph import Derived, Latent
from nacre.compiler.query import Verb, outside
from nacre.compiler.rewrite.targets import parse_target
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.data import bind_data
from programs import graph_of, program_of
from scipy.special import logsumexp
from scipy.stats import norm
from test_recurrences import MODELS, SERIES, data_for

ALL = {**MODELS, **CLAUSES}


def steps_of(text: str) -> list[tuple[str, int]]:
    """Families whose steps can be set, each with a label: the first, or one in the middle."""
    found = []
    for node in graph_of(text).nodes.values():
        recurs = node.along is not None and isinstance(node.role, Derived | Latent)
        numbers = len(node.type.event) == len(node.plates)  # arrays are set as a whole
        if recurs and numbers and not node.support.name.is_discrete:
            found += [(node.name, 1), (node.name, 3)]
    return found


CASES = [(model, *step) for model, text in ALL.items() for step in steps_of(text)]


@pytest.mark.parametrize(("model", "name", "label"), CASES)
def test_density_and_gradient(model, name, label):
    text, data = ALL[model], data_for(ALL[model])
    whole = graph_of(text)
    node = whole.nodes[name]
    bound = bind_data(whole, data)
    at = [bound.labels[p.dim][label - 1 if p == node.along else -1] for p in node.plates]
    target = parse_target(f"{name}[{', '.join(map(str, at))}]")
    graph = driver.intervened(whole, outside(Verb.DO, [target]))
    cut = driver.pruned(graph)
    value = {f"do:{target}": 0.3}
    program = program_of(graph, data, outside=value, cut=cut)
    position = torch.from_numpy(np.random.default_rng(2).normal(size=(2, program.n)) / 2)
    left = program_of(cut.graph, data, outside=value)
    assert_density_and_gradient(program, position, whole=left)


def set_by_a_clause(text: str) -> str:
    """The same in the model itself."""
    return text.replace("s[t in 2..T] =", "s[2] = a * s[1]\ns[3] = 0.7\ns[t in 4..T] =")


def test_a_step_that_is_set_is_a_clause_that_says_so():
    text = SERIES + "s[1] = 1\ns[t in 2..T] = a * s[t - 1]\ny[t in time] ~ Normal(s[t], 1)\n"
    data = data_for(text)
    one = nacre.compile(text).do({"s[3]": 0.7}).program(data)
    other = nacre.compile(set_by_a_clause(text)).program(data)
    position = torch.tensor([[0.4], [-1.1]], dtype=torch.float64)
    for a, b in zip(*(p.log_density_and_gradient(position) for p in (one, other)), strict=True):
        torch.testing.assert_close(a, b)


# --- simulation ---------------------------------------------------------------------------------

T, N = 6, 4000


def drawn(text: str, **do: object) -> dict[str, np.ndarray]:
    model = nacre.compile(text).do(do or {"x[3]": 2.0})
    data = {"T": T, "y": np.zeros(T)}
    return {k: v.numpy() for k, v in model.simulate(N, data, seed=3).items()}


def test_later_draws_follow_from_what_was_set():
    text = "data T: int\ndim time = 1..T\nx[1] ~ Normal(0, 1)\n"
    x = drawn(text + "x[t in 2..T] ~ Normal(x[t - 1] / 2, 1)\n")["x"]
    assert (x[:, 2] == 2.0).all()
    new = np.delete(np.concatenate([x[:, :1], x[:, 1:] - x[:, :-1] / 2], 1), 2, axis=1)
    assert np.abs(new.mean(0)).max() < 5 / np.sqrt(N)
    assert np.abs(new.std(0) - 1).max() < 0.06


def test_volatility_that_is_set_scales_what_follows():
    text = (
        "data T: int\ndim time = 1..T\ndata y[time]: real\ns[1] = 1\n"
        "s[t in 2..T] = sqrt(0.5 + 0.3 * y[t - 1]^2 + 0.4 * s[t - 1]^2)\n"
        "y[t in time] ~ Normal(0, s[t])\n"
    )
    v = drawn(text, **{"s[4]": 10.0, "y[5]": 0.0})
    s, y = v["s"], v["y"]
    assert (s[:, 3] == 10).all()
    assert (y[:, 4] == 0).all()
    np.testing.assert_allclose(s[:, 4], np.sqrt(0.5 + 0.3 * y[:, 3] ** 2 + 0.4 * 100))
    np.testing.assert_allclose(s[:, 5], np.sqrt(0.5 + 0.4 * s[:, 4] ** 2))
    assert (y[:, 3] / 10).std() == pytest.approx(1, abs=0.06)


# --- posteriors ---------------------------------------------------------------------------------


def test_a_walk_that_is_set_halfway_is_two_walks():
    """What was seen before says nothing of what follows; by the algebra of the normal law."""
    text = (
        "data T: int\ndim time = 1..T\ndata y[time]: real\nx[1] ~ Normal(0, 1)\n"
        "x[t in 2..T] ~ Normal(x[t - 1], 1)\ny[t in time] ~ Normal(x[t], 1)\n"
    )
    y = np.array([1.0, -1, 0.5, 2, 3])
    fit = nacre.compile(text).do({"x[3]": 4.0}).fit({"T": 5, "y": y}, draws=4000, seed=1)
    precision = np.array([[3.0, -1, 0, 0], [-1, 2, 0, 0], [0, 0, 3, -1], [0, 0, -1, 2]])
    mean = np.linalg.solve(precision, [y[0], y[1], y[3] + 4.0, y[4]])
    x = fit.posterior["x"].flat
    assert (x[:, 2] == 4.0).all()
    found = np.delete(x, 2, axis=1)
    np.testing.assert_allclose(found.mean(0), mean, atol=0.08)
    np.testing.assert_allclose(np.cov(found.T), np.linalg.inv(precision), atol=0.06)


CHAIN = """\
data T: int
dim time = 1..T
dim k = {a, b, c}
data y[time]: real
start[k] = [0.2, 0.3, 0.5]
move[i in k, j in k] = if i == j then 0.7 else if i == a then 0.2 else if j == a then 0.1 else 0.2
mu[k] = [-1, 0, 2]
z[1] ~ Categorical(start)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
y[t in time] ~ Normal(mu[z[t]], 1)
"""
START, MU = np.array([0.2, 0.3, 0.5]), np.array([-1.0, 0, 2])
MOVE = np.array([[0.7, 0.2, 0.2], [0.1, 0.7, 0.2], [0.1, 0.2, 0.7]])
SEEN = np.array([0.3, -0.8, 1.1, 2.5, -0.2])


def paths(step: int, state: int, *, scored: bool):
    """Every path through the state, with its log weight."""
    every = [p for p in product(range(3), repeat=len(SEEN)) if p[step] == state]
    weights = []
    for p in every:
        w = norm.logpdf(SEEN, MU[list(p)]).sum()
        terms = [np.log(START[p[0]]), *(np.log(MOVE[i, j]) for i, j in zip(p, p[1:], strict=False))]
        weights.append(w + sum(x for t, x in enumerate(terms) if scored or t != step))
    return np.array(every), np.array(weights)


@pytest.mark.parametrize("verb", ["do", "condition"])
@pytest.mark.parametrize("step", [0, 2, 4])
def test_a_step_of_a_hidden_chain(step, verb):
    """Evidence, probabilities, the best path and draws, by enumeration."""
    model = nacre.compile(CHAIN)
    given = {f"z[{step + 1}]": "b"}
    model = model.do(given) if verb == "do" else model.condition(given)
    fit = model.fit({"T": len(SEEN), "y": SEEN}, draws=4000, seed=1)
    every, weights = paths(step, 1, scored=verb == "condition")
    assert fit.judgement.facts["log_evidence"] == pytest.approx(logsumexp(weights), rel=1e-12)
    p = np.exp(weights - logsumexp(weights))
    marginal = np.array([[p[every[:, t] == k].sum() for k in range(3)] for t in range(len(SEEN))])
    np.testing.assert_allclose(fit.state_probabilities()["z"], marginal, atol=1e-12)
    assert (np.asarray(fit.most_probable()["z"]) == every[weights.argmax()]).all()
    drawn = fit.posterior["z"].flat.astype(int)
    found = np.array([[(drawn[:, t] == k).mean() for k in range(3)] for t in range(len(SEEN))])
    np.testing.assert_allclose(found, marginal, atol=0.04)
    both = p @ ((every[:, 1] == 1) & (every[:, 3] == 2))
    assert ((drawn[:, 1] == 1) & (drawn[:, 3] == 2)).mean() == pytest.approx(both, abs=0.04)


def test_an_element_of_a_plate_of_states():
    text = "dim row = 1..3\nz[i in row] ~ Bernoulli(0.3)\ny[i in row] ~ Normal(z[i], 1)\n"
    fit = nacre.compile(text + "observe y = 1\n").do({"z[2]": 0}).fit()
    each = np.log(0.3 * norm.pdf(0) + 0.7 * norm.pdf(1))
    assert fit.judgement.facts["log_evidence"] == pytest.approx(2 * each + norm.logpdf(1))
    assert fit.state_probabilities()["z"][1] == pytest.approx([1, 0])


def test_what_was_set_and_observed_as_well_is_refused():
    text = CHAIN + "observe z[3] = b\n"
    with pytest.raises(Rejected) as refused:
        nacre.compile(text).do({"z[3]": "c"}).fit({"T": len(SEEN), "y": SEEN})
    assert [d.code for d in refused.value.diagnostics] == ["Q623"]
