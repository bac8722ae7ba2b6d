"""Dimensions in order: positions that can be stepped from and compared, and their ends.

Labels that come from the data, or that are words, are no numbers. But they have an order, and where
a model speaks of what comes before what, ``z[t - 1]``, ``t > first``, their numbers in that order
are reckoned with: 1 for the first of them. A position stays one (of kind INDEX) as long as it is
only stepped from, so that nobody takes its number for a value; `numbered` makes it a number where
it is compared, subtracted or looked up.
"""

from dataclasses import replace

from ...grammar import tree
from ...grammar.source import Span
from .. import typed
from ..label_numbers import label_of
from ..types import UNIT, Bounds, Kind
from .context import ENDS, Context, Scope

UNIFORM = "uniform"
COMPARISONS = ("eq", "ne", "lt", "le", "gt", "ge")
_STEPS = ("add", "sub", "minimum", "maximum")


def in_order(ctx: Context, dim: str) -> typed.Count:
    """The numbers of a dimension's labels; from here on it is one in order."""
    d = ctx.dims[dim]
    if d.numbers is None:
        d = replace(d, order=typed.Count(_number(ctx, 1.0, d.span), _length(ctx, d)))
        ctx.dims[dim] = d
    assert d.numbers is not None
    return d.numbers


def counted_up(ctx: Context, d: typed.Dim, first: typed.Expr) -> typed.Dim:
    """A dimension that counts from ``first``, with an end that the data will tell."""
    less = typed.Const(1.0, type=typed.Type(Kind.INT, bounds=Bounds(1.0, 1.0)), span=d.span)
    low = first.type.bounds.low
    type_ = typed.Type(Kind.INT, bounds=Bounds(low - 1.0, first.type.bounds.high))
    before: typed.Expr = typed.Apply("sub", (first, less), type=type_, span=d.span)
    if isinstance(first, typed.Const):
        before = replace(first, value=first.value - 1.0, type=type_)
    n = _length(ctx, d)
    whole = typed.Type(Kind.INT, bounds=Bounds(low - 1.0, float("inf")))
    last = typed.Apply("add", (before, n), type=whole, span=d.span)
    return replace(d, labels=typed.CountUp(first), order=typed.Count(first, last))


def _length(ctx: Context, d: typed.Dim) -> typed.Expr:
    """How many labels a dimension has."""
    if isinstance(d.labels, typed.Names):
        return _number(ctx, float(len(d.labels.labels)), d.span)
    one = _number(ctx, 1.0, d.span)
    type_ = typed.Type(Kind.INT, bounds=Bounds(0.0, float("inf")))
    over = (ctx.index(d.name, typed.OverDim(d.name), d.span),)
    return typed.Reduce("sum", over, one, type=type_, span=d.span)


def _number(ctx: Context, value: float, span: Span) -> typed.Const:
    return typed.Const(value, type=typed.Type(Kind.INT, bounds=Bounds(value, value)), span=span)


# --- first and last -----------------------------------------------------------------------------


def end(ctx: Context, name: str, dim: str, span: Span) -> typed.Expr:
    """What `first` and `last` stand for along a dimension."""
    count = in_order(ctx, dim)
    found = replace(count.first if name == "first" else count.last, span=span)
    if ctx.counts(dim):
        return found
    return replace(found, type=replace(found.type, kind=Kind.INDEX, dim=dim))


def ends_in(ctx: Context, e: tree.Expr | tree.Range, scope: Scope) -> Scope:
    """The scope of a formula in which `first` and `last` are labels of the dimension of the index
    beside them, if there is one: ``t - first``, ``first..t - 1``.
    """
    if not (ctx.names_ends and speaks_of_ends(e, scope)):
        return scope
    dims = {d for n in _surface(e) if (d := _dimension(ctx, n, scope)) is not None}
    return replace(scope, ends_of=dims.pop()) if len(dims) == 1 else scope


def at_axis(ctx: Context, dim: str, scope: Scope) -> Scope:
    """The scope of an index, in which `first` and `last` are labels of its dimension."""
    return replace(scope, ends_of=dim) if ctx.names_ends else scope


def speaks_of_ends(e: tree.Expr | tree.Range, scope: Scope) -> bool:
    """Whether a whole number is counted from `first` or `last`."""
    return any(is_end(n, scope) for n in _surface(e))


def is_end(e: tree.Expr, scope: Scope) -> bool:
    """Whether a word is `first` or `last`, and nothing of the model is called so."""
    taken = (scope.indices, scope.arguments, scope.visible)
    return isinstance(e, tree.Name) and e.id in ENDS and not any(e.id in s for s in taken)


def _surface(e: tree.Expr | tree.Range) -> list[tree.Expr]:
    """Names and elements that a whole number is computed from."""
    found: list[tree.Expr] = []
    todo: list[tree.Expr | tree.Range] = [e]
    while todo:
        match todo.pop():
            case tree.Name() | tree.Index() as leaf:
                found.append(leaf)
            case tree.Binary(left=a, right=b) | tree.Range(first=a, last=b):
                todo += (a, b)
            case tree.Unary(operand=a):
                todo.append(a)
            case tree.Conditional(yes=a, no=b):
                todo += (a, b)
            case tree.Call(args=args):
                todo += args
            case _:
                pass
    return found


def _dimension(ctx: Context, e: tree.Expr, scope: Scope) -> str | None:
    match e:
        case tree.Name(id=name) if name in scope.indices:
            var = scope.indices[name]
            return ctx.ranges.get(var.id, var.dim)
        case tree.Name(id=name) | tree.Index(base=tree.Name(id=name)) if name in scope.visible:
            symbol = scope.visible[name]
            return symbol.type.dim if symbol is not None else None
        case _:
            return None


def equally_probable(ctx: Context, dim: str, span: Span) -> typed.Expr:
    """The same probability for every label of a dimension."""
    n = _length(ctx, ctx.dims[dim])
    type_ = typed.Type(Kind.REAL, bounds=UNIT)
    share: typed.Expr
    if isinstance(n, typed.Const):
        share = typed.Const(1.0 / n.value, type=type_, span=span)
    else:
        one = replace(_number(ctx, 1.0, span), type=typed.Type(Kind.REAL, bounds=Bounds(1.0, 1.0)))
        share = typed.Apply("div", (one, n), type=type_, span=span)
    over = ctx.index(dim, typed.OverDim(dim), span)
    return typed.Tabulate((over,), share, type=replace(type_, event=(dim,)), span=span)


# --- positions and their numbers ----------------------------------------------------------------


def is_position(ctx: Context, e: typed.Expr) -> bool:
    """Whether something is a position along a dimension whose labels are no numbers."""
    t = e.type
    return t.kind is Kind.INDEX and not t.event and t.dim is not None and not ctx.counts(t.dim)


def is_reckoned(e: typed.Expr) -> bool:
    """Whether a position is computed from others, so that it must be looked up as a number."""
    if e.type.kind is not Kind.INDEX:
        return False
    match e:
        case typed.Where(yes=yes, no=no):
            return is_reckoned(yes) or is_reckoned(no)
        case typed.IndexValue(var=var):
            return isinstance(var.domain, typed.OverRange)
        case _:
            return isinstance(e, typed.Apply | typed.Const | typed.Reduce)


def numbered(ctx: Context, e: typed.Expr) -> typed.Expr:
    """The number of a position in the order of its dimension."""
    dim = e.type.dim
    if e.type.kind is not Kind.INDEX or dim is None:
        return e
    count = in_order(ctx, dim)
    bounds = Bounds(count.first.type.bounds.low, count.last.type.bounds.high)
    number = replace(e.type, kind=Kind.INT, dim=None)
    match e:
        case typed.IndexValue(var=var):
            inside = Bounds(*_reach(var)) if isinstance(var.domain, typed.OverRange) else bounds
            return replace(e, type=replace(number, bounds=inside, dim=dim))
        case typed.Apply(args=args):
            return replace(e, args=tuple(numbered(ctx, a) for a in args), type=number)
        case typed.Where(yes=yes, no=no):
            return replace(e, yes=numbered(ctx, yes), no=numbered(ctx, no), type=number)
        case typed.Const() | typed.Reduce():
            return replace(e, type=number)
        case _:
            return label_of(e, ctx.index(dim, typed.OverDim(dim), e.span), bounds)


def _reach(var: typed.IndexVar) -> tuple[float, float]:
    assert isinstance(var.domain, typed.OverRange)
    return var.domain.first.type.bounds.low, var.domain.last.type.bounds.high


def steps(
    ctx: Context, fn: str, args: list[typed.Expr]
) -> tuple[list[typed.Expr], str | None] | None:
    """Arguments of a function as numbers, where some are positions in order.

    Returns:
        With them, the dimension along which the result is a position again. None where positions
        may not stand like this.
    """
    dims = {str(a.type.dim) for a in args if is_position(ctx, a)}
    known = fn in COMPARISONS or fn in _STEPS
    if len(dims) != 1 or not known or any(_elsewhere(a, dims) for a in args):
        return None
    both = all(is_position(ctx, a) for a in args)
    if fn in ("eq", "ne") and both and not any(is_reckoned(a) for a in args):
        return None  # they are the same label or not, whatever their order
    (dim,) = dims
    if not both and fn not in ("add", "sub"):
        return None
    if (both and fn == "add") or (fn == "sub" and not is_position(ctx, args[0])):
        return None
    again = fn in ("minimum", "maximum") or not both
    return [numbered(ctx, a) for a in args], dim if again else None


def _elsewhere(a: typed.Expr, dims: set[str]) -> bool:
    """Whether an argument is neither a position along these, nor a plain whole number."""
    if a.type.kind is Kind.INDEX:
        return a.type.dim not in dims
    return a.type.kind is Kind.REAL or bool(a.type.event)
