"""From the parser's reductions to tree nodes: one method per rule or alias of model.lark.

Every node gets the exact range of the text it stands for. Parentheses leave no node, but widen the
span of what they hold, so that a caret under an operand covers them.
"""

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any
from unicodedata import normalize

from . import complaints, tree
from .diagnostic import Rejected
from .lexer import MAX_DEPTH, Token
from .precedence import bind
from .source import Span
from .tree import Expr, Name, Node, Statement

ESCAPES: Mapping[str, str] = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = re.compile(r"\\(.)")
_MAX_DIGITS = 400  # more cannot matter to a float, and reading them is slow

Children = list[Any]  # what a rule's symbols stand for: tokens, nodes, lists of them


class Build:
    """Callbacks of the parser. Holds nothing: one instance serves all parses.

    Raises:
        Rejected: where a phrase is well formed but refused (E105, E116, E117, E119, E122, E123,
            E127, E133).
    """

    # --- lists

    def none(self, c: Children) -> list[Any]:
        """An empty list."""
        return []

    def one(self, c: Children) -> list[Any]:
        """A list that begins."""
        return [c[0]]

    def more(self, c: Children) -> list[Any]:
        """A list that goes on after a comma."""
        c[0].append(c[2])
        return c[0]  # type: ignore[no-any-return]

    def two(self, c: Children) -> list[Any]:
        """A chain that begins with an operand."""
        return c

    def link(self, c: Children) -> list[Any]:
        """A chain with one more operator or operand."""
        c[0].append(c[1])
        return c[0]  # type: ignore[no-any-return]

    def more_statements(self, c: Children) -> list[Statement]:
        """One more statement; its END is dropped."""
        statement = c[1]
        # a level takes a character at least: short statements need no second look
        # and those inside a block had theirs
        long = statement.span.stop - statement.span.start > MAX_DEPTH
        if long and not isinstance(statement, tree.Guide | tree.Scenario):
            _check_depth(statement)
        c[0].append(statement)
        return c[0]  # type: ignore[no-any-return]

    def start(self, c: Children) -> tuple[Statement, ...]:
        """All statements of a text."""
        return tuple(c[0])

    # --- declarations

    def dims(self, c: Children) -> tree.Dims:
        """``dim a, b``."""
        return tree.Dims(tuple(c[1]), span=c[0].span | c[1][-1].span)

    def dim_of_data(self, c: Children) -> tree.Dim:
        """``name``: labels come from the data."""
        return tree.Dim(_name(c[0]), span=c[0].span)

    def dim_known(self, c: Children) -> tree.Dim:
        """``name = {a, b}`` or ``name = 1..T``."""
        return tree.Dim(_name(c[0]), c[2], span=_across(c))

    def labels(self, c: Children) -> tree.LabelSet:
        """``{a, "b c"}``."""
        return tree.LabelSet(tuple(c[1]), span=_across(c))

    def data(self, c: Children) -> tree.Data:
        """``data items: type = default``."""
        default = c[5] if len(c) > 4 else None
        return tree.Data(tuple(c[1]), c[3], default, span=_across(c))

    def item(self, c: Children) -> tree.DataItem:
        """``name[dims]`` in a data statement."""
        dims = tuple(c[2]) if len(c) > 1 else ()
        return tree.DataItem(_name(c[0]), dims, span=_across(c))

    def type_name(self, c: Children) -> tree.TypeName:
        """``type on support``."""
        return tree.TypeName(_name(c[0]), c[2] if len(c) > 1 else None, span=_across(c))

    def named_support(self, c: Children) -> tree.NamedSupport:
        """A support by name."""
        return tree.NamedSupport(_name(c[0]), span=c[0].span)

    def interval(self, c: Children) -> tree.Interval:
        """``(low, high)``."""
        return tree.Interval(c[1], c[3], span=_across(c))

    def def_constant(self, c: Children) -> tree.Def:
        """``def f() = body``."""
        return tree.Def(_name(c[1]), (), c[5], span=_across(c))

    def def_function(self, c: Children) -> tree.Def:
        """``def f(a, b) = body``."""
        return tree.Def(_name(c[1]), tuple(c[3]), c[6], span=_across(c))

    def network_from_outside(self, c: Children) -> tree.Network:
        """``network f(inputs) -> outputs``."""
        at = c[0].span | c[6][-1].span
        return tree.Network(_name(c[1]), tuple(c[3]), tuple(c[6]), span=at)

    def network_built(self, c: Children) -> tree.Network:
        """``network f(inputs) -> outputs = body``."""
        return tree.Network(_name(c[1]), tuple(c[3]), tuple(c[6]), c[8], span=_across(c))

    # --- nodes

    def sample(self, c: Children) -> tree.Sample:
        """``target ~ distribution``."""
        return tree.Sample(c[0], c[2], span=_across(c))

    def define(self, c: Children) -> tree.Define:
        """``target = expr``."""
        return tree.Define(c[0], c[2], span=_across(c))

    def factor(self, c: Children) -> tree.Factor:
        """``factor target = expr``."""
        return tree.Factor(c[1], c[3], span=_across(c))

    def observe(self, c: Children) -> tree.Observe:
        """``observe target = value``."""
        return tree.Observe(c[1], c[3], span=_across(c))

    def missing(self, c: Children) -> tree.Missing:
        """``observe name missing rule``."""
        return tree.Missing(_name(c[1]), _name(c[3]), span=_across(c))

    def do(self, c: Children) -> tree.Do:
        """``do target = value``."""
        return tree.Do(c[1], c[3], span=_across(c))

    def param(self, c: Children) -> tree.Param:
        """``param target: type = initial``."""
        return tree.Param(c[1], c[3], c[5] if len(c) > 4 else None, span=_across(c))

    def guide_unnamed(self, c: Children) -> tree.Guide:
        """``guide { … }``."""
        return tree.Guide(None, c[1][1], span=c[0].span | c[1][0])

    def guide_named(self, c: Children) -> tree.Guide:
        """``guide name { … }``."""
        return tree.Guide(_name(c[1]), c[2][1], span=c[0].span | c[2][0])

    def scenario(self, c: Children) -> tree.Scenario:
        """``scenario name { … }``."""
        return tree.Scenario(_name(c[1]), c[2][1], span=c[0].span | c[2][0])

    def ode(self, c: Children) -> tree.Ode:
        """``ode time = times from start, options { … }``."""
        options = tuple(c[7]) if len(c) > 7 else ()
        span = c[0].span | c[-1][0]
        return tree.Ode(c[1], c[3], c[5], options, c[-1][1], span=span)

    def derivative(self, c: Children) -> tree.Derivative:
        """``target' = slope from start``."""
        return tree.Derivative(c[0], c[3], c[5], span=_across(c))

    def block(self, c: Children) -> tuple[Span, tuple[Statement, ...]]:
        """``{ … }``: its place and its statements."""
        return _across(c), tuple(c[1])

    def distribution(self, c: Children) -> tree.Distribution:
        """``Family(args) on support``."""
        return tree.Distribution(c[0], c[2] if len(c) > 1 else None, span=_across(c))

    def target(self, c: Children) -> tree.Target:
        """``name[slots]`` on the left."""
        slots = tuple(c[2]) if len(c) > 1 else ()
        return tree.Target(_name(c[0]), slots, span=_across(c))

    def binder(self, c: Children) -> tree.Binder:
        """``i in domain``."""
        return tree.Binder(_name(c[0]), c[2], span=_across(c))

    def range(self, c: Children) -> tree.Range:
        """``first..last``."""
        return tree.Range(c[0], c[2], span=_across(c))

    # --- expressions

    def name(self, c: Children) -> Name:
        """A word."""
        return _name(c[0])

    def number(self, c: Children) -> tree.Number:
        """A literal, finite and not rounded to nothing."""
        token: Token = c[0]
        value = float(token.text) if len(token.text) <= _MAX_DIGITS else float("inf")
        lost = value == 0.0 and re.search("[1-9]", re.split("[eE]", token.text)[0])
        if lost or value == float("inf"):
            raise Rejected([complaints.number_is_out_of_range(token.span)])
        return tree.Number(value, token.text, span=token.span)

    def text(self, c: Children) -> tree.Text:
        """A quoted label, its escapes read."""
        token: Token = c[0]

        def escape(m: re.Match[str]) -> str:
            if m[1] not in ESCAPES:
                at = Span(token.start + 1 + m.start(), token.start + 1 + m.end())
                raise Rejected([complaints.escape_is_unknown(at, m[0])])
            return ESCAPES[m[1]]

        return tree.Text(_ESCAPED.sub(escape, token.text[1:-1]), span=token.span)

    def whole(self, c: Children) -> tree.Whole:
        """``:`` in an index."""
        return tree.Whole(span=c[0].span)

    def group(self, c: Children) -> Expr:
        """``(expr)``: the same, with a wider span."""
        return replace(c[1], span=_across(c))  # type: ignore[no-any-return]

    def index(self, c: Children) -> tree.Index:
        """``base[slots]``."""
        return tree.Index(c[0], tuple(c[2]), span=_across(c))

    def array(self, c: Children) -> tree.Array:
        """``[a, b]``."""
        for item in c[1]:
            if isinstance(item, tree.Whole):
                hint = "it stands in an index: `X[i, :]`"
                message = "`:` stands for a whole axis, here there is none"
                raise Rejected([complaints.colon_is_no_range(item.span, message, hint)])
        return tree.Array(tuple(c[1]), span=_across(c))

    def call_empty(self, c: Children) -> tree.Call:
        """``callee()``."""
        return tree.Call(_name(c[0]), (), span=_across(c))

    def call(self, c: Children) -> tree.Call:
        """``callee(args, name = arg)``."""
        args: list[Expr] = []
        named: list[tuple[Name, Expr]] = []
        for argument in c[2]:
            if isinstance(argument, tuple):
                named.append(argument)
            elif named:
                first = named[0][0].span | named[0][1].span
                name = named[0][0].id
                raise Rejected([complaints.position_after_name(argument.span, first, name)])
            else:
                args.append(argument)
        return tree.Call(_name(c[0]), tuple(args), tuple(named), span=_across(c))

    def named_argument(self, c: Children) -> tuple[Name, Expr]:
        """``name = arg``."""
        return _name(c[0]), c[2]

    def reduce(self, c: Children) -> tree.Reduce:
        """``sum(k in feature)(body)``."""
        return tree.Reduce(_name(c[0]), tuple(c[2]), c[5], span=_across(c))

    def mixture(self, c: Children) -> tree.Mixture:
        """``Mixture(k in part)(weight, distribution)``."""
        return tree.Mixture(_name(c[0]), tuple(c[2]), c[5], c[7], span=_across(c))

    def conditional(self, c: Children) -> tree.Conditional:
        """``if condition then yes else no``."""
        return tree.Conditional(c[1], c[3], c[5], span=_across(c))

    def operation(self, c: Children) -> Expr:
        """A chain of operators and operands."""
        return bind(c[0])


def _across(c: Children) -> Span:
    """From the first symbol's start to the last one's end."""
    first, last = c[0], c[-1]
    start = first.start if isinstance(first, Token) else first.span.start
    return Span(start, last.stop if isinstance(last, Token) else last.span.stop)


def _name(token: Token) -> Name:
    """A word as a name, spelled as Python would: the ligature ``ﬁ`` is ``fi``, é is one letter."""
    if token.text.isascii():
        return Name(token.text, span=Span(token.start, token.stop))
    if not token.text.isidentifier():
        raise Rejected([complaints.letter_is_not_allowed(token.span, token.text)])
    return Name(normalize("NFKC", token.text), span=token.span)


def _check_depth(statement: Statement) -> None:
    """Refuse what a recursive reader of trees could not follow. Itself it does not recurse."""
    pending: list[tuple[object, int]] = [(statement, 0)]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, tuple):
            pending += [(item, depth) for item in node]
        elif isinstance(node, Node):
            if depth > MAX_DEPTH:
                raise Rejected([complaints.expression_is_too_deep(statement.span, MAX_DEPTH)])
            pending += [(getattr(node, f.name), depth + 1) for f in fields(node)]
