"""Recurrences along labels: against the same models with numbers, and a slow evaluator."""

import re
from datetime import date, timedelta

import nacre
import numpy as np
import pytest
import torch
from agreement import slow_log_density
from chain_models import CHAINS
from clause_models import CLAUSES
from enumeration import both
from nacre.grammar.diagnostic import Rejected
from nacre.runtime.data import bind_data, read_data
from programs import graph_of, program_of
from scipy.special import logsumexp
from scipy.stats import norm
from test_recurrences import MODELS, data_for

# Those that use labels as numbers in no other way than to count steps.
COUNTED = {
    name: text
    for name, text in {**MODELS, **CLAUSES}.items()
    if name
    in {
        "data alone",
        "through a parameter",
        "functions of one number",
        "two lags",
        "the last clause first",
        "a branch",
        "mutual in clauses",
        "a plate before",
        "a plate behind, and across it",
        "random and computed",
        "restricted",
        "observed in clauses",
        "a weighted past, from lags",
        "a weighted past, of other places",
        "forward algorithm",
        "vector autoregression",
        "vector autoregression of the data",
        "over different plates",
        "another index that moves",
        "clauses that begin at different places",
        "the first element, always",
        "a guarded lag",
        "a guard instead of a clause",
        "sums of what was observed before",
        "one value that was observed",
        "a sum of lags",
        "a flat beginning",
        "heavier steps",
        "positive, from two families",
        "ends that differ",
        "mixtures after the first",
        "seen from two families",
    }
}
RULES = (  # from numbers to labels in order
    (r"\blast\b", "total"),
    (r"data T: int\ndim time = 1\.\.T", "dim time"),
    (r"\bw\[k in time\] = exp\(-k / 3\)", "w[k in time] = exp(-(k - first + 1) / 3)"),
    (r"sum\(k in 1\.\.t - 1\)\(x\[t - k\] \* w\[k\]\)",
     "sum(k in first..t - 1)(x[t - (k - first + 1)] * w[k])"),
    (r"w\[j\] / t\b", "w[j] / (t - first + 1)"),
    (r"x\[t \+ 1 - j\]", "x[t - (j - first)]"),
    (r"\[1\]", "[first]"),
    (r"(?<=\w)\[1,", "[first,"),
    (r", 1\]", ", first]"),
    (r"\[2\]", "[first + 1]"),
    (r"\[T\]", "[last]"),
    (r"\[T,", "[last,"),
    (r"\b2\.\.T", "first + 1..last"),
    (r"\b3\.\.T", "first + 2..last"),
    (r"\b1\.\.t", "first..t"),
    (r"\bt > 2\b", "t > first + 1"),
    (r"\bt > 1\b", "t > first"),
)  # fmt: skip
DAYS = [str(date(2024, 2, 27) + timedelta(days=k)) for k in range(7)]


def in_order(text: str) -> str:
    for pattern, new in RULES:
        text = re.sub(pattern, new, text)
    assert "T" not in re.findall(r"\b\w+\b", text), text
    return text


def dated(data):
    return {**{k: v for k, v in data.items() if k != "T"}, "time": DAYS[: int(data["T"])]}


def log_density_and_gradient(text, data):
    program = program_of(graph_of(text), data)
    position = torch.from_numpy(np.random.default_rng(2).normal(size=(2, program.n)) / 2)
    return program, position, *program.log_density_and_gradient(position)


@pytest.mark.parametrize("text", COUNTED.values(), ids=list(COUNTED))
def test_labels_in_order_mean_what_their_numbers_would(text):
    data = data_for(text)
    _, _, expected, slope = log_density_and_gradient(text, data)
    program, position, value, gradient = log_density_and_gradient(in_order(text), dated(data))
    torch.testing.assert_close(value, expected, rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(gradient, slope, rtol=1e-12, atol=1e-12)
    values, log_jacobian = program.constrain(position)
    one = {name: v.numpy()[1] for name, v in values.items()}
    slow = slow_log_density(program.graph, program.bound, one)
    assert slow + log_jacobian[1].item() == pytest.approx(value[1].item(), rel=1e-10, abs=1e-10)


CHAINED = ("two regimes", "a chain for each unit", "in several brackets", "time before units")


@pytest.mark.parametrize("name", CHAINED)
def test_chains_along_dates_are_summed_out(name):
    text, data = CHAINS[name]
    text = in_order(text)
    made = both(text, dated(data))
    position = made.positions(2)
    values, log_jacobian = made.summed.constrain(position)
    expected = torch.logsumexp(made.log_joint(values, 2), 0) + log_jacobian
    value, gradient = made.summed.log_density_and_gradient(position)
    torch.testing.assert_close(value, expected, rtol=1e-10, atol=1e-10)
    for k in range(made.summed.n):
        step = torch.zeros(made.summed.n, dtype=torch.float64)
        step[k] = 1e-6
        up, down = (made.summed.log_density_and_gradient(position + s)[0] for s in (step, -step))
        torch.testing.assert_close(gradient[:, k], (up - down) / 2e-6, rtol=1e-5, atol=1e-6)


REGIMES = """\
dim regime = {calm, wild}, time
data y[time]: real
sigma[r in regime] ~ HalfNormal(1)
move[r in regime, regime] ~ Dirichlet([9.0, 1.0])
start[regime] = [0.3, 0.7]
"""
SPELLINGS = (
    "z[first] ~ Categorical(start)\nz[t in time, t > first] ~ Categorical(move[z[t - 1], :])\n",
    "z[first] ~ Categorical(start)\nz[t in first + 1..last] ~ Categorical(move[z[t - 1], :])\n",
    "z[t in time, t == first] ~ Categorical(start)\n"
    "z[t in time, first < t and t <= last] ~ Categorical(move[z[t - 1], :])\n",
    "z[t in time] ~ Categorical(if t == first then start else move[z[t - 1], :])\n",
    "z[t in time] ~ Categorical(if t > first then move[z[t - 1], :] else start)\n",
    "z[t in time] ~ Categorical(if t - first > 0 then move[z[t - 1], :] else start)\n",
)
SEEN = "y[t in time] ~ Normal(0, sigma[z[t]])\n"
Y = np.array([0.1, -0.2, 2.1, -1.4, 0.3])


@pytest.mark.parametrize("clauses", SPELLINGS)
def test_regimes_are_summed_out_however_the_beginning_is_written(clauses):
    program = both(REGIMES + clauses + SEEN, {"y": Y, "time": DAYS[:5]}).summed
    position = torch.from_numpy(np.random.default_rng(3).normal(size=(1, program.n)))
    values, log_jacobian = program.constrain(position)
    sigma, move = values["sigma"][0].numpy(), values["move"][0].numpy()
    alpha = np.log([0.3, 0.7]) + norm.logpdf(Y[0], 0, sigma)
    for y in Y[1:]:
        alpha = logsumexp(alpha[:, None] + np.log(move), axis=0) + norm.logpdf(y, 0, sigma)
    prior = (norm.logpdf(sigma) + np.log(2)).sum()
    prior += sum(np.log(9) + 8 * np.log(row[0]) for row in move)  # Dirichlet(9, 1)
    found = program.log_density_and_gradient(position)[0] - log_jacobian
    assert found.item() == pytest.approx(logsumexp(alpha) + prior, rel=1e-10)


BEGINNINGS = ("[0.5, 0.5]", "uniform", "logit = [0, 0]")


@pytest.mark.parametrize("start", BEGINNINGS)
@pytest.mark.parametrize("then", ["move[z[t - 1], :]", "move[calm, :]"])
def test_the_first_clause_draws_the_labels_of_the_others(start, then):
    """Also where the other clauses do not read the family, and in any order."""
    model = REGIMES.replace("start[regime] = [0.3, 0.7]\n", "start[regime] = [0.5, 0.5]\n")
    data = {"y": Y, "time": DAYS[:5]}
    rest = f"z[t in time, t > first] ~ Categorical({then})\n" + SEEN
    spelled = model + "z[first] ~ Categorical(start)\n" + rest
    for text in (f"z[first] ~ Categorical({start})\n" + rest,
                 rest + f"z[first] ~ Categorical({start})\n"):  # fmt: skip
        program, expected = (both(t, data).summed for t in (model + text, spelled))
        position = torch.linspace(-1, 1, program.n, dtype=torch.float64)[None]
        found = program.log_density_and_gradient(position)
        wanted = expected.log_density_and_gradient(position)
        torch.testing.assert_close(found[0], wanted[0])
        torch.testing.assert_close(found[1], wanted[1])


def test_uniform_over_labels_of_the_data():
    text = (
        "dim place, animal\ndata at[animal]: place\nat[first] ~ Categorical(uniform)\n"
        "move[p in place, place] ~ Dirichlet(1)\n"
        "at[a in animal, a > first] ~ Categorical(move[at[a - 1], :])\n"
    )
    data = {"at": ["pond", "wood", "pond", "field"]}
    move = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]])
    graph = graph_of(text)
    slow = slow_log_density(graph, bind_data(graph, data), {"move": move})
    path = np.log([1 / 3, move[0, 1], move[1, 0], move[0, 2]]).sum()
    assert slow == pytest.approx(path + 3 * np.log(2))  # Dirichlet(1) is flat, at 1 / area
    found = nacre.compile(text).log_density({"move": move}, data)
    assert found.item() == pytest.approx(slow)


WALK = """\
dim day
data y[day]: real
x[first] ~ Normal(0, 2)
x[t in day, t > first] ~ Normal(x[t - 1], 0.5)
y[t in day] ~ Normal(x[t], 1)
"""


def test_summaries_queries_and_draws_speak_in_labels():
    model = nacre.compile(WALK)
    data = {"day": DAYS[:4], "y": [1.0, 2.0, 2.5, 1.0]}
    assert "x[2024-02-28]" in str(model.fit(data, seed=1).summary())
    given = model.condition({"x[2024-02-28]": 0.5})
    x = np.array([0.3, 0.5, -0.2, 0.1])
    expected = norm.logpdf(x[0], 0, 2) + norm.logpdf(np.diff(x), 0, 0.5).sum()
    expected += norm.logpdf(data["y"], x, 1).sum()
    assert given.log_density({"x": x}, data).item() == pytest.approx(expected)
    with pytest.raises(Rejected, match="2024-03-28"):
        model.condition({"x[2024-03-28]": 0.5}).log_density({"x": x}, data)
    done = model.do({"x[2024-02-28]": 0.5})
    x[1] = 9  # what it would be does not matter to what comes after it
    expected = norm.logpdf(x[0], 0, 2) + norm.logpdf(9, x[0], 0.5)
    expected += norm.logpdf(x[2], 0.5, 0.5) + norm.logpdf(x[3], x[2], 0.5)
    expected += norm.logpdf(data["y"], [x[0], 0.5, x[2], x[3]], 1).sum()
    assert done.log_density({"x": x}, data).item() == pytest.approx(expected)


def test_a_state_is_given_by_its_date():
    model = nacre.compile(REGIMES + SPELLINGS[0] + SEEN)
    data = {"time": DAYS[:5], "y": Y}
    numbers = nacre.compile(
        REGIMES.replace(", time", "\ndata T: int\ndim time = 1..T")
        + "z[1] ~ Categorical(start)\nz[t in 2..T] ~ Categorical(move[z[t - 1], :])\n"
        + SEEN
    )
    given = model.condition({"z[2024-02-29]": "wild"}).fit(data, seed=1)
    same = numbers.condition({"z[3]": "wild"}).fit({"T": 5, "y": Y}, seed=1)
    shown, counted = str(given.summary()), str(same.summary())
    assert "z[2024-02-28]" in shown and "z[2]" in counted
    assert re.findall(r"sigma.*", shown) == re.findall(r"sigma.*", counted)
    rows = [line.split("]")[1].split() for line in shown.splitlines() if line.startswith("z[")]
    assert rows == [
        line.split("]")[1].split() for line in counted.splitlines() if line.startswith("z[")
    ]


def test_steps_are_drawn_from_the_label_before():
    draws = nacre.compile(WALK).simulate(20_000, {"day": [1990, 1995, 2000]}, seed=4)
    x = draws["x"].numpy()
    np.testing.assert_allclose(x.var(0), [4, 4.25, 4.5], rtol=0.05)
    assert np.corrcoef(x[:, 0], np.diff(x)[:, 0])[0, 1] == pytest.approx(0, abs=0.03)


def test_stages_that_the_model_lists_are_in_its_order():
    text = (
        "dim stage = {egg, larva, adult}, animal\ndata seen[animal]: stage\ndata w[animal]: real\n"
        "m[first] ~ Normal(0, 1)\nm[s in stage, s > first] ~ Normal(m[s - 1], 0.1)\n"
        "late[a in animal] = if seen[a] > first + 1 then 1 else 0\n"
        "w[a in animal] ~ Normal(m[seen[a]] + late[a] * (seen[a] - first), 1)\n"
    )
    m, seen = np.array([0.1, 0.4, 0.3]), [2, 0, 1]
    data = {"seen": ["adult", "egg", "larva"], "w": [1.0, 0.5, 0.2]}
    expected = norm.logpdf(m[0]) + norm.logpdf(np.diff(m), 0, 0.1).sum()
    expected += norm.logpdf(data["w"], m[seen] + np.array([2, 0, 0]), 1).sum()
    graph = graph_of(text)
    assert nacre.compile(text).log_density({"m": m}, data).item() == pytest.approx(expected)
    slow = slow_log_density(graph, bind_data(graph, data), {"m": m})
    assert slow == pytest.approx(expected)


def test_windows_and_differences_of_places():
    text = (
        "dim time\ndata y[time]: real\n"
        "m[t in time] = sum(s in max(first, t - 2)..t - 1)(y[s] / (t - s + 1))\n"
        "left[t in time] = last - t\n"
        "y[t in time] ~ Normal(m[t] + left[t], 1)\n"
    )
    y = np.array([0.5, 1.0, -1.0, 2.0, 0.1])
    m = [sum(y[s] / (t - s + 1) for s in range(max(0, t - 2), t)) for t in range(5)]
    expected = norm.logpdf(y, np.array(m) + np.arange(5)[::-1], 1).sum()
    found = nacre.compile(text).log_density({}, {"time": DAYS[:5], "y": y})
    assert found.item() == pytest.approx(expected)


def test_part_of_the_data_is_observed_by_a_guard():
    text = (
        "dim time, unit\ndata y[unit, time]: real\na ~ Normal(0, 1)\n"
        "y[i in unit, t in time, t > first, t < last] ~ Normal(a * y[i, t - 1], 1)\n"
    )
    y = np.random.default_rng(1).normal(size=(2, 5))
    found = nacre.compile(text).log_density({"a": 0.5}, {"time": DAYS[:5], "y": y})
    expected = norm.logpdf(0.5) + norm.logpdf(y[:, 1:4], 0.5 * y[:, :3], 1).sum()
    assert found.item() == pytest.approx(expected)


# --- the order of labels that come with the data ------------------------------------------------


def notes_of(data):
    return [n for n in bind_data(graph_of(WALK), data).notes if "day" in n]


@pytest.mark.parametrize(
    "labels",
    [
        [3, 2, 1],
        [2001, 2003, 2002],
        ["2024-01-02", "2024-01-10", "2024-01-03"],
        ["2024-1-2", "2024-1-10", "2024-1-3"],
        ["2023Q4", "2024Q2", "2024Q1"],
        ["1.5", "10", "2"],
    ],
)
def test_a_list_that_goes_down_is_refused(labels):
    with pytest.raises(Rejected, match="D462"):
        bind_data(graph_of(WALK), {"day": labels, "y": [1, 2, 3]})
    unordered = "dim day\ndata y[day]: real\ny[t in day] ~ Normal(0, 1)\n"
    assert bind_data(graph_of(unordered), {"day": labels, "y": [1, 2, 3]}).labels["day"] == (
        tuple(labels)
    )


def test_rows_of_a_table_are_put_in_order(tmp_path):
    rows = tmp_path / "rows.csv"
    rows.write_text("day,y\n2024-01-10,1\n2024-01-9,2\n2024-02-1,3\n")
    bound = bind_data(graph_of(WALK), read_data([rows]))
    assert bound.labels["day"] == ("2024-01-9", "2024-01-10", "2024-02-1")
    assert bound.tensors["y"].tolist() == [2, 1, 3]
    assert "put in order" in " ".join(bound.notes)


def test_an_order_that_nobody_can_know_is_told():
    assert notes_of({"day": ["mon", "tue", "wed"], "y": [1, 2, 3]}) == [
        "`day` runs in the order of the data: mon, tue, wed"
    ]
    assert notes_of({"day": [1990, 1991, 1995], "y": [1, 2, 3]}) == [
        "`day` has no label between 1991 and 1995: they are one step apart"
    ]
    assert notes_of({"y": [1, 2, 3]}) == []


def test_numbers_beside_places_are_refused_where_they_could_be_meant_as_labels():
    text = WALK.replace("t > first", "t > 1990")
    with pytest.raises(Rejected, match="E462"):
        graph_of(text)


def test_ends_of_two_dimensions_that_count():
    plain = (
        "data n, m: int\ndim row = 1..n, col = 1..m\ndata y[row, col]: real\na ~ Normal(0, 1)\n"
        "c[1, 1] = a\nc[1, j in 2..m] = c[1, j - 1] / 2\nc[i in 2..n, 1] = c[i - 1, 1] / 3\n"
        "c[i in 2..n, j in 2..m] = c[i - 1, j] + a * c[i, j - 1]\n"
        "y[i in row, j in col] ~ Normal(c[i, j], 1)\n"
    )
    text = re.sub(r"2\.\.[nm]", "first + 1..last", plain)
    text = re.sub(r"\[1, ", "[first, ", text).replace(", 1]", ", first]")
    assert text.count("first") == 10
    data = {"n": 3, "m": 2, "y": np.arange(6.0).reshape(3, 2)}
    _, _, expected, slope = log_density_and_gradient(plain, data)
    _, _, value, gradient = log_density_and_gradient(text, data)
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(gradient, slope)


@pytest.mark.parametrize(
    "rest",
    [
        # by what they are declared over
        "y[first] ~ Normal(0, 1)\ny[t in first + 1..last] ~ Normal(a, 1)\n",
        # by the slot in which their index stands, of another family and that of its own
        "x[first] ~ Normal(0, 1)\nx[t in first + 1..last] ~ Normal(x[t - 1], 1)\n"
        "w[first] ~ Normal(0, 1)\nw[t in first + 1..last] ~ Normal(x[t - 1], 1)\n"
        "y[t in time] ~ Normal(w[t], 1)\n",
    ],
)
def test_the_rest_of_a_model_tells_the_dimension_of_clauses(rest):
    text = f"dim grade = 0..3, time\ndata y[time]: real\na ~ Normal(0, 1)\n{rest}"
    said = text.replace("t in first + 1..last", "t in time, t > first")
    data = {"y": [0.3, -1.0, 2.0]}
    _, _, expected, slope = log_density_and_gradient(said, data)
    _, _, value, gradient = log_density_and_gradient(text, data)
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(gradient, slope)


def test_clauses_that_nothing_reads_are_over_a_dimension_of_none_of_their_other_indices():
    text = (
        "dim unit, time = 1..4\ndata y[unit]: real\n"
        "x[i in unit, first] ~ Normal(y[i], 1)\n"
        "x[i in unit, t in first + 1..last] ~ Normal(x[i, t - 1], 1)\n"
    )
    assert graph_of(text).nodes["x"].type.event == ("unit", "time")
