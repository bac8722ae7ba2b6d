"""Missing values: densities and gradients against slow ones, and against the data without gaps."""

import json
import math

import numpy as np
import pytest
import torch
from agreement import slow_log_density
from nacre.compiler import driver
from nacre.compiler.graph import Summed
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.data import bind_data
from nacre.runtime.model import Model
from programs import arrays, graph_of, program_of
from scipy import stats

NAN = None  # what JSON files, and tables once they are read, have in a gap
ROWS = "dim row\ndata x[row], y[row]: real\nb ~ Normal(0, 2)\ns ~ HalfNormal(1)\n"
LINE = ROWS + "y[i in row] ~ Normal(b * x[i], s)\n"
X, GAPPED = [1.5, -0.3, 2.2, 0.7, -1.1], [1.5, NAN, 2.2, NAN, -1.1]
Y, Y_GAPPED = [2.9, -0.8, 4.1, 1.7, -2.0], [2.9, NAN, 4.1, 1.7, NAN]
VECTORS = (
    "dim row, part = {p, q, r}\ndata y[row, part]: real\nm[k in part] ~ Normal(0, 1)\n"
    "a ~ HalfNormal(1)\nS[j in part, k in part] = 0.4 * a * (j != k) + (1 + a) * (j == k)\n"
    "y[i in row, part] ~ MvNormal(m, cov = S)\n"
)
TABLE = {"y": [[1.0, NAN, 0.3], [NAN, NAN, 2.0], [0.1, 0.2, 0.3], [NAN, NAN, NAN]]}
SERIES = (
    "data T: int\ndim time = 1..T\ndata y[time]: real\nrho ~ Uniform(-1, 1)\n"
    "y[1] ~ Normal(0, 2)\ny[t in 2..T] ~ Normal(rho * y[t - 1], 1)\n"
)

# The model, its data, and names of what is observed although it has gaps.
MODELS = {
    "imputed outcome": (LINE + "observe y missing impute\n", {"x": X, "y": Y_GAPPED}),
    "imputed covariate": (
        LINE + "m ~ Normal(0, 1)\nx[i in row] ~ Normal(m, 1)\nobserve x missing impute\n",
        {"x": GAPPED, "y": Y},
    ),
    "imputed both, one of them positive": (
        ROWS.replace("data x[row], y[row]: real", "data x[row]: positive\ndata y[row]: real")
        + "x[i in row] ~ Gamma(2, exp(b))\ny[i in row] ~ Normal(log(x[i]), s)\n"
        + "observe x missing impute\nobserve y missing impute\n",
        {"x": [1.5, NAN, 2.2, NAN, 0.1], "y": Y_GAPPED},
    ),
    "a support that depends on a parameter": (
        ROWS + "x[i in row] ~ Uniform(-3 - s, 3 + s)\n"
        "y[i in row] ~ Normal(x[i], 1) on (x[i] - 5, inf)\n"
        "observe x missing impute\n",
        {"x": GAPPED, "y": Y},
    ),
    "dropped": (LINE + "observe y missing drop\n", {"x": X, "y": Y_GAPPED}),
    "dropped, nothing left": (LINE + "observe y missing drop\n", {"x": X, "y": [NAN] * 5}),
    "nothing missing": (LINE + "observe y missing impute\n", {"x": X, "y": Y}),
    "dropped within ends": (
        ROWS + "y[i in row] ~ Normal(b, s) on (x[i] - 9, 9)\nobserve y missing drop\n",
        {"x": X, "y": Y_GAPPED},
    ),
    "dropped counts": (
        "dim row\ndata n[row], k[row]: count\np ~ Beta(2, 2)\n"
        "k[i in row] ~ Binomial(n[i], p)\nobserve k missing marginalise\n",
        {"n": [3, 0, 7], "k": [1, NAN, 7]},
    ),
    "dropped words": (
        "dim row, kind = {a, b, c}\ndata k[row]: kind\np[kind] ~ Dirichlet([1, 2, 3])\n"
        "k[i in row] ~ Categorical(p)\nobserve k missing drop\n",
        {"k": ["a", "", "c", "c"]},
    ),
    "a table with another plate": (
        "dim row, item = {u, v}\ndata y[row, item]: real\na[j in item] ~ Normal(0, 1)\n"
        "y[i in row, j in item] ~ Normal(a[j], 1)\nobserve y missing drop\n",
        {"y": [[1.0, NAN], [NAN, 2.0], [0.5, 0.7]]},
    ),
    "a range": (
        "data T: int\ndim time = 1..T\ndata y[time]: real\nmu ~ Normal(0, 1)\n"
        "y[t in 2..T] ~ Normal(mu * t, 1)\nobserve y missing drop\n",
        {"T": 4, "y": [NAN, 1.0, NAN, 3.0]},
    ),
    "one number": (
        "data y: real\nmu ~ Normal(0, 1)\ny ~ Normal(mu, 1)\nobserve y missing drop\n",
        {"y": NAN},
    ),
    "vectors, dropped": (VECTORS + "observe y missing drop\n", TABLE),
    "vectors, integrated": (VECTORS + "observe y missing marginalise\n", TABLE),
    "vectors by their factor": (
        VECTORS.replace("cov = S", "chol = L").replace(
            "S[j in part, k in part] = 0.4 * a * (j != k) + (1 + a) * (j == k)",
            "L = [[1 + a, 0, 0], [0.5, 1, 0], [a, -0.3, 2]]",
        )
        + "observe y missing marginalise\n",
        TABLE,
    ),
    "one vector": (
        "dim time = 1..4\ndata y[time]: real\nm ~ Normal(0, 1)\n"
        "C[i in time, j in time] = exp(-(i - j)^2 / 8) + 0.1 * (i == j)\n"
        "y ~ MvNormal(m, cov = C)\nobserve y missing marginalise\n",
        {"y": [0.3, NAN, 0.7, NAN]},
    ),
    "vectors, imputed": (VECTORS + "observe y missing impute\n", TABLE),
    "a series": (SERIES + "observe y missing impute\n", {"T": 5, "y": [0.5, NAN, NAN, 1.2, NAN]}),
    "a series without its first": (
        SERIES + "observe y missing impute\n",
        {"T": 3, "y": [NAN, 0.2, 0.4]},
    ),
    "a series and one that it follows": (
        "data T: int\ndim time = 1..T\ndata y[time], x[time]: real\nrho ~ Normal(0, 1)\n"
        "x[1] ~ Normal(0, 1)\nx[t in 2..T] ~ Normal(rho * y[t - 1], 1)\n"
        "y[1] ~ Normal(x[1], 1)\ny[t in 2..T] ~ Normal(x[t] - rho * x[t - 1], 1)\n"
        "observe x missing impute\n",
        {"T": 4, "x": [NAN, 0.5, NAN, 1.2], "y": [0.1, 0.7, -0.3, 1.0]},
    ),
    "a moving average": (
        "data T: int\ndim time = 1..T\ndata y[time]: real\nmu ~ Normal(0, 1)\n"
        "th ~ Normal(0, 1)\nnu[1] = mu\nnu[t in 2..T] = mu + th * err[t - 1]\n"
        "err[t in time] = y[t] - nu[t]\ny[t in time] ~ Normal(nu[t], 1)\n"
        "observe y missing impute\n",
        {"T": 4, "y": [0.5, NAN, 1.2, NAN]},
    ),
}
EVERY = pytest.mark.parametrize("name", MODELS)


def program(name):
    text, data = MODELS[name]
    return program_of(graph_of(text), data)


def position_of(program, *batch):
    rng = torch.Generator().manual_seed(7)
    return 0.6 * torch.randn((*batch, program.n), generator=rng, dtype=torch.float64)


@EVERY
def test_the_density_is_what_the_model_says(name):
    p = program(name)
    values, jacobian = p.constrain(position_of(p))
    expected = slow_log_density(p.graph, p.bound, arrays(values))
    assert float(p.log_density(values)) == pytest.approx(expected, abs=1e-9)
    both = float(p.log_density_and_gradient(position_of(p))[0])
    assert both - float(jacobian) == pytest.approx(expected, abs=1e-9)


@EVERY
def test_the_written_gradient_is_that_of_autograd(name):
    p = program(name)
    at = position_of(p).requires_grad_()
    values, jacobian = p.constrain(at)
    (expected,) = torch.autograd.grad(p.log_density(values) + jacobian, at)
    torch.testing.assert_close(p.log_density_and_gradient(at.detach())[1], expected)


@EVERY
def test_batches_and_vmap_agree_with_single_positions(name):
    p = program(name)
    at = position_of(p, 3, 2)
    batched = p.log_density_and_gradient(at)
    each = torch.func.vmap(torch.func.vmap(p.log_density_and_gradient))(at)
    one = p.log_density_and_gradient(at[1, 1])
    for got, mapped, single in zip(batched, each, one, strict=True):
        torch.testing.assert_close(got, mapped)
        torch.testing.assert_close(got[1, 1], single)


@EVERY
def test_values_and_positions_are_inverse(name):
    p = program(name)
    at = position_of(p, 2)
    torch.testing.assert_close(p.unconstrain(p.constrain(at)[0]), at)


@EVERY
def test_every_coordinate_has_a_name(name):
    p = program(name)
    assert len(p.coordinates) == len(set(p.coordinates)) == p.n


def test_an_imputed_element_is_named_by_its_label():
    text = MODELS["imputed covariate"][0].replace("dim row", "dim row = {a, b, c, d, e}")
    p = program_of(graph_of(text), MODELS["imputed covariate"][1])
    assert p.coordinates[-2:] == ("x[b]", "x[d]")
    assert p.imputed == {"x": ("x[b]", "x[d]")}


def test_imputation_is_the_whole_data_with_the_values_put_in():
    text, data = MODELS["imputed covariate"]
    p = program_of(graph_of(text), data)
    whole = program_of(graph_of(text), {**data, "x": X})
    values, _ = p.constrain(position_of(p))
    values["x"] = torch.tensor(X, dtype=torch.float64)
    rest = {n: v for n, v in values.items() if n != "x"}
    assert whole.n == p.n - 2
    torch.testing.assert_close(p.log_density(values), whole.log_density({**rest, "x": values["x"]}))


def test_to_drop_is_to_leave_the_rows_out():
    text, data = MODELS["dropped"]
    kept = [i for i, y in enumerate(Y_GAPPED) if y is not NAN]
    p = program_of(graph_of(text), data)
    short = program_of(graph_of(LINE), {n: [data[n][i] for i in kept] for n in ("x", "y")})
    at = position_of(p, 3)
    torch.testing.assert_close(p.log_density_and_gradient(at), short.log_density_and_gradient(at))


def test_a_vector_without_some_numbers_has_the_density_of_the_others():
    p = program("one vector")
    i = np.arange(4)
    cov = np.exp(-((i[:, None] - i) ** 2) / 8) + 0.1 * np.eye(4)
    here = [0, 2]
    expected = stats.multivariate_normal.logpdf([0.3, 0.7], [0.2, 0.2], cov[np.ix_(here, here)])
    got = p.log_terms({"m": torch.tensor(0.2, dtype=torch.float64)})["y"]
    assert float(got) == pytest.approx(expected, abs=1e-10)


# --- states -------------------------------------------------------------------------------------

KINDS = (
    "dim row, kind = {a, b}\ndata k[row]: kind\ndata y[row]: real\n"
    "mu[c in kind] ~ Normal(0, 3)\nk[i in row] ~ Categorical(p)\np[kind] = [0.3, 0.7]\n"
    "y[i in row] ~ Normal(mu[k[i]], 1)\n"
)
KINDS_SEEN = {"k": ["a", NAN, "b", ""], "y": [0.3, 1.4, 2.2, -0.5]}


@pytest.mark.parametrize("rule", ["impute", "marginalise"])
def test_missing_states_are_summed_out(rule):
    graph = graph_of(KINDS + f"observe k missing {rule}\n")
    cut = driver.marginalised(driver.pruned(graph))
    assert isinstance(cut.graph.nodes["k"].role, Summed)
    p = program_of(graph, KINDS_SEEN, cut=cut)
    mu = np.array([0.5, 1.5])
    prior = np.log([0.3, 0.7])
    joint = prior + stats.norm.logpdf(np.array(KINDS_SEEN["y"])[:, None], mu, 1)
    expected = stats.norm.logpdf(mu, 0, 3).sum() + joint[0, 0] + joint[2, 1]
    expected += sum(np.logaddexp(*joint[i]) for i in (1, 3))
    got, _ = p.log_density_and_gradient(torch.tensor(mu))  # `mu` has no Jacobian
    assert float(got) == pytest.approx(expected, abs=1e-10)


def test_states_that_nothing_reads_have_no_term():
    graph = graph_of(KINDS.partition("y[i in row] ~")[0] + "observe k missing marginalise\n")
    p = program_of(graph, KINDS_SEEN)
    expected = np.log(0.3) + np.log(0.7)
    assert float(p.log_terms({"mu": torch.zeros(2)})["k"]) == pytest.approx(expected)


def test_a_mixture_of_incomplete_outcomes():
    text = KINDS.replace("data k[row]: kind\n", "") + "observe y missing drop\n"
    data = {"y": [0.3, NAN, 2.2]}
    graph = graph_of(text)
    mu = torch.tensor([0.5, 1.5], dtype=torch.float64)
    found = [
        program_of(
            graph, d, cut=driver.marginalised(driver.pruned(graph))
        ).log_density_and_gradient(mu)
        for d in (data, {"y": [0.3, 2.2]})
    ]
    torch.testing.assert_close(*found)


# --- fits ---------------------------------------------------------------------------------------

PAIR = (
    "dim row = 1..2\ndata x[row], y[row]: real\n"
    "x[i in row] ~ Normal(1, 2)\ny[i in row] ~ Normal(x[i], 1)\nobserve x missing impute\n"
)
PAIR_SEEN = {"x": [0.5, NAN], "y": [0.4, 3.0]}
# x[2] given y[2] = 3: precision 1/4 + 1, mean (1/4 + 3) / that
PAIR_MEAN, PAIR_SD = 3.25 / 1.25, 1.25**-0.5


def test_a_fit_brings_back_what_was_missing_with_its_label():
    fit = Model.compile(PAIR).fit(PAIR_SEEN, seed=3)
    assert list(fit.summary()) == ["x[2]"]
    row = fit.summary()["x[2]"]
    assert row["mean"] == pytest.approx(PAIR_MEAN, abs=0.1)
    assert row["sd"] == pytest.approx(PAIR_SD, abs=0.1)
    draws = fit.posterior["x"].sel(row=1).values
    np.testing.assert_allclose(draws, 0.5)


def test_a_saved_fit_shows_the_missing_elements_alone(tmp_path):
    import nacre

    fit = Model.compile(PAIR).fit(PAIR_SEEN, steps=50, seed=3)
    fit.save(tmp_path / "fit")
    assert list(nacre.load_fit(tmp_path / "fit").summary()) == ["x[2]"]


GUIDE = "guide {\n    param m[row]: real\n    param s[row]: positive\n"


def test_a_guide_of_ones_own_draws_the_missing_elements():
    text = PAIR + GUIDE + "    x[i in row] ~ Normal(m[i], s[i])\n}\n"
    fit = Model.compile(text).fit(PAIR_SEEN, seed=3, steps=3000)
    row = fit.summary()["x[2]"]
    assert row["mean"] == pytest.approx(PAIR_MEAN, abs=0.1)
    assert row["sd"] == pytest.approx(PAIR_SD, abs=0.1)
    # with the exact guide, log p - log q is the evidence: what is seen has no part in log q
    evidence = (
        stats.norm.logpdf(0.5, 1, 2) + stats.norm.logpdf(0.4, 0.5, 1)
        + stats.norm.logpdf(3.0, 1, 5**0.5)
    )  # fmt: skip
    assert fit.judgement.facts["elbo"] == pytest.approx(evidence, abs=0.05)


def test_a_guide_that_forgets_the_missing_elements_is_refused():
    text = PAIR + "z ~ Normal(0, 1)\nguide {\n    param m: real\n    z ~ Normal(m, 1)\n}\n"
    with pytest.raises(Rejected, match="E363"):
        Model.compile(text)


def test_a_guide_may_read_what_it_imputes():
    text = (
        PAIR + "z ~ Normal(x[2], 1)\nobserve z = 3\n" + GUIDE
        + "    x[i in row] ~ Normal(m[i], s[i])\n}\n"
    )  # fmt: skip
    fit = Model.compile(text).fit(PAIR_SEEN, seed=3, steps=4000)
    assert fit.summary()["x[2]"]["mean"] == pytest.approx(6.25 / 2.25, abs=0.15)


def test_missing_states_come_back_from_a_fit():
    fit = Model.compile(KINDS + "observe k missing impute\n").fit(KINDS_SEEN, seed=1)
    assert [n for n in fit.summary() if n.startswith("k")] == ["k[2]", "k[4]"]


def test_simulation_draws_everything():
    draws = Model.compile(LINE + "x[i in row] ~ Normal(0, 1)\nobserve x missing impute\n").simulate(
        50, {"x": GAPPED, "y": Y}, seed=1
    )
    assert all(torch.isfinite(v).all() for v in draws.values())


# --- evidence besides ---------------------------------------------------------------------------


def test_an_element_that_is_given_besides_is_not_imputed():
    model = Model.compile(MODELS["imputed covariate"][0])
    data = MODELS["imputed covariate"][1]
    given = model.condition({"x[2]": 0.25, "x[1]": -3.0}).program(data)
    whole = program_of(
        graph_of(MODELS["imputed covariate"][0]), {**data, "x": [-3, 0.25, 2.2, NAN, -1.1]}
    )
    assert given.coordinates == whole.coordinates
    at = position_of(given, 2)
    torch.testing.assert_close(
        given.log_density_and_gradient(at), whole.log_density_and_gradient(at)
    )


def test_an_element_that_is_given_besides_is_scored():
    model, data = Model.compile(MODELS["dropped"][0]), MODELS["dropped"][1]
    given = model.condition({"y[2]": 0.25}).program(data)
    whole = program_of(graph_of(MODELS["dropped"][0]), {**data, "y": [2.9, 0.25, 4.1, 1.7, NAN]})
    at = position_of(given, 2)
    torch.testing.assert_close(
        given.log_density_and_gradient(at), whole.log_density_and_gradient(at)
    )


def test_a_variable_given_as_a_whole_has_no_gaps():
    model, data = Model.compile(MODELS["imputed covariate"][0]), MODELS["imputed covariate"][1]
    given = model.condition({"x": X}).program(data)
    plain = program_of(graph_of(MODELS["imputed covariate"][0]), {**data, "x": X})
    at = position_of(given, 2)
    torch.testing.assert_close(
        given.log_density_and_gradient(at), plain.log_density_and_gradient(at)
    )


def test_do_on_imputed_data_feeds_the_children():
    model, data = Model.compile(MODELS["imputed covariate"][0]), MODELS["imputed covariate"][1]
    done = model.do({"x": 1.0}).program(data)
    values, _ = done.constrain(position_of(done))
    got = done.log_terms(values)["y"]
    expected = stats.norm.logpdf(Y, float(values["b"]), float(values["s"])).sum()
    assert float(got) == pytest.approx(expected)


# --- data ---------------------------------------------------------------------------------------


def test_a_value_that_is_there_is_still_checked():
    text = "dim row\ndata p[row]: unit\np[i in row] ~ Beta(2, 2)\nobserve p missing drop\n"
    with pytest.raises(Rejected, match=r"`p\[3\]` is 1.5"):
        bind_data(graph_of(text), {"p": [0.5, NAN, 1.5]})


def test_without_the_statement_the_error_offers_it():
    with pytest.raises(Rejected, match="observe y missing"):
        bind_data(graph_of(LINE), {"x": X, "y": Y_GAPPED})


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_files_say_that_a_value_is_missing(ending, tmp_path):
    path = tmp_path / f"d.{ending}"
    if ending == "json":
        path.write_text(json.dumps({"x": X, "y": Y_GAPPED}))
    else:
        rows = [f"{x},{'' if y is NAN else y}" for x, y in zip(X, Y_GAPPED, strict=True)]
        path.write_text("\n".join(["x,y", *rows]))
    text = MODELS["imputed outcome"][0]
    p = Model.compile(text).program(str(path))
    assert p.imputed == {"y": ("y[2]", "y[5]")}


LEARNT = """\
dim dog = 1..2, trial = 1..4
data y[dog, trial]: bool
b ~ Normal(0, 1)
before[j in dog, t in trial] = %s
y[j in dog, t in trial] ~ Bernoulli(logit = b + 2 * before[j, t])
observe y missing impute
"""


@pytest.mark.parametrize(
    ("written", "before"),
    [
        ("if t > 1 then y[j, t - 1] else 0", lambda seen: seen[-1] if seen else 0.0),
        ("sum(s in 1..t - 1)(y[j, s])", sum),
    ],
    ids=["the last", "all"],
)
def test_states_that_a_definition_hands_on_are_summed_out(written, before):
    y = [[0.0, None, 1.0, 1.0], [None, 1.0, 1.0, 0.0]]
    graph = graph_of(LEARNT % written)
    program = program_of(graph, {"y": y}, cut=driver.marginalised(driver.pruned(graph)))
    position = torch.tensor([[0.3], [-1.1]], dtype=torch.float64)
    found, _ = program.log_density_and_gradient(position)

    def joint(b, filled):
        total = -0.5 * b**2 - 0.5 * math.log(2 * math.pi)
        for dog in filled:
            for t, seen in enumerate(dog):
                eta = b + 2 * before(dog[:t])
                total += -math.log1p(math.exp(-eta if seen else eta))
        return total

    for b, value in zip(position[:, 0].tolist(), found.tolist(), strict=True):
        every = [
            joint(b, [[0.0, first, 1.0, 1.0], [second, 1.0, 1.0, 0.0]])
            for first in (0.0, 1.0)
            for second in (0.0, 1.0)
        ]
        assert value == pytest.approx(math.log(sum(map(math.exp, every))), rel=1e-12)
