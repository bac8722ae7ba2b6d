"""Summed-out discrete variables against enumeration: density, gradient, states, the plan."""

from math import inf

import nacre
import numpy as np
import pytest
import torch
from chain_models import CHAINS
from discrete_models import MODELS
from enumeration import both, summed
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from nacre.compiler import driver
from nacre.compiler.elimination import known_sizes, order
from nacre.grammar.diagnostic import Rejected
from programs import graph_of
from reference import central_differences

EVERY = {**MODELS, **CHAINS}
CASES = pytest.mark.parametrize(("text", "data"), EVERY.values(), ids=list(EVERY))


@CASES
def test_the_density_is_the_sum_over_all_assignments(text, data):
    model = both(text, data)
    position = model.positions(3)
    values, jacobian = model.summed.constrain(position)
    expected = model.log_joint(values, 3).logsumexp(0) + jacobian
    value, _ = model.summed.log_density_and_gradient(position)
    assert torch.allclose(value, expected, rtol=1e-12, atol=1e-12)


@CASES
def test_the_gradient_is_that_of_the_sum(text, data):
    model = both(text, data)
    position = model.positions(1)[0]

    def density(at):
        return float(model.summed.log_density_and_gradient(torch.as_tensor(at)[None])[0])

    _, gradient = model.summed.log_density_and_gradient(position[None])
    expected = central_differences(density, position.numpy())
    np.testing.assert_allclose(gradient[0].numpy(), expected, rtol=1e-6, atol=1e-7)


@CASES
def test_probabilities_of_states_are_those_of_the_assignments(text, data):
    model = both(text, data)
    values, _ = model.summed.constrain(model.positions(2))
    weights = model.log_joint(values, 2).softmax(0)
    found = model.summed.state_probabilities(values, (2,))
    for name, count in model.states.items():
        one_hot = torch.stack(
            [
                torch.nn.functional.one_hot(a[name].long() - model.first[name], count)
                for a in model.assignments
            ]
        )
        expected = torch.tensordot(weights, one_hot.double(), ([0], [0]))
        assert torch.allclose(found[name], expected, atol=1e-12), name


@CASES
def test_draws_of_states_are_from_their_joint_distribution(text, data):
    model = both(text, data)
    n, values = 4000, model.summed.constrain(model.positions(1))[0]
    wide = {k: v.expand(n, *v.shape[1:]) for k, v in values.items()}
    drawn = model.summed.complete(wide, (n,), torch.Generator().manual_seed(1))
    expected = model.log_joint(values, 1).softmax(0)[:, 0].numpy()
    flat = {k: drawn[k].reshape(n, -1) for k in model.states}
    alike = [
        torch.stack([(flat[k] == v.reshape(-1)).all(1) for k, v in a.items()]).all(0)
        for a in model.assignments
    ]
    shares = np.array([float(hit.double().mean()) for hit in alike])
    error = np.sqrt(expected * (1 - expected) / n) + 1e-3
    assert shares.sum() == pytest.approx(1.0)
    assert np.abs((shares - expected) / error).max() < 5.0


@CASES
def test_the_most_probable_states_are_the_best_assignment(text, data):
    model = both(text, data)
    values, _ = model.summed.constrain(model.positions(3))
    best = model.summed.most_probable(values, (3,))
    found = model.whole.log_density({**values, **best}).expand(3)
    assert torch.allclose(found, model.log_joint(values, 3).amax(0), rtol=1e-12)


# --- exact answers ------------------------------------------------------------------------------

CROSSED = """\
dim i = 1..3
dim j = 1..4
data x[i, j]: bool
z[a in i] ~ Bernoulli(0.3)
w[b in j] ~ Bernoulli(0.6)
x[a in i, b in j] ~ Bernoulli(0.1 + 0.3 * z[a] + 0.4 * w[b])
"""


def test_crossing_plates_are_exact():
    """Pyro and Funsor refuse this one; the number is from enumeration elsewhere."""
    fit = nacre.compile(CROSSED).fit({"x": [[1] * 4] * 3}, draws=100)
    assert fit.judgement.guide == "exact"
    assert fit.judgement.facts["log_evidence"] == pytest.approx(-7.220343325588506, abs=1e-12)


def test_chained_and_joint_indexing_agree():
    start = (
        "dim row\ndim k = {a, b}\ndata y[row]: real\np[k] = [0.3, 0.7]\n"
        "T[r in k, c in k] ~ Normal(0, 2)\n"
        "z[i in row] ~ Categorical(p)\nw[i in row] ~ Categorical(p)\n"
    )
    joint = start + "y[i in row] ~ Normal(T[z[i], w[i]], 1)\n"
    chained = start + (
        "v[i in row, c in k] = T[z[i], c]\nu[i in row] = v[i, w[i]]\n"
        "y[i in row] ~ Normal(u[i], 1)\n"
    )
    programs = [both(text, {"y": [0.3, -1.0, 2.0]}).summed for text in (joint, chained)]
    position = torch.linspace(-1, 1, 4, dtype=torch.float64)[None]
    (one, its), (other, others) = (p.log_density_and_gradient(position) for p in programs)
    assert torch.allclose(one, other, rtol=1e-13)
    assert torch.allclose(its, others, rtol=1e-12)


def test_states_without_probability_leave_the_gradient_finite():
    model = both(*MODELS["impossible states"])
    value, gradient = model.summed.log_density_and_gradient(model.positions(8))
    assert value.isfinite().all()
    assert gradient.isfinite().all()


def test_impossible_evidence_has_no_density():
    text = (
        "dim row\ndata y[row]: count\nr ~ Gamma(2, 1)\nz[i in row] ~ Bernoulli(0.3)\n"
        "y[i in row] ~ Poisson(0 * z[i] * r)\n"
    )
    model = both(text, {"y": [0, 3]})
    value, _ = model.summed.log_density_and_gradient(model.positions(2))
    assert (value == -inf).all()


@pytest.mark.parametrize("shift", [1, -1, 3])
def test_an_element_beyond_its_dimension_is_refused_whatever_lies_behind_it_in_memory(shift):
    text = (
        "dim site = 1..2\ndim time = 1..3\ndata k: int\ndata y[site, time]: real\np ~ Beta(1, 1)\n"
        "z[i in site, t in time] ~ Bernoulli(p)\n"
        "y[i in site, t in time] ~ Normal(z[i, t + k], 1)\n"
    )
    y = np.ones((2, 3))
    inside = summed(text, {"k": 0, "y": y}).log_density_and_gradient(torch.zeros(2, 1).double())
    assert inside[0].isfinite().all()
    with pytest.raises(Rejected) as caught:
        summed(text, {"k": shift, "y": y})
    assert [d.code for d in caught.value.diagnostics] == ["R501"]


# --- fits ---------------------------------------------------------------------------------------

MIXTURE = """\
dim row
dim k = {low, high}
data y[row]: real
theta[k] ~ Dirichlet([5, 5])
base ~ Normal(0, 3)
gap ~ HalfNormal(3)
mu[c in k] = if c == low then base else base + gap
z[i in row] ~ Categorical(theta)
y[i in row] ~ Normal(mu[z[i]], 1)
"""


def _mixture():
    rng = np.random.default_rng(0)
    high = rng.random(80) < 0.7
    return high, {"y": np.where(high, 3.0, -3.0) + rng.normal(size=80)}


def test_a_mixture_finds_its_components():
    high, data = _mixture()
    fit = nacre.compile(MIXTURE).fit(data, draws=400, seed=1)
    found = fit.state_probabilities()["z"]
    assert np.array_equal(found[:, 1] > 0.5, high)
    assert np.abs(fit.posterior["z"].mean() - found[:, 1]).max() < 0.1
    assert fit.most_probable()["z"].shape == (400, 80)
    assert fit.posterior["mu"].mean() == pytest.approx([-3, 3], abs=0.5)


def test_the_mode_comes_with_the_most_probable_states():
    high, data = _mixture()
    fit = nacre.compile(MIXTURE).fit(data, method="map")
    assert np.array_equal(fit.posterior["z"].values[0, 0] == 1, high)


# --- what is refused ----------------------------------------------------------------------------

REFUSED = {
    "Q620": "k ~ Poisson(3)\ny ~ Normal(k, 1)\nobserve y = 2\n",
    "Q621": CROSSED.replace("1..3", "1..30").replace("1..4", "1..40"),
    "Q624": "z ~ Bernoulli(0.3)\nu ~ Uniform(0, 1 + z)\ny ~ Normal(u, 1)\nobserve y = 1\n",
}


@pytest.mark.parametrize(("code", "text"), REFUSED.items(), ids=list(REFUSED))
def test_what_cannot_be_summed_out_is_refused(code, text):
    with pytest.raises(Rejected) as refusal:
        driver.elimination(graph_of(text))
    assert [d.code for d in refusal.value.diagnostics] == [code]


def test_what_is_not_counted_yet_says_so():
    text = "data T: int\ndim time = 1..T\ndata y[time]: real\nz[1] ~ Bernoulli(0.3)\n"
    text += "z[n in 2..T] ~ Bernoulli(0.2 + 0.5 * z[n - 1])\ny[n in time] ~ Normal(z[n] + z[2], 1)"
    with pytest.raises(Rejected) as refusal:
        driver.elimination(graph_of(text))
    (told,) = refusal.value.diagnostics
    assert "yet: `y` reads several elements of `z`" in told.message
    assert "how many joint states `z` has shows with the data" in told.message
    assert [text[n[0].start :][:5] for n in told.notes] == ["y[n i"]


# --- the plan -----------------------------------------------------------------------------------


def test_children_are_summed_out_before_their_parents():
    steps = driver.elimination(graph_of(MODELS["nested plates"][0]))
    assert [(s.name, s.clique, s.plates, s.table) for s in steps] == [
        ("z", ("z", "w"), ("site", "visit"), 4),
        ("w", ("w",), ("site",), 2),
    ]


def test_the_smaller_of_two_crossing_families_is_joined():
    steps = driver.elimination(graph_of(CROSSED))
    assert {s.name: s.joined for s in steps} == {"w": False, "z": True}
    assert max(s.size for s in steps) == 4 * 2 * 8


def test_a_plan_is_complete():
    graph = driver.marginalised(driver.pruned(graph_of(CROSSED))).graph
    steps = order(graph, known_sizes(graph.dims))
    assert sorted(s.name for s in steps) == ["w", "z"]


# --- random models ------------------------------------------------------------------------------

_READS = (
    "z[g[i]]",
    "w[i]",
    "u",
    "w[i] * z[g[i]]",
    "(if u == 1 then z[g[i]] else w[i])",
    "m[i]",
    "m[1]",
)


@st.composite
def models(draw):
    """A model over groups and rows, in which everything may read everything before it."""
    reads = st.sampled_from(_READS)
    p = st.sampled_from(["p", "0.3", "0.5 * p"])
    u = f"u ~ Bernoulli({draw(p)})"
    above = st.sampled_from(["0", "u"])
    z = f"z[j in group] ~ Bernoulli(0.2 + 0.5 * {draw(above)} * p)"
    over = st.sampled_from(["0", "u", "z[g[i]]", "u * z[g[i]]"])
    w = f"w[i in row] ~ Binomial(2, 0.2 + 0.6 * p * {draw(over)})"
    m = f"m[i in row] = 1 + p * ({draw(st.sampled_from(_READS[:5]))})"
    ys = [
        f"y{n}[i in row] ~ Normal({draw(reads)} + 2 * {draw(reads)}, 1 + u)"
        for n in range(draw(st.integers(1, 2)))
    ]
    data = [f"data y{n}[row]: real" for n in range(len(ys))]
    head = ["dim group = 1..2", "dim row = 1..3", "data g[row]: group", *data, "p ~ Beta(2, 2)"]
    values = {f"y{n}": [0.5, 1.0 + n, -0.3] for n in range(len(ys))}
    return "\n".join([*head, u, z, w, m, *ys]) + "\n", {"g": [1, 2, 2], **values}


@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(models())
def test_random_models_agree_with_enumeration(model):
    text, data = model
    found = both(text, data)
    position = found.positions(2)
    values, jacobian = found.summed.constrain(position)
    expected = found.log_joint(values, 2).logsumexp(0) + jacobian
    value, gradient = found.summed.log_density_and_gradient(position)
    assert torch.allclose(value, expected, rtol=1e-11)
    assert gradient.isfinite().all()
