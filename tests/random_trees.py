"""Random syntax trees, as the parser can give them: every construct, every word as a name."""

from hypothesis import strategies as st
from nacre.grammar import tree
from nacre.grammar.lexer import INFIX_WORDS, PREFIX_WORDS, STATEMENT_WORDS
from nacre.grammar.operators import INFIX
from nacre.grammar.source import Span

AT = Span(0, 0)
WORDS = (*STATEMENT_WORDS, *INFIX_WORDS, *PREFIX_WORDS, "lambda", "class", "_", "x1", "été", "σ")


def node(kind, *parts, **named):
    """A strategy for nodes of a kind from strategies for their parts."""
    return st.builds(lambda *p, **n: kind(*p, **n, span=AT), *parts, **named)


def some(items, least=0, most=3):
    return st.lists(items, min_size=least, max_size=most).map(tuple)


names = node(
    tree.Name, st.sampled_from(WORDS) | st.from_regex(r"[a-z][a-z0-9_]{0,3}", fullmatch=True)
)
# `if (…)` and `not (…)` are operators, `[if in (…` a binder: these three cannot be called
callees = names.filter(lambda n: n.id not in (*PREFIX_WORDS, "in"))
numbers = st.sampled_from(("0", "1", "2.50", ".5", "3.", "1e-3", "1E+5", "007", "5e-324")).map(
    lambda text: tree.Number(float(text), text, span=AT)
)
texts = node(
    tree.Text,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\v"), max_size=8),
)
wholes = node(tree.Whole)


def calls(expr):
    return node(tree.Call, callees, some(expr), some(st.tuples(names, expr), most=2))


def supports(expr):
    return node(tree.Interval, expr, expr) | node(tree.NamedSupport, names)


def _grow(expr):
    ranges = node(tree.Range, expr, expr)
    binders = node(tree.Binder, names, names | ranges)
    return st.one_of(
        node(tree.Index, expr, some(expr | wholes, least=1)),
        node(tree.Array, some(expr, least=1)),
        calls(expr),
        node(tree.Unary, st.sampled_from(("-", "not")), expr),
        node(tree.Binary, st.sampled_from(sorted(INFIX)), expr, expr),
        node(tree.Conditional, expr, expr, expr),
        node(tree.Reduce, callees, some(binders, least=1), expr),
        node(tree.Distribution, calls(expr), supports(expr)),
        node(tree.Mixture, callees, some(binders, least=1), expr, expr),
    )


exprs = st.recursive(names | numbers | texts, _grow, max_leaves=8)
ranges = node(tree.Range, exprs, exprs)
binders = node(tree.Binder, names, names | ranges)
types = node(tree.TypeName, names, st.none() | supports(exprs))
targets = node(tree.Target, names, some(binders | exprs))
labels = node(tree.LabelSet, some(names | texts, least=1))
dims = node(tree.Dim, names, st.none() | labels | ranges)
distributions = st.recursive(
    node(tree.Distribution, calls(exprs), st.none() | supports(exprs))
    | node(tree.Mixture, callees, some(binders, least=1), exprs, exprs),
    lambda d: node(tree.Conditional, exprs, d, d),
    max_leaves=3,
)
simple = st.one_of(
    node(tree.Dims, some(dims, least=1)),
    node(
        tree.Data,
        some(node(tree.DataItem, names, some(names)), least=1),
        types,
        st.none() | exprs,
    ),
    node(tree.Sample, targets, distributions),
    node(tree.Define, targets, exprs),
    node(tree.Factor, targets, exprs),
    node(tree.Observe, targets, exprs),
    node(tree.Missing, names, names),
    node(tree.Do, targets, exprs),
    node(tree.Param, targets, types, st.none() | exprs),
    node(tree.Def, names, some(names), exprs),
    node(tree.Network, names, some(names, least=1), some(names, least=1), st.none() | calls(exprs)),
)
derivatives = node(tree.Derivative, targets, exprs, exprs)
odes = node(
    tree.Ode, targets, exprs, exprs, some(st.tuples(names, exprs)), some(derivatives | simple)
)
blocks = node(tree.Guide, st.none() | names, some(simple)) | node(
    tree.Scenario, names, some(simple)
)
statements = simple | blocks | derivatives | odes
models = node(tree.Model, some(statements, most=5))
