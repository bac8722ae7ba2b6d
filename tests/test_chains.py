"""Hidden chains: both ways of computing them, against numpy; their plan; what is refused."""

from math import inf

import nacre
import numpy as np
import pytest
import torch
from chain_models import CHAINS
from enumeration import both, summed
from nacre.compiler import driver
from nacre.grammar.diagnostic import Rejected
from nacre.runtime import chains
from programs import graph_of
from scipy.special import logsumexp
from scipy.stats import norm

ONE = CHAINS["two regimes"][0]
FREE = ONE.replace(
    "mu[state] ~ Normal([3, 10], 1) on positive_ordered", "mu[s in state] ~ Normal(5, 3)"
)


def forward(start, move, emission):
    """Log evidence of a chain, one step at a time: (K,), (K, K), (T, K)."""
    alpha = np.log(start) + emission[0]
    for step in emission[1:]:
        alpha = logsumexp(alpha[:, None] + np.log(move), axis=0) + step
    return logsumexp(alpha)


def backward(move, emission):
    """Log weights of everything after each step: (T, K)."""
    beta = [np.zeros(len(move))]
    for step in emission[:0:-1]:
        beta.append(logsumexp(np.log(move) + step + beta[-1], axis=1))
    return np.array(beta[::-1])


def best_path(start, move, emission):
    """Viterbi's algorithm, with pointers back."""
    score, pointers = np.log(start) + emission[0], []
    for step in emission[1:]:
        both = score[:, None] + np.log(move)
        pointers.append(both.argmax(0))
        score = both.max(0) + step
    path = [int(score.argmax())]
    for back in reversed(pointers):
        path.append(int(back[path[-1]]))
    return np.array(path[::-1])


def emissions(y, mu):
    return -0.5 * (y[:, None] - mu) ** 2 - 0.5 * np.log(2 * np.pi)


# --- both ways ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "data"), CHAINS.values(), ids=list(CHAINS))
def test_step_by_step_and_by_products_agree(text, data, monkeypatch):
    found = []
    for work in (0, 10**9):
        monkeypatch.setattr(chains, "PRODUCTS", work)
        program = both(text, data).summed
        position = torch.linspace(-1, 1, 2 * program.n, dtype=torch.float64).reshape(2, -1)
        found.append(program.log_density_and_gradient(position))
    (one, its), (other, others) = found
    assert torch.allclose(one, other, rtol=1e-12)
    assert torch.allclose(its, others, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("draws", "states", "by_products"), [(1, 3, True), (1, 7, True), (40, 3, False), (1, 9, False)]
)
def test_products_are_for_few_states_beside_each_other(draws, states, by_products):
    rng = torch.Generator().manual_seed(1)
    start, pairs, seen = (
        torch.randn((draws, *shape), generator=rng, dtype=torch.float64)
        for shape in ((states,), (1, states, states), (20, states))
    )
    total, *kept = chains.sum_paths(start, pairs, seen)
    assert (len(kept) > 1) == by_products
    one_by_one = [chains.sum_paths(*x)[0] for x in zip(start, pairs, seen, strict=True)]
    torch.testing.assert_close(total, torch.stack(one_by_one))


@pytest.mark.parametrize("alike", [True, False])
@pytest.mark.parametrize("at_once", [1, 60, 10**9])
def test_derivatives_step_by_step_are_those_of_autograd(at_once, alike, monkeypatch):
    monkeypatch.setattr(chains, "PRODUCTS", 0)
    monkeypatch.setattr(chains, "AT_ONCE", at_once)
    rng = torch.Generator().manual_seed(2)
    shapes = ((2, 3), (2, 1 if alike else 7, 3, 3), (2, 7, 3))
    operands = [torch.randn(s, generator=rng, dtype=torch.float64) for s in shapes]
    operands[1][:, :, 0, 1] = -inf  # a move that is forbidden
    leaves = [x.requires_grad_() for x in operands]
    kept = chains.sum_paths(*leaves)
    g = torch.tensor([0.3, -2.0], dtype=torch.float64)
    expected = torch.autograd.grad((kept[0] * g).sum(), leaves)
    for found, want in zip(chains.sum_paths_back(g, kept, *leaves), expected, strict=True):
        torch.testing.assert_close(found, want.nan_to_num(0.0))


def test_adjoints_of_a_single_step_have_the_whole_lead():
    start, pairs, seen = torch.zeros(2, 3), torch.zeros(1, 1, 3, 3), torch.zeros(1, 0, 3)
    kept = chains.sum_paths(start, pairs, seen)
    found = chains.sum_paths_back(torch.ones(2), kept, start, pairs, seen)
    torch.testing.assert_close(found[0], torch.full((2, 3), 1 / 3))
    assert [x.shape for x in found[1:]] == [(2, 1, 3, 3), (2, 0, 3)]


@pytest.mark.parametrize("work", [0, 10**9], ids=["steps", "products"])
@pytest.mark.parametrize("length", [1, 2, 3, 64, 1000])
def test_any_length_agrees_with_numpy(length, work, monkeypatch):
    monkeypatch.setattr(chains, "PRODUCTS", work)
    rng = np.random.default_rng(length)
    y = rng.normal(5, 4, length)
    program = summed(FREE, {"y": y, "T": length})
    move, mu = rng.dirichlet([1, 1], 2), np.array([2.5, 9.0])
    values = {"move": torch.from_numpy(move)[None], "mu": torch.from_numpy(mu)[None]}
    position = program.unconstrain(values)
    value, gradient = program.log_density_and_gradient(position)
    _, jacobian = program.constrain(position)
    prior = np.log(2 * move[:, 1]).sum() + norm.logpdf(mu, 5, 3).sum()
    expected = prior + forward([0.4, 0.6], move, emissions(y, mu)) + float(jacobian)
    assert float(value) == pytest.approx(expected, rel=1e-12)
    assert gradient.isfinite().all()


# --- states -------------------------------------------------------------------------------------

FIXED = """\
dim state = 1..3
data T: int
dim time = 1..T
data y[time]: real
start[state] = [0.5, 0.3, 0.2]
move[a in state, b in state] =
    if a == b then 0.9 else if b == 1 then 0.1 else if a == 1 then 0.05 else 0
mu[state] = [-1, 0, 2]
z[1] ~ Categorical(start)
z[t in 2..T] ~ Categorical(move[z[t - 1], :])
y[t in time] ~ Normal(mu[z[t]], 1)
"""
START, MU = np.array([0.5, 0.3, 0.2]), np.array([-1.0, 0, 2])
MOVE = np.array([[0.9, 0.05, 0.05], [0.1, 0.9, 0], [0.1, 0, 0.9]])


@pytest.fixture(scope="module")
def fixed():
    y = np.random.default_rng(3).normal(MU[np.repeat([0, 2, 0, 1], 10)], 1)
    return y, nacre.compile(FIXED).fit({"y": y, "T": len(y)}, draws=4000, seed=2)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_nothing_else_latent_is_exact(fixed):
    y, fit = fixed
    assert fit.judgement.guide == "exact"
    expected = forward(START, MOVE, emissions(y, MU))
    assert fit.judgement.facts["log_evidence"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_probabilities_are_those_of_forward_and_backward(fixed):
    y, fit = fixed
    seen = emissions(y, MU)
    alpha = [np.log(START) + seen[0]]
    for step in seen[1:]:
        alpha.append(logsumexp(alpha[-1][:, None] + np.log(MOVE), axis=0) + step)
    both_ways = np.array(alpha) + backward(MOVE, seen)
    expected = np.exp(both_ways - logsumexp(both_ways, axis=1, keepdims=True))
    np.testing.assert_allclose(fit.state_probabilities()["z"], expected, atol=1e-12)


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_the_best_path_is_viterbis(fixed):
    y, fit = fixed
    found = np.asarray(fit.most_probable()["z"]).reshape(-1, len(y))
    assert (found == best_path(START, MOVE, emissions(y, MU)) + 1).all()  # states are 1..3


def test_drawn_paths_move_as_the_posterior_says(fixed):
    """Frequencies of neighbouring pairs, and none that is forbidden."""
    y, fit = fixed
    paths = fit.posterior["z"].values.reshape(-1, len(y)).astype(int) - 1  # states are 1..3
    assert (MOVE[paths[:, :-1], paths[:, 1:]] > 0).all()
    seen = emissions(y, MU)
    with np.errstate(divide="ignore"):
        alpha = [np.log(START) + seen[0]]
        for step in seen[1:]:
            alpha.append(logsumexp(alpha[-1][:, None] + np.log(MOVE), axis=0) + step)
        at, beta = 9, backward(MOVE, seen)
        log_pairs = alpha[at][:, None] + np.log(MOVE) + seen[at + 1] + beta[at + 1]
    expected = np.exp(log_pairs - logsumexp(log_pairs)).ravel()
    counts = np.bincount(paths[:, at] * 3 + paths[:, at + 1], minlength=9)
    likely = expected > 1e-3
    statistic = ((counts - 4000 * expected) ** 2 / (4000 * np.where(likely, expected, 1)))[
        likely
    ].sum()
    assert statistic < 35  # 8 degrees of freedom at most: one in 20,000


def test_the_mode_comes_with_the_best_path():
    y = np.random.default_rng(1).normal(np.repeat([3.0, 10.0, 3.0], 15), 1)
    fit = nacre.compile(ONE).fit({"y": y, "T": 45}, method="map")
    assert (fit.posterior["z"].values[0, 0] == np.repeat([0, 1, 0], 15)).all()


def test_a_fit_finds_the_regimes():
    y = np.random.default_rng(1).normal(np.repeat([3.0, 10.0, 3.0, 10.0], 15), 1)
    fit = nacre.compile(ONE).fit({"y": y, "T": 60}, draws=200, seed=1)
    assert fit.posterior["mu"].mean() == pytest.approx([3, 10], abs=0.5)
    assert (np.asarray(fit.state_probabilities()["z"])[:, 1] > 0.5).sum() == 30


def test_impossible_evidence_has_no_density():
    text = FIXED.replace("mu[state] = [-1, 0, 2]", "r ~ Beta(1, 1)\nmu[state] = [-1, 0, 2]")
    text = text.replace("0.9 else if b == 1 then 0.1", "0.9 * r + 0.1 else if b == 1 then 0.1")
    text += "observe z[2] = 2\nobserve z[3] = 3\n"
    program = summed(text, {"y": [0.0, 0.1, 0.2, 0.3], "T": 4})
    value, gradient = program.log_density_and_gradient(torch.zeros(1, 1, dtype=torch.float64))
    assert float(value) == -inf
    assert gradient.isfinite().all()


# --- the plan -----------------------------------------------------------------------------------


def test_the_plan_names_the_chain():
    (step,) = driver.elimination(graph_of(ONE.replace("data T: int\n", "").replace("T", "40")))
    assert (step.families, step.along, step.length) == (("z",), "time", 40)
    assert step.clique == ("z", "z[t - 1]")
    assert (step.table, step.size) == (4, 160)


def test_chains_that_meet_go_together():
    (step,) = driver.elimination(graph_of(CHAINS["two chains that meet in what is seen"][0]))
    assert step.families == ("z", "w")
    assert step.table == (3 * 2) ** 2


@pytest.mark.parametrize(("states", "matrix"), [(16, True), (17, False)])
def test_steps_of_coupled_chains_are_one_matrix_where_that_is_small(states, matrix):
    text = CHAINS["two chains that meet in what is seen"][0]
    text = text.replace("{low, mid, high}", f"1..{states}").replace("[1, 2, 1]", "1")
    text = text.replace("pz[k] = [0.2, 0.3, 0.5]", f"pz[s in k] = 1 / {states}")
    found = driver.elimination(graph_of(text))
    assert [s.matrix for s in found] == [matrix]


def test_what_gathers_up_states_is_refused():
    text = (
        "data T: int\ndim time = 1..T\ndata y[time]: real\nz[t in time] ~ Bernoulli(0.3)\n"
        "level[1] = 0.0\nlevel[t in 2..T] = 0.5 * level[t - 1] + z[t]\n"
        "y[t in time] ~ Normal(level[t], 1)\n"
    )
    with pytest.raises(Rejected) as refusal:
        driver.elimination(graph_of(text))
    assert [d.code for d in refusal.value.diagnostics] == ["Q626"]


# --- transformations ----------------------------------------------------------------------------


@pytest.mark.parametrize("work", [0, 10**9], ids=["steps", "products"])
def test_a_chain_runs_under_torch_func(work, monkeypatch):
    monkeypatch.setattr(chains, "PRODUCTS", work)
    program = both(*CHAINS["two regimes"]).summed
    position = torch.linspace(-1, 1, 8, dtype=torch.float64).reshape(2, 4)
    whole, gradient = program.log_density_and_gradient(position)
    one_by_one = torch.func.vmap(lambda p: program.log_density_and_gradient(p)[0])(position)
    slopes = torch.func.vmap(torch.func.grad(lambda p: program.log_density_and_gradient(p)[0]))
    assert torch.allclose(whole, one_by_one)
    assert torch.allclose(gradient, slopes(position))


def test_brackets_make_no_difference():
    joint = CHAINS["in several brackets"]
    one = joint[0].replace("m[i][z[i][t]]", "m[i, z[i, t]]").replace("z[i][t - 1]", "z[i, t - 1]")
    assert one != joint[0]
    programs = [both(text, joint[1]).summed for text in (joint[0], one)]
    position = torch.linspace(-1, 1, programs[0].n, dtype=torch.float64)[None]
    (a, da), (b, db) = (p.log_density_and_gradient(position) for p in programs)
    assert torch.equal(a, b)
    assert torch.equal(da, db)
