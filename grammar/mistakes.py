"""The mistakes that people make, each with examples of it.

When the parser is stuck, the rows of ``MISTAKES`` are asked in order; the first that knows the
mistake gives the complaint. A row carries texts that it is meant for, and a test holds it to them.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from . import complaints, wrong_expressions, wrong_odes, wrong_statements, wrong_words
from .diagnostic import Diagnostic
from .lexer import MARKS, MAX_DEPTH
from .place import VALUES, Place


class Mistake(NamedTuple):
    """One way to go wrong."""

    code: str
    recognise: Callable[[Place], Diagnostic | None]
    examples: tuple[str, ...]


MISTAKES: tuple[Mistake, ...] = (
    # words
    Mistake("E123", wrong_words.too_deep, ("x = " + "(" * (MAX_DEPTH + 1) + "1",)),
    Mistake("E116", wrong_words.bad_text, ('x = a["BIG STONE]', "x = a['drug']", "x = a['dr")),
    Mistake("E121", wrong_words.bad_number, ("x = 2y", "x = 1_000", "x = 1.2.3", "x = 0x1F")),
    Mistake(
        "E118",
        wrong_words.foreign_comment,
        ("// a comment", "x = 3 // three", "/* a */", "-- a", "x = 3 /* three */"),
    ),
    Mistake(
        "E107",
        wrong_words.foreign_operator,
        ("x = a ** 2", "x = a && b", "x = a || b", "x = a % b", "x = !a", "x += 1", "x = a @ b"),
    ),
    Mistake("E107", wrong_words.foreign_operator, ("x = a =< b", "x = a <> b", "x = a .* b")),
    Mistake("E108", wrong_words.foreign_question, ("x = c ? a : b", "x = f(c ? a : b)")),
    Mistake("E117", wrong_words.bad_character, ("x = a.b", "x = $a", "x = f(1; 2)", "x ≤ 3", "\0")),
    # brackets
    Mistake(
        "E101",
        wrong_expressions.unclosed,
        (
            "x ~ Normal(0, 1",
            "x ~ Normal(f(0)",
            "x ~ Normal(0, 1\ny ~ Normal(0, 1)",
            "x = f(a\ny = 3",
            "x[i in row ~ Normal(0, 1)\ny = 3",
            "dim a = {b, c",
            "guide {\n    x ~ Normal(0, 1)\n",
            "guide { x ~ Normal(0, 1 }",
        ),
    ),
    Mistake(
        "E101",
        wrong_expressions.comma_in_group,
        ("x ~ Normal((mu + 1, 2)", "x = f(((a, b), c)", "x = [(a, b]"),
    ),
    Mistake(
        "E100",
        wrong_expressions.comma_in_group,
        ("x ~ Normal((mu + 1, 2))", "x = (1, 2)"),
    ),
    # statements
    Mistake(
        "E106",
        wrong_statements.loop,
        ("for i in 1..N", "for (i in 1:N) {\n  y[i] ~ Normal(0, 1)\n}", "while (x) {}"),
    ),
    Mistake(
        "E109",
        wrong_statements.block,
        (
            "model {\n  x ~ Normal(0, 1)\n}",
            "data { x }",
            "{ x = 1 }",
            "transformed parameters {\n}",
        ),
    ),
    Mistake(
        "E132",
        wrong_statements.block_header,
        ("guide 3 { }", "guide", "scenario { }", "guide a b {}"),
    ),
    Mistake(
        "E136",
        wrong_odes.head,
        (
            "ode { }",
            "ode t from 0 to 1 { }",
            "ode t[n in d] = ts[n] { }",
            "ode t[n in d] = ts[n] from 0",
            "ode t[n in d] = ts[n] from 0, stiff {\n    u' = -u from 1\n}",
            "ode u' = -u",
        ),
    ),
    Mistake(
        "E137",
        wrong_odes.derivative,
        (
            "ode t[n in d] = n from 0 {\n    u' = -u\n}",
            "u' ~ Normal(0, 1)",
            "du/dt = -u",
            "u'' = 3 from 1",
        ),
    ),
    Mistake("E138", wrong_odes.prime, ("x = A'", "x = A' * b", "x = f(A', b)")),
    Mistake("E108", wrong_statements.choice, ("if x > 0 then y = 1", "else y = 3", "if (x) y = 1")),
    Mistake(
        "E102",
        wrong_expressions.wrong_closer,
        ("x = a)", "x = f(a]", "x = 3 }", ")", "x = a[f(1])"),
    ),
    Mistake(
        "E104",
        wrong_statements.foreign_relation,
        (
            "x == 3",
            "x <- 3",
            "x := 3",
            "x ~= Normal(0, 1)",
            "x[i in d] <- f(i)",
            "x =~ Normal(0, 1)",
        ),
    ),
    Mistake(
        "E120",
        wrong_expressions.label,
        ("dim a = {BIG STONE}", "dim a = {1, 2}", "dim a = {}", "dim a = {low-dose}"),
    ),
    Mistake(
        "E113",
        wrong_statements.dimension,
        ("dim 3", "dim n = 3", "dim a = [b, c]", "dim a: real", "dim a[3]", "dim", "dim a, 3"),
    ),
    Mistake(
        "E119",
        wrong_expressions.colon,
        ("x = sum(i:N)(y[i])", "y[t in 1:N] = 3", "dim t = 1:10", "y[i = 1..3] = 2", "x = y[1:3]"),
    ),
    Mistake("E119", wrong_expressions.colon, ("x = 1..3", "y[t in 3] = 1", "x = sum(t in 3)(t)")),
    Mistake(
        "E114",
        wrong_statements.declaration,
        (
            "data x",
            "data x:",
            "data x: 3",
            "data x real",
            "data real x",
            "data x = 3",
            "data x: real[N]",
            "data x: real<lower=0>",
            "data x[3]: real",
            "data a: real, b: real",
            "param b = 1",
            "data x ~ Normal(0, 1)",
        ),
    ),
    Mistake(
        "E129",
        wrong_statements.definition,
        ("def f(x): return x", "def f = 3", "def f(x) {\n}", "def f(3) = 3", "def"),
    ),
    Mistake(
        "E143",
        wrong_statements.missing,
        ("observe x missing", "observe x missing = 3", "observe x[2] missing drop"),
    ),
    Mistake(
        "E140",
        wrong_statements.network,
        (
            "network f",
            "network f = mlp(3)",
            "network f[a] -> b",
            "network f(a)",
            "network f(a) = mlp(3)",
            "network f() -> b",
            "network f(a) -> 3",
            "network f(a) ->",
            "network f(a) -> b ~ Normal(0, 1)",
        ),
    ),
    Mistake(
        "E141",
        wrong_statements.network,
        ("network f(a) -> b = 64", "network f(a) -> b = tanh", "network f(a) -> b = [64]"),
    ),
    Mistake(
        "E131",
        wrong_statements.observation,
        ("observe x ~ Normal(0, 1)", "observe x", "do x", "observe 9.5 = x", "observe x == 3"),
    ),
    Mistake(
        "E134",
        wrong_statements.factor,
        (
            "factor x ~ Normal(0, 1)",
            "factor 2 * x",
            "factor x",
            "factor sum(x)",
            "factor sum(x) = 3",
            "factor -x^2",
            "factor (x - 1)^2",
        ),
    ),
    Mistake(
        "E130",
        wrong_expressions.support,
        ("x ~ Flat() on [0, 1]", "x ~ Flat() on (0)", "x ~ Flat() on (0, )", "x ~ Flat() T[0, ]"),
    ),
    Mistake(
        "E128",
        wrong_expressions.reduction,
        ("x = sum(k in d) y[k]", "x = sum(k in d, y[k])", "x = sum(y[k] for k in d)"),
    ),
    Mistake(
        "E115",
        wrong_statements.foreign_declaration,
        ("real x", "x: real", "vector[N] y", "int<lower=0> N", "y[house]: real"),
    ),
    Mistake("E115", wrong_statements.unknown_word, ("dta x: real", "obesrve x = 3", "print x")),
    Mistake("E125", wrong_statements.relation_again, ("x = y = 3", "x = if a = 3 then 1 else 0")),
    Mistake("E125", wrong_statements.relation_again, ("x = y ~ Normal(0, 1)", "x = (a = 3)")),
    Mistake(
        "E108",
        wrong_expressions.conditional,
        ("x = a if c else b", "x = if c then a", "x = if c: a", "x = 1 + if c then a else b"),
    ),
    Mistake("E108", wrong_expressions.conditional, ("x = a else b", "x = if c { a } else { b }")),
    Mistake(
        "E103",
        wrong_expressions.distribution,
        (
            "x ~",
            "x ~ 3",
            "x ~ mu",
            "x ~ Normal",
            "x ~ -mu",
            "x ~ Normal(0, 1) + 1",
            "x ~\ny ~ N(0)",
        ),
    ),
    Mistake(
        "E110",
        wrong_statements.left_side,
        (
            "3 = x",
            "f(x) = 3",
            "x + y ~ Normal(0, 1)",
            "x",
            "a, b ~ Normal(0, 1)",
            "x[3]",
            '"a" = 3',
        ),
    ),
    # expressions
    Mistake(
        "E112",
        wrong_expressions.operand,
        ("x = a +", "x = a +\ny = 3", "x =", "x = * 3", "x = f(a, , b)", "x = ()", "x = a[]"),
    ),
    Mistake("E112", wrong_expressions.operand, ("x = f(,)", "x = f(* 2)", "y[t in 1..] = 3")),
    Mistake(
        "E126",
        wrong_statements.not_ended,
        ("x = 3 y = 4", "x ~ N(0, 1) data y: real", "guide {} x = 1"),
    ),
    Mistake("E111", wrong_expressions.comma, ("x = f(a b)", "x = 2 y", "x = a b", "x = [1 2]")),
    Mistake(
        "E139",
        wrong_statements.comma,
        ("ode t[n in d] = n from 0 {\n    u' = -u from 1,\n}", "x = 3,", "x ~ Normal(0, 1), y = 2"),
    ),
)

_SHOWN: Mapping[str, str] = {
    **{kind: f"`{mark}`" for mark, kind in MARKS.items() if kind != "INFIX"},
    **{kind: f"`{kind.lower()}`" for kind in ("IF", "THEN", "ELSE", "IN", "ON", "FROM")},
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a label",
    "INFIX": "an operator",
    "PREFIX": "a sign",
    "END": "the end of the statement",
    "$END": "the end of the text",
}

# Whole statements, by the words with which they begin.
_SHAPES: Mapping[str, str] = {
    "": "`mu = a + b * x[1]`, or `y[i in row] ~ Normal(mu[i], 1)`",
    "dim": "`dim row`, `dim arm = {placebo, drug}`, or `dim time = 1..T`",
    "data": "`data y[row]: real`, or `data n: count = 3`",
    "param": "`param b: positive = 1`",
    "observe": "`observe x = 3`, or `observe x[2] = 3`",
    "do": "`do x = 3`, or `do x[2] = 3`",
    "factor": "`factor f[i in row] = -x[i]^2`",
    "def": "`def f(a, b) = a * exp(-b)`",
    "network": "`network f(pixel) -> latent = mlp(64, tanh)`",
    "ode": "`ode t[n in row] = times[n] from 0 { … }`",
    "guide": "`guide { … }`",
    "scenario": "`scenario name { … }`",
}


def explain(place: Place) -> Diagnostic:
    """The complaint for a place where the parser is stuck."""
    for mistake in MISTAKES:
        known = mistake.recognise(place)
        if known is not None:
            return known
    expected = _expected(place.accepts)
    return complaints.not_expected(place.here.span, _found(place), expected, _advice(place))


def _found(place: Place) -> str:
    here = place.here
    return f"`{here.text}`" if here.text else _SHOWN.get(here.type, here.type.lower())


def _advice(place: Place) -> str:
    """What to do where no mistake is known: leave out the rest, or write it as statements go."""
    rest = place.rest(0)
    if "END" in place.accepts and rest and place.bracket is None:
        return f"the statement is whole before it: leave out `{rest}`"
    shape = _SHAPES.get(place.opening.text, _SHAPES[""])
    return f"such a statement looks like {shape}"


def _expected(accepts: frozenset[str]) -> str:
    """What would have fitted, in a few words."""
    if accepts >= VALUES - {"IF"}:
        accepts = accepts - VALUES
        words = ["a value"]
    elif accepts >= {"DIM", "NAME"}:
        return "a statement"
    else:
        words = []
    words += [_SHOWN.get(kind, f"`{kind.lower()}`") for kind in sorted(accepts)]
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
