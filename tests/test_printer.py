"""The text that the printer makes: readable, closed to what a model's words might smuggle in, and
the same program for every caller of torch."""

import pytest
import torch
from emitted import compiled, text_of
from hypothesis import given, settings
from hypothesis import strategies as st
from nacre.compiler.differentiate import differentiate
from nacre.compiler.printer import Function, print_module
from nacre.compiler.printer.names import Names, identifier, literal
from nacre.compiler.target import Builder, DType, Value
from nacre.grammar.source import Span


def radon(b: Builder, *, inline: bool) -> tuple[list[Value], Value]:
    """The varying-intercept regression of the examples, in values (sigma is 1)."""
    n_county = b.host("n_county", "sizes['county']")
    n_house = b.host("n_house", "sizes['house']")
    floor = b.input("floor", (n_house,), batched=False)
    log_radon = b.input("log_radon", (n_house,), batched=False)
    county_of = b.input("county_of", (n_house,), batched=False, dtype=DType.INT)
    mu = b.input("mu", (), batched=True, source="values['mu']")
    beta = b.input("beta", (), batched=True, source="values['beta']")
    alpha = b.input("alpha", (n_county,), batched=True, source="values['alpha']")
    slope = b.apply("mul", b.unsqueeze(beta, (-1,)), floor)
    mean = b.named(b.apply("add", b.take(alpha, county_of), slope), "mean")
    one = b.const(1.0)

    def density(x: Value, loc: Value) -> Value:
        if not inline:
            return b.density("Normal", "", x, [loc, one])
        return b.apply("mul", -0.5, b.apply("square", b.apply("sub", x, loc)))

    terms = [
        b.named(density(mu, b.const(0.0)), "lp_mu", Span(0, 5)),
        b.reduce("sum", density(alpha, b.unsqueeze(mu, (-1,))), (-1,)),
        b.reduce("sum", density(log_radon, mean), (-1,)),
    ]
    total = b.apply("add", b.apply("add", terms[0], terms[1]), terms[2])
    return [mu, beta, alpha], total


READABLE = '''\
"""Radon."""

import torch
from nacre.runtime.dist import normal


def bind(data, sizes, labels, dtype=torch.float64):
    """What depends on data alone, computed once; every other function takes it as `bound`.

    data: name -> tensor; sizes: dimension -> length; labels: dimension -> its labels.
    """
    floor = data['floor']
    log_radon = data['log_radon']
    county_of = data['county_of']
    return {'floor': floor, 'log_radon': log_radon, 'county_of': county_of}


def log_density(values, bound):
    """Joint log density."""
    log_radon = bound['log_radon']
    county_of = bound['county_of']
    floor = bound['floor']
    mu = values['mu']
    lp_mu = normal.log_prob(mu, 0.0, 1.0)
    alpha = values['alpha']
    t1 = normal.log_prob(alpha, mu[..., None], 1.0).sum(-1)
    beta = values['beta']
    mean = alpha[..., county_of] + beta[..., None] * floor
    return lp_mu + t1 + normal.log_prob(log_radon, mean, 1.0).sum(-1)
'''


def test_a_density_reads_like_its_model():
    b = Builder()
    _, total = radon(b, inline=False)
    function = Function("log_density", ("values", "bound"), "Joint log density.", total)
    module = print_module("Radon.", [function], b)
    assert module.text == READABLE
    assert module.functions == ("bind", "log_density")


def test_every_line_knows_where_it_is_from():
    b = Builder()
    _, total = radon(b, inline=False)
    module = print_module("Radon.", [Function("f", ("values", "bound"), "Doc.", total)], b)
    lines = module.text.split("\n")[:-1]
    assert len(lines) == len(module.origins)
    assert [s for line, s in zip(lines, module.origins, strict=True) if "lp_mu =" in line] == [
        Span(0, 5)
    ]


def test_what_nothing_needs_is_not_printed():
    b = Builder()
    x = b.input("x", (), batched=True)
    b.named(b.apply("exp", x), "unused")
    b.host("n_unused", "sizes['unused']")
    assert "unused" not in text_of(b, b.apply("sin", x), ("x",))


def test_what_depends_on_data_alone_is_computed_once():
    b = Builder()
    x, y = b.input("x", (3,), batched=True), b.input("y", (3,), batched=False)
    text = text_of(b, b.apply("mul", x, b.apply("lgamma", y)), ("x",))
    bind, f = text.split("def f(")
    assert "lgamma" in bind
    assert "lgamma" not in f


def test_a_size_from_data():
    b = Builder()
    last = b.input("last", (), batched=False)
    n = b.host_int(b.apply("add", last, 1.0), "n")
    x = b.input("x", (n,), batched=True)
    outputs = (b.expand(b.const(2.0), (n,)), b.reduce("sum", b.slice(x, 0, n), (-1,)))
    f = compiled(b, outputs, ("x",), data={"last": torch.tensor(2.0)})
    twos, total = f(torch.ones(3, dtype=torch.float64))
    assert (twos.tolist(), total.item()) == ([2.0] * 3, 3.0)


def test_a_single_use_view_costs_one_operation():
    b = Builder()
    x = b.input("x", (3,), batched=True)
    y = b.apply("mul", b.unsqueeze(b.pick(x, 1), (-1,)), x)
    assert "x[..., 1:2] * x" in text_of(b, y, ("x",))


def test_draws_keep_their_order_and_are_never_merged():
    b = Builder()
    args = [b.const(0.0), b.const(1.0)]
    first, second = (b.sample("Normal", "", args, (2,)) for _ in range(2))
    f = compiled(b, (first, second), batch=(3,))
    one, other = f()
    assert one.shape == other.shape == (3, 2)
    assert not torch.equal(one, other)


def test_a_family_beside_an_argument_of_the_same_name():
    b = Builder()
    normal = b.input("normal", (), batched=True)
    lp = b.density("Normal", "", normal, [b.const(0.0), b.const(1.0)])
    f = compiled(b, lp, ("normal",))
    assert f(torch.tensor(0.0)).item() == pytest.approx(-0.9189385332046727)


# --- names and strings --------------------------------------------------------------------------

WORDS = ("lambda", "class", "sum", "torch", "bound", "dtype", "x", "t1", "k1", "None", "größe")


@pytest.mark.parametrize("word", WORDS)
def test_any_word_is_a_name(word):
    b = Builder()
    x = b.input(word, (), batched=True, source=f"values[{word!r}]")
    y = b.named(b.apply("exp", x), f"{word}")
    d = b.input(word, (), batched=False, source=f"data[{word!r}]")
    z = b.apply("add", b.apply("mul", y, y), b.apply("mul", x, b.apply("log", d)))
    f = compiled(b, {word: z}, ("values",), data={word: torch.tensor(1.0)})
    assert f({word: torch.tensor(0.0)})[word].item() == 1.0


@given(st.text())
def test_no_text_leaves_its_literal(text):
    assert eval(literal(text), {}) == text


@given(st.text())
def test_every_text_gives_an_identifier(text):
    name = identifier(text)
    assert name.isidentifier()
    assert name not in {"lambda", "torch", "print"}


@given(st.lists(st.text(max_size=3), max_size=20))
def test_names_are_never_given_twice(words):
    names = Names({"a", "b"})
    given_ = [names.fresh(w) for w in words] + [names.numbered("t") for _ in words]
    assert len({*given_, "a", "b"}) == len(given_) + 2


HOSTILE = '"""); import os; ("""\n\\'


def test_labels_and_docstrings_cannot_inject_code():
    b = Builder()
    at = b.host("at", f"labels[{HOSTILE!r}].index({HOSTILE!r})")
    v = b.pick(b.input("x", (3,), batched=True), at)
    f = Function("f", ("x", "bound"), HOSTILE, {HOSTILE: v})
    scope: dict[str, object] = {}
    exec(print_module(HOSTILE, [f], b).text, scope)
    bound = scope["bind"]({}, {}, {HOSTILE: ["a", "b", HOSTILE]})
    assert scope["f"](torch.arange(3), bound)[HOSTILE].item() == 2
    assert "os" not in scope


def test_a_function_name_must_be_one():
    with pytest.raises(AssertionError, match="no name for a function"):
        print_module("", [Function("f(): pass #", (), "", Builder().const(1.0))], Builder())


# --- lines --------------------------------------------------------------------------------------


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 300))
def test_lines_stay_short(n):
    b = Builder()
    inputs = [b.input(f"value_{i}", (), batched=True) for i in range(n)]
    total = b.const(0.0)
    for x in inputs:
        total = b.apply("add", total, b.apply("exp", x))
    text = text_of(b, (total, b.stack(inputs)), ("values",))
    assert max(map(len, text.splitlines())) <= 100
    compile(text, "<text>", "exec")


# --- torch's own transformations ----------------------------------------------------------------


@pytest.mark.parametrize("fast", (False, True), ids=("readable", "fast"))
def test_it_compiles_as_one_graph(fast):
    b = Builder()
    inputs, total = radon(b, inline=True)
    gradient = differentiate([(total, b.const(1.0))], inputs, b)
    data = {
        "floor": torch.tensor([0.0, 1.0, 0.0], dtype=torch.float64),
        "log_radon": torch.tensor([1.0, 0.5, 0.2], dtype=torch.float64),
        "county_of": torch.tensor([0, 1, 1]),
    }
    sizes = {"county": 2, "house": 3}
    f = compiled(b, (total, *gradient), ("values",), data=data, sizes=sizes, fast=fast)
    values = {
        "mu": torch.tensor([0.1, 0.2], dtype=torch.float64),
        "beta": torch.tensor([0.3, -0.2], dtype=torch.float64),
        "alpha": torch.tensor([[0.5, 0.1], [0.2, 0.3]], dtype=torch.float64),
    }
    graph = torch.compile(f.pure, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(graph(values), f(values))


def test_a_long_program_is_fused_without_recursion():
    b = Builder()
    x = b.input("x", (), batched=True)
    v = x
    for i in range(2000):  # sums in products in sums: nothing of it can be flattened
        v = b.apply("add", b.apply("mul", v, x), b.apply("sin", x) if i % 2 else x)
    f = compiled(b, v, ("x",), fast=True)
    assert f(torch.tensor(0.0, dtype=torch.float64)).item() == 0.0
