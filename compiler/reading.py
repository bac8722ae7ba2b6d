"""Reading typed expressions: their parts, and the variables in them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .typed import (
    Apply,
    ArrayCall,
    Const,
    Density,
    Dist,
    Element,
    Expr,
    IndexValue,
    IndexVar,
    Label,
    Local,
    Neural,
    OverRange,
    Reduce,
    Solution,
    Stack,
    Tabulate,
    Var,
    Where,
    WholeAxis,
)


def ends_of(var: IndexVar) -> tuple[Expr, ...]:
    """The ends of an index variable's range, if it has one."""
    domain = var.domain
    return (domain.first, domain.last) if isinstance(domain, OverRange) else ()


def children(expr: Expr) -> tuple[Expr, ...]:
    """Direct subexpressions, the ends of reduction ranges included."""
    match expr:
        case Element(base=base, slots=slots):
            return (base, *[s for s in slots if not isinstance(s, WholeAxis)])
        case IndexValue(var=var):
            return ends_of(var)
        case Apply(args=args) | ArrayCall(args=args):
            return args
        case Const() | Label() | Var() | Local():
            return ()
        case Where(condition=condition, yes=yes, no=no):
            return (condition, yes, no)
        case Stack(items=items):
            return items
        case Reduce(vars=vars, body=body) | Tabulate(vars=vars, body=body):
            return (*[e for v in vars for e in ends_of(v)], body)
        case Solution(system=system):
            return system.formulas()
        case Density(dist=dist, at=at):
            return (*parts_of(dist), at)
        case Neural(weights=weights, args=args):
            return (weights, *args)


def bound_by(dist: Dist) -> frozenset[IndexVar]:
    """Index variables that a distribution binds."""
    return frozenset(dist.over).union(*[bound_by(part) for part in dist.parts])


def parts_of(dist: Dist) -> tuple[Expr, ...]:
    """Every expression that a distribution is made of."""
    ends = [e for e in (dist.support.low, dist.support.high) if e is not None]
    return (*dist.args, *ends, *[e for part in dist.parts for e in parts_of(part)])


class Mentions(NamedTuple):
    """What expressions read, with repetitions, left to right."""

    variables: list[str]
    indices: list[IndexVar]


def mentions(exprs: Sequence[Expr]) -> Mentions:
    """The variables and the values of index variables in expressions."""
    variables: list[str] = []
    indices: list[IndexVar] = []
    stack = [*reversed(exprs)]
    while stack:
        e = stack.pop()
        if isinstance(e, Var):
            variables.append(e.name)
        elif not isinstance(e, Const):
            if isinstance(e, IndexValue):
                indices.append(e.var)
            stack += children(e)[::-1]
    return Mentions(variables, indices)


def names_in(*exprs: Expr) -> list[str]:
    """Variables that expressions read, with repetitions, left to right."""
    return mentions(exprs).variables


def read_at(expr: Expr, index: IndexVar, other: IndexVar | None = None) -> Iterator[str]:
    """Variables of which an expression reads an element at an index itself, not beside it; at both
    where there are two."""
    wanted = {v.id for v in (index, other) if v is not None}
    todo = [expr]
    while todo:
        e = todo.pop()
        match e:
            case Element(base=Var(name=name), slots=slots):
                if wanted <= {s.var.id for s in slots if isinstance(s, IndexValue)}:
                    yield name
            case _:
                pass
        todo.extend(children(e))
