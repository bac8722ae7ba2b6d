"""Expressions with some of their parts replaced."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from .graph import (
    Chain,
    Derived,
    Fixed,
    Free,
    Input,
    Lagged,
    Latent,
    Node,
    Observed,
    Partly,
    Patched,
    Potential,
    Role,
    Summed,
    children,
)
from .reading import parts_of
from .typed import (
    Apply,
    ArrayCall,
    Const,
    Density,
    Dist,
    Element,
    Expr,
    IndexValue,
    Label,
    Local,
    Neural,
    Reduce,
    Solution,
    Stack,
    Support,
    Tabulate,
    Var,
    Where,
    WholeAxis,
)

Change = Callable[[Expr], Expr]


def rebuild(expr: Expr, change: Change) -> Expr:
    """``expr`` with ``change`` applied to every part, inner parts first.

    Parts that do not change are shared with the old expression. Ranges of index variables are left
    alone: they depend on data alone. Without recursion, since a formula may be very deep.
    """
    done: list[Expr] = []
    todo: list[tuple[Expr, int | None]] = [(expr, None)]
    while todo:
        e, ready = todo.pop()
        if ready is None:
            parts = _parts(e)
            todo.append((e, len(parts)))
            todo.extend((p, None) for p in reversed(parts))
        else:
            first = len(done) - ready
            new = tuple(done[first:])
            del done[first:]
            done.append(change(_with_parts(e, new)))
    return done[0]


def reading(node: Node, names: Mapping[str, str]) -> Node:
    """The node with its mechanism reading other variables: ``names`` maps old to new.

    What was given (a datum, a value in the file) was so before anything was set, and keeps reading
    what it read.
    """
    rename = _renaming(names)
    role, support = in_role(node.role, rename), _in_support(node.support, rename)
    if role is node.role and support is node.support:
        return node
    return replace(node, role=role, support=support)


def in_role(role: Role, change: Change) -> Role:
    """The role with ``change`` applied to every part of its mechanism (see `rebuild`)."""
    match role:
        case Summed(dist=dist, chain=Chain(start=Dist() as start) as chain):
            new, first = in_dist(dist, change), in_dist(start, change)
            if new is dist and first is start:
                return role
            return replace(role, dist=new, chain=replace(chain, start=first))
        case Latent(dist) | Observed(dist, _) | Partly(dist, _, _) | Summed(dist=dist):
            new = in_dist(dist, change)
            return role if new is dist else replace(role, dist=new)
        case Derived(expr):
            moved = rebuild(expr, change)
            return role if moved is expr else Derived(moved)
        case Potential(expr):
            moved = rebuild(expr, change)
            return role if moved is expr else Potential(moved)
        case Free() | Fixed() | Patched() | Lagged() | Input():
            return role


def _renaming(names: Mapping[str, str]) -> Change:
    def change(e: Expr) -> Expr:
        if isinstance(e, Var) and e.name in names:
            return replace(e, name=names[e.name])
        return e

    return change


def in_dist(dist: Dist, change: Change) -> Dist:
    """The distribution with its expressions rebuilt; see `rebuild`."""
    return _with_exprs(dist, [rebuild(e, change) for e in parts_of(dist)])


def _with_exprs(dist: Dist, new: Sequence[Expr]) -> Dist:
    """The distribution with other expressions, in the order of `parts_of`."""
    if all(a is b for a, b in zip(new, parts_of(dist), strict=True)):
        return dist
    return _rebuilt(dist, iter(new))


def _rebuilt(dist: Dist, rest: Iterator[Expr]) -> Dist:
    args = tuple(next(rest) for _ in dist.args)
    low, high = (None if e is None else next(rest) for e in (dist.support.low, dist.support.high))
    parts = tuple(_rebuilt(part, rest) for part in dist.parts)
    support = replace(dist.support, low=low, high=high)
    return replace(dist, args=args, support=support, parts=parts)


def _in_support(support: Support, change: Change) -> Support:
    low, high = (e if e is None else rebuild(e, change) for e in (support.low, support.high))
    if low is support.low and high is support.high:
        return support
    return replace(support, low=low, high=high)


def _parts(expr: Expr) -> tuple[Expr, ...]:
    match expr:
        case Reduce(body=body) | Tabulate(body=body):
            return (body,)
        case IndexValue():
            return ()
        case _:
            return children(expr)


def _with_parts(expr: Expr, parts: tuple[Expr, ...]) -> Expr:
    if all(a is b for a, b in zip(parts, _parts(expr), strict=True)):
        return expr
    match expr:
        case Const() | Label() | Var() | Local() | IndexValue():
            return expr
        case Element(slots=slots):
            rest = iter(parts[1:])
            new = tuple(s if isinstance(s, WholeAxis) else next(rest) for s in slots)
            return replace(expr, base=parts[0], slots=new)
        case Apply() | ArrayCall():
            return replace(expr, args=parts)
        case Where():
            condition, yes, no = parts
            return replace(expr, condition=condition, yes=yes, no=no)
        case Stack():
            return replace(expr, items=parts)
        case Density(dist=dist):
            return replace(expr, dist=_with_exprs(dist, parts[:-1]), at=parts[-1])
        case Reduce() | Tabulate():
            return replace(expr, body=parts[0])
        case Neural():
            return replace(expr, weights=parts[0], args=parts[1:])
        case Solution(system=system):
            return replace(expr, system=system.with_formulas(parts))
