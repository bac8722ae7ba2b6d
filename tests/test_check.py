"""What the checker makes of models that are right."""

import sys
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacre.compiler import typed
from nacre.compiler.check import check
from nacre.compiler.complaints import CODES
from nacre.compiler.types import Bounds, Kind, SupportName
from nacre.grammar.diagnostic import Rejected
from nacre.grammar.parse import parse
from nacre.grammar.source import Source, Span

INF = float("inf")
AT = Span(0, 0)


def checked(text: str) -> typed.Model:
    source = Source("model.ppl", text)
    return check(parse(source), source)


def sample(text: str, name: str) -> typed.Sample:
    return {s.name: s for s in checked(text).samples}[name]


def define(text: str, name: str) -> typed.Define:
    return {d.name: d for d in checked(text).defines}[name]


# --- bounds and kinds ---------------------------------------------------------------------------

PREAMBLE = """
data n: count
data k: int
data flag: bool
data r: real
tau ~ HalfNormal(1)
p ~ Beta(1, 1)
x ~ Normal(0, 1)
u ~ Uniform(-2, 3)
use ~ Normal(n + k + r + flag + tau + p + x + u, 1)
"""


@pytest.mark.parametrize(
    ("formula", "kind", "low", "high"),
    [
        ("1 + 2 * 3", Kind.INT, 7, 7),
        ("7 / 2", Kind.REAL, 3.5, 3.5),
        ("n + k", Kind.INT, -INF, INF),
        ("n * flag", Kind.INT, 0, INF),
        ("-tau", Kind.REAL, -INF, 0),
        ("exp(x)", Kind.REAL, 0, INF),
        ("abs(u)", Kind.REAL, 0, 3),
        ("u^2", Kind.REAL, 0, 9),
        ("u^3", Kind.REAL, -8, 27),
        ("2^p", Kind.REAL, 1, 2),
        ("1 - p", Kind.REAL, 0, 1),
        ("1 / (1 + tau)", Kind.REAL, 0, 1),
        ("x > 0", Kind.BOOL, 0, 1),
        ("not (x > 0 and flag)", Kind.BOOL, 0, 1),
        ("if x > 0 then p else 2", Kind.REAL, 0, 2),
        ("if x > 0 then 1 else n", Kind.INT, 0, INF),
        ("floor(u)", Kind.INT, -2, 3),
        ("min(tau, 3, p)", Kind.REAL, 0, 1),
        ("max([p, u])", Kind.REAL, -2, 3),
        ("sd([x, u])", Kind.REAL, 0, INF),
        ("pi", Kind.REAL, 3.141592653589793, 3.141592653589793),
        ("-x^2", Kind.REAL, -INF, 0),
        ("tau - tau", Kind.REAL, -INF, INF),
        ("0 * x", Kind.REAL, 0, 0),
    ],
)
def test_an_expression_has_a_kind_and_stays_in_its_bounds(formula, kind, low, high):
    found = define(f"{PREAMBLE}v = {formula}", "v").expr.type
    assert (found.kind, found.bounds) == (kind, Bounds(low, high))


# --- axes and events ----------------------------------------------------------------------------

ARRAYS = """
dim row, column, kind = {a, b}
data X[row, column]: real
data of[row]: kind
s[k in kind] ~ Normal(0, 1)
w[k in kind, kind] ~ Dirichlet(1)
use[i in row] ~ Normal(X[i, 1] + s[of[i]] + w[a, b], 1)
"""


@pytest.mark.parametrize(
    ("left", "formula", "axes", "event"),
    [
        ("v", "X", [], ["row", "column"]),
        ("v[i in row]", "X[i, :]", ["i"], ["column"]),
        ("v[j in column]", "X[:, j]", ["j"], ["row"]),
        ("v[i in row, j in column]", "X[i, j]", ["i", "j"], []),
        ("v[j in column, i in row]", "X[i, j]", ["j", "i"], []),
        ("v[i in row]", "s[of[i]]", ["i"], []),
        ("v[i in row]", "w[of[i], :]", ["i"], ["kind"]),
        ("v[i in row]", "X[i, :][1]", ["i"], []),
        ("v[i in row]", "sum(j in column)(X[i, j])", ["i"], []),
        ("v", "sum(i in row, j in column)(X[i, j])", [], []),
        ("v[i in row]", "mean(X[i, :])", ["i"], []),
        ("v", "mean(X)", [], []),
        ("v", "2 * X - mean(X)", [], ["row", "column"]),
        ("v", "[1, 2, 3]", [], [3]),
        ("v", "[[1, 2, 3], [4, 5, 6]]", [], [2, 3]),
        ("v[kind]", "[0.5, 0.5]", [], ["kind"]),
        ("v[i in row]", "[X[i, 1], X[i, 2]]", ["i"], [2]),
        ("v", "s[a] - s[b]", [], []),
        ("v[i in row]", "if of[i] == b then s[b] else 0", ["i"], []),
        ("v[i in row, j in row]", "if i == j then 1 else 0", ["i", "j"], []),
    ],
)
def test_an_expression_knows_its_axes_and_its_event(left, formula, axes, event):
    found = define(f"{ARRAYS}{left} = {formula}", "v").expr.type
    assert [v.name for v in found.axes] == axes
    assert list(found.event) == event


def test_axes_are_plates_then_reductions_from_outside_to_inside():
    text = ARRAYS + "v[i in row] = sum(j in column)(X[i, j] * sum(k in kind)(s[k] * X[i, j]))"
    body = define(text, "v").expr.body
    assert [v.name for v in body.args[1].body.type.axes] == ["i", "j", "k"]
    ids = [v.id for v in body.args[1].body.type.axes]
    assert ids == sorted(ids)


def test_an_index_of_an_index_is_one_index():
    element = define(ARRAYS + "v[i in row] = X[i, :][1]", "v").expr
    assert isinstance(element.base, typed.Var)
    assert [type(s) for s in element.slots] == [typed.IndexValue, typed.Label]


def test_an_index_over_a_dimension_that_counts_is_a_number():
    text = (
        "data T: int\ndim time = 1..T\ndata y[time]: real\ny[t in 3..T] ~ Normal(y[t - 2] + t, 1)"
    )
    found = sample(text, "y")
    (t,) = found.plates
    assert t.domain == typed.OverRange(t.domain.first, t.domain.last, "time")
    lag, number = found.dist.args[0].args
    assert lag.slots[0].type.kind is Kind.INT
    assert number.type.bounds == Bounds(3.0, INF)


def test_positions_and_indices_of_one_dimension_compare_as_positions():
    text = "dim step = 1..3, row\ndata at[row]: step\nv[i in row, k in step] = at[i] == k"
    left, right = define(text, "v").expr.args
    assert left.type.kind is Kind.INDEX is right.type.kind


def test_a_guarded_lag_may_leave_its_dimension():
    text = "dim time = 1..9\ndata y[time]: real\nd[t in time] = if t > 1 then y[t - 1] else 0"
    assert isinstance(define(text, "d").expr, typed.Where)


# --- distributions ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "form", "args"),
    [
        ("Normal(1, 2)", "", [1, 2]),
        ("Normal(scale = 2, loc = 1)", "", [1, 2]),
        ("Normal(1, scale = 2)", "", [1, 2]),
        ("StudentT(3)", "", [3, 0, 1]),
        ("StudentT(3, scale = 2)", "", [3, 0, 2]),
        ("Bernoulli(0.5)", "", [0.5]),
        ("Bernoulli(logit = 0.5)", "logit", [0.5]),
        ("Binomial(3, logit = 0.5)", "logit", [3, 0.5]),
        ("Poisson(log = 2)", "log", [2]),
        ("NegativeBinomial(log = 2, phi = 1)", "log", [2, 1]),
    ],
)
def test_arguments_choose_a_form_and_stand_in_its_order(call, form, args):
    dist = sample(f"x ~ {call}", "x").dist
    assert (dist.form, [a.value for a in dist.args]) == (form, args)


@pytest.mark.parametrize(
    ("dist", "name", "low", "high"),
    [
        ("Normal(0, 1)", SupportName.REAL, None, None),
        ("Normal(0, 1) on (0, inf)", SupportName.POSITIVE, None, None),
        ("Normal(0, 1) on positive", SupportName.POSITIVE, None, None),
        ("Normal(0, 1) on (0, 1)", SupportName.UNIT, None, None),
        ("Normal(0, 1) on (-inf, inf)", SupportName.REAL, None, None),
        ("Normal(0, 1) on (-inf, 2)", SupportName.INTERVAL, None, 2),
        ("Uniform(0, 1)", SupportName.UNIT, None, None),
        ("Uniform(2, 3)", SupportName.INTERVAL, 2, 3),
        ("Uniform(2, 5) on (1, 4)", SupportName.INTERVAL, 2, 4),
        ("HalfNormal(1) on (-1, 5)", SupportName.INTERVAL, 0, 5),
        ("Beta(1, 1) on (0.5, 2)", SupportName.INTERVAL, 0.5, 1),
        ("Flat()", SupportName.REAL, None, None),
        ("Bernoulli(0.5)", SupportName.BOOL, None, None),
        ("Binomial(4, 0.5)", SupportName.COUNT, None, 4),
    ],
)
def test_a_support_is_the_familys_cut_by_on(dist, name, low, high):
    found = sample(f"x ~ {dist}", "x").dist.support
    ends = tuple(None if e is None else e.value for e in (found.low, found.high))
    assert (found.name, *ends) == (name, low, high)


def test_a_support_may_have_formulas_as_ends():
    text = "a ~ Beta(1, 1)\nb ~ Beta(1, 1) on (0, 1 - a)"
    support = sample(text, "b").dist.support
    assert support.name is SupportName.INTERVAL
    assert isinstance(support.high, typed.Apply)


@pytest.mark.parametrize(
    ("dist", "restricted"),
    [
        ("Normal(0, 1)", False),
        ("Normal(0, 1) on (0, inf)", True),
        ("HalfNormal(1) on (0, inf)", False),
        ("Flat() on (0, 1)", True),
    ],
)
def test_a_distribution_is_restricted_where_on_takes_something_away(dist, restricted):
    assert sample(f"x ~ {dist}", "x").dist.restricted is restricted


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("dim c\nv[c] ~ Dirichlet(1)", ("c",)),
        ("dim c\ndata v[c]: unit\nv ~ Dirichlet(1)", ("c",)),
        ("v ~ Dirichlet([1, 2, 3])", (3,)),
        ("dim c = {a, b}\nv[c] ~ Dirichlet([1, 2])", ("c",)),
        ("dim c, d\nv[i in d, c] ~ Dirichlet(1)", ("c",)),
        ("dim c\nC[i in c, j in c] = i == j\nv ~ MvNormal(0, cov = C)", ("c",)),
        ("dim c, d\nC[i in c, j in c] = i == j\ndata v[d, c]: real\n"
         "v[k in d] ~ MvNormal(0, cov = C)", ("c",)),
        ("dim c\ndata q[c]: unit\nv ~ Categorical(q)", ()),
    ],
)  # fmt: skip
def test_the_shape_of_a_draw_comes_from_the_left_the_declaration_or_the_arguments(text, event):
    assert sample(text, "v").dist.event == event


def test_what_is_computed_from_data_can_be_observed():
    text = "dim r\ndata y[r]: positive\nz[i in r] = log(y[i])\nz[i in r] ~ Normal(0, 1)"
    model = checked(text)
    assert [s.name for s in model.samples] == [d.name for d in model.defines] == ["z"]


# --- functions, guides, scenarios ---------------------------------------------------------------


def test_a_function_is_written_out_with_fresh_indices():
    text = (
        "dim r\ndata x[r], y[r]: real\n"
        "def centred(v, all) = v - mean(all)\n"
        "def dot(a) = sum(i in r)(a * i_th(i))\n"
        "def i_th(k) = if k == k then 1 else 0\n"
        "z[i in r] = centred(x[i], x) + dot(y[i])"
    )
    expr = define(text, "z").expr
    assert [v.name for v in expr.type.axes] == ["i"]
    (inner,) = expr.args[1].vars
    assert inner.name == "i"
    assert inner.id != expr.type.axes[0].id


def test_statements_may_stand_in_any_order():
    forward = checked("a ~ Normal(0, 1)\nb = exp(a)\nc ~ Normal(0, b)")
    backward = checked("c ~ Normal(0, b)\nb = exp(a)\na ~ Normal(0, 1)")
    assert {s.name: s.dist for s in forward.samples} == {s.name: s.dist for s in backward.samples}
    assert [s.name for s in backward.samples] == ["c", "a"]


def test_a_guide_may_draw_a_family_of_numbers_as_one_vector():
    text = (
        "dim c\nx[i in c] ~ Normal(0, 1)\n"
        "guide {\n  param m[c]: real = 0\n  param L[i in c, j in c]: real = i == j\n"
        "  x[c] ~ MvNormal(m, chol = L)\n}"
    )
    model = checked(text)
    guide = model.guides["guide"]
    assert [len(p.plates) for p in guide.params] == [1, 2]
    assert guide.samples[0].dist.event == ("c",)
    assert not model.warnings


def test_a_guide_may_stay_in_ends_that_depend_on_its_own_draws():
    text = (
        "a ~ Beta(1, 1)\nb ~ Flat() on (0, 1 - a)\n"
        "guide {\n  param m: real\n  a ~ Beta(1, 1)\n  b ~ Normal(m, 1) on (0, 1 - a)\n}"
    )
    assert not checked(text).warnings


def test_a_point_mass_in_a_guide_is_where_its_value_is():
    text = "tau ~ HalfNormal(1)\nguide point {\n  param t: positive\n  tau ~ Delta(t)\n}"
    assert not checked(text).warnings


def test_a_scenario_observes_and_acts():
    text = (
        "dim arm = {placebo, drug}\ndata y: real\n"
        "e[a in arm] ~ Normal(0, 1)\ny ~ Normal(e[drug], 1)\n"
        "scenario treated {\n  observe y = 2\n  do e[drug] = 0\n  do e[placebo] = 1\n}"
    )
    scenario = checked(text).scenarios["treated"]
    assert [s.name for s in scenario.observed] == ["y"]
    assert [s.element[0].label for s in scenario.done] == ["drug", "placebo"]


# --- the checker as a program -------------------------------------------------------------------


def statements(n: int) -> str:
    lines = ["x0 ~ Normal(0, 1)"]
    for i in range(1, n // 2):
        lines += [f"d{i} = x{i - 1} * 0.5 + exp(x0)", f"x{i} ~ Normal(d{i}, exp(d{i}) + 1)"]
    return "\n".join(lines)


def calls(n: int) -> int:
    """How many functions are called to check so many statements: time, without the noise."""
    source = Source("long.ppl", statements(n))
    tree = parse(source)
    count = 0

    def called(frame, event, arg):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        check(tree, source)
    finally:
        sys.setprofile(before)
    return count


def test_work_grows_in_proportion_to_the_statements():
    assert calls(2000) < 4.5 * calls(500)


def test_thousands_of_mistakes_are_found_quickly_and_reported_in_part():
    text = "\n".join(f"x{i} ~ Normal(y{i}, 1)" for i in range(3000))
    start = time.process_time()
    with pytest.raises(Rejected) as refused:
        checked(text)
    assert time.process_time() - start < 5
    assert len(refused.value.diagnostics) == 20


def test_errors_come_in_the_order_of_their_places():
    with pytest.raises(Rejected) as refused:
        checked("c = a + q\nb = nothing\na = exp(1, 2)\nz ~ Norml(0, 1)")
    places = [d.span.start for d in refused.value.diagnostics]
    assert places == sorted(places)
    assert len(places) == 4


def test_a_mistake_is_reported_once_not_wherever_its_name_is_used():
    with pytest.raises(Rejected) as refused:
        checked("a ~ Normal(q, 1)\nb = a + 1\nc ~ Normal(b, a)")
    assert [d.code for d in refused.value.diagnostics] == ["E201"]


EXAMPLES = sorted({text for entry in CODES.values() for text in (entry.wrong, entry.right)})
WORDS = ["x", "y", "row", "1", "i", "(", ")", "[", "]", "in", "~", "=", ",", "+", "Normal", ":"]


@st.composite
def broken_models(draw):
    """Examples with words left out, doubled, swapped or replaced."""
    words = draw(st.sampled_from(EXAMPLES)).replace("\n", " \n ").split(" ")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(words) - 1))
        other = draw(st.sampled_from([*words, *WORDS]))
        words[at : at + 1] = draw(
            st.sampled_from([[], [words[at]] * 2, [other], [words[at], other]])
        )
        words = words or ["x"]
    return " ".join(words)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(broken_models())
def test_whatever_is_written_is_checked_or_refused(text):
    source = Source("model.ppl", text)
    try:
        model = check(parse(source), source)
    except Rejected as refused:
        assert refused.diagnostics
        assert refused.render()
    else:
        assert replace(model, warnings=()) == replace(check(parse(source), source), warnings=())
